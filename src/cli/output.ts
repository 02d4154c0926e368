/** Where results go: standard output, or the file that a format names. */
import { writeFile } from "node:fs/promises";
import { ContainerspecError, findSystemReason, toDisplayText, toLogText } from "../vocabulary.js";
import { reportError } from "./error.js";
import { askedManners } from "./manners.js";

/** a result is being written, and whoever writes it hears of an error */
let isWriting = false;

/**
 * What becomes of an error of the standard streams. A closed pipe is none: `containerspec … | head -1` writes what is wanted, ends
 * quietly, and its exit code is that of the gate, since the work goes on to its end. Where standard error is full nobody can be
 * told; where standard output is, the exit code must not be that of a gate.
 */
export function watchStreams(): void {
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (!isWriting && !isClosedPipe(error)) process.exitCode = reportError(cannotWrite(undefined, error));
  });
}

/** Writes a result and waits until it is on its way. @throws ContainerspecError usage where it cannot be written */
export async function writeResult(
  result: string | Uint8Array,
  file: string | undefined,
  { appends = false }: { readonly appends?: boolean } = {},
): Promise<void> {
  const written = file === undefined ? writeOutput(result) : writeFile(file, result, { flag: appends ? "a" : "w" });
  await written.catch((error: unknown) => {
    throw cannotWrite(file, error);
  });
}

/** Notes and warnings, on standard error. */
export function warn(text: string): void {
  if (askedManners().talk === "quiet") return;
  process.stderr.write(`containerspec: ${toLogText(toDisplayText(text))}\n`);
}

/** A stream that fails stays failed: from then on its errors have been told. */
async function writeOutput(result: string | Uint8Array): Promise<void> {
  isWriting = true;
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(result, (error) => {
      if (error === undefined || error === null || isClosedPipe(error)) resolve();
      else reject(error);
    });
  });
  isWriting = false;
}

function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED";
}

function cannotWrite(file: string | undefined, cause: unknown): ContainerspecError {
  const reason = findSystemReason(cause) ?? String(cause);
  const [message, where] =
    file === undefined
      ? [`Cannot write to standard output: ${reason}; send it to a place that has room for it`, {}]
      : [
          `Cannot write ${file}: ${reason}; name a file in a folder that is there and can be written to`,
          { path: file },
        ];
  return new ContainerspecError("usage", message, where, { cause });
}
