/** The uptodate.yaml of a folder, from its file. */
import { readFile } from "node:fs/promises";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { parseUptodate } from "./uptodate/parse-uptodate.js";
import type { UptodateFile } from "./uptodate/uptodate-file.js";

/** @throws ContainerspecError file-not-found, not-an-uptodate-file */
export async function readUptodate(file: string): Promise<UptodateFile> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    const reason = findSystemReason(cause);
    if (reason === undefined) throw cause;
    throw new ContainerspecError("file-not-found", `Cannot read ${file}: ${reason}`, { path: file }, { cause });
  });
  return parseUptodate(text, file);
}
