/** Where results go: standard output, or the file that a format names. */
import { writeFile } from "node:fs/promises";
import { findSystemReason } from "../errors.js";
import { ContainerspecError } from "../index.js";

/**
 * A closed pipe is no error: `containerspec … | head -1` writes what is wanted, ends quietly, and its exit code is that of the
 * gate, since the work goes on to its end.
 */
export function ignoreClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
    });
  }
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
    throw new ContainerspecError(
      "usage",
      `Cannot write ${file}: ${findSystemReason(error) ?? String(error)}; name a file in a folder that is there and can be written to`,
      { path: file },
      { cause: error },
    );
  });
}

/** Notes and warnings, on standard error. */
export function warn(text: string): void {
  process.stderr.write(`containerspec: ${text}\n`);
}
