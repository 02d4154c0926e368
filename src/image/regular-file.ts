/** Opening what has to be a file. A pipe in its place would be waited for without end, and a device may do what nobody asked for. */
import { constants, type Stats } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";

/**
 * Opens a file, or the one that a link leads to.
 *
 * @param refuse makes the error of what else is there, such as "a pipe"
 * @throws what `refuse` makes, and whatever the system says
 */
export async function openRegularFile(path: string, refuse: (found: string) => Error): Promise<FileHandle> {
  const seen = await stat(path);
  if (!seen.isFile()) throw refuse(kindOf(seen));
  // Without waiting, and asked once more: what was seen need not be what is opened.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const opened = await file.stat();
  if (opened.isFile()) return file;
  await file.close();
  throw refuse(kindOf(opened));
}

function kindOf(info: Stats): string {
  if (info.isDirectory()) return "a folder";
  if (info.isFIFO()) return "a pipe";
  return info.isSocket() ? "a socket" : "a device";
}
