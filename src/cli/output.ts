/** Where results go: standard output, or the file that a format names. */
import { writeFile } from "node:fs/promises";
import { ContainerspecError } from "../index.js";

/** A closed pipe is no error: `containerspec … | head` ends quietly. */
export function ignoreClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(process.exitCode ?? 0);
  });
}

/** Writes a result and waits until it is on its way. @throws ContainerspecError usage where the file cannot be written */
export async function writeResult(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) {
    await new Promise<void>((resolve) =>
      process.stdout.write(text, () => {
        resolve();
      }),
    );
    return;
  }
  await writeFile(file, text).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ContainerspecError("usage", `Cannot write ${file}: ${reason}`, { path: file }, { cause: error });
  });
}

/** Notes and warnings, on standard error. */
export function warn(text: string): void {
  process.stderr.write(`containerspec: ${text}\n`);
}
