/** The text of a Dockerfile, from its file. */
import { readFile } from "node:fs/promises";
import { toText } from "./dockerfile/span.js";
import { ContainerspecError, findSystemReason } from "./errors.js";

/**
 * @returns text of which each character is one byte
 * @throws ContainerspecError file-not-found
 */
export async function readDockerfile(file: string): Promise<string> {
  try {
    return toText(await readFile(file));
  } catch (cause) {
    const reason = findSystemReason(cause);
    if (reason === undefined) throw cause;
    throw new ContainerspecError("file-not-found", `Cannot read ${file}: ${reason}`, {}, { cause });
  }
}
