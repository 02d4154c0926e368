/** What the system says while an image is read, as an error of the input: a file that may not be read is no fault of this program. */
import { ContainerspecError, findSystemReason, isSystemError } from "./errors.js";

/** The same error, or what it says of the image where a call of the system failed. */
export function toSourceError(error: unknown, source: string): unknown {
  if (!isSystemError(error)) return error;
  const name = source === "-" ? "standard input" : source;
  if (error.code === "EISDIR") {
    return new ContainerspecError(
      "corrupt-image",
      `Cannot read ${name}: it has a folder where a file was expected`,
      { image: source },
      { cause: error },
    );
  }
  const reason = findSystemReason(error) ?? error.message;
  const place = error.path === undefined || error.path === source ? "" : ` at ${error.path}`;
  return new ContainerspecError(
    "file-not-found",
    `Cannot read ${name}: ${reason}${place}; expected files and folders that may be read`,
    { image: source },
    { cause: error },
  );
}
