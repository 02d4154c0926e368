/** Changed and new Dockerfiles written: each whole or not at all, with the mode that it had, or that the one has which it is made of. */
import { randomBytes } from "node:crypto";
import { mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ContainerspecError, findSystemReason } from "./errors.js";
import type { UpdatedFile } from "./update.js";

/**
 * Writes every file that changes or is new, beside its place first and then there; a link stays one.
 *
 * @throws ContainerspecError usage where a file cannot be written
 */
export async function writeUpdate(files: readonly UpdatedFile[]): Promise<void> {
  for (const { file, copiedFrom, before, after } of files) {
    if (Buffer.from(before).equals(after)) continue;
    try {
      if (copiedFrom !== undefined) await mkdir(dirname(file), { recursive: true });
      const { mode } = await stat(copiedFrom ?? file);
      await putFile(copiedFrom === undefined ? await realpath(file) : file, after, mode);
    } catch (cause) {
      const reason = findSystemReason(cause);
      if (reason === undefined) throw cause;
      throw new ContainerspecError("usage", `Cannot write ${file}: ${reason}; it is as it was`, {}, { cause });
    }
  }
}

async function putFile(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const temporary = join(dirname(path), `.containerspec-${randomBytes(8).toString("hex")}`);
  try {
    const handle = await open(temporary, "wx", mode & 0o7777);
    try {
      await handle.writeFile(bytes);
      // What the umask took away.
      await handle.chmod(mode & 0o7777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
