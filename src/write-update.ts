/**
 * Changed and new Dockerfiles written: each whole, and none where one of them has no place. A file keeps its mode, and its owner where that
 * is allowed; a new one has the mode of the one that it is made of.
 */
import { randomBytes } from "node:crypto";
import { mkdir, open, realpath, rename, rm, rmdir, stat, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ContainerspecError, findSystemReason } from "./errors.js";
import type { UpdatedFile } from "./update.js";

interface Place {
  /** as it was named */
  readonly file: string;
  readonly path: string;
  /** beside it: what is there whole, and has yet to be put in its place */
  readonly temporary: string;
  /** the folder that was made for it */
  readonly folder?: string;
}

/**
 * Writes every file that changes or is new, all beside their places first and then there; a link stays one, and a hard link parts.
 *
 * @throws ContainerspecError usage where a file cannot be written; it says which ones are
 */
export async function writeUpdate(files: readonly UpdatedFile[]): Promise<void> {
  const changed = files.filter(({ before, after }) => !Buffer.from(before).equals(after));
  const places: Place[] = [];
  const written: string[] = [];
  try {
    for (const one of changed) {
      await orTell(one.file, written, async () => {
        const place = await findPlace(one);
        places.push(place);
        await fill(place.temporary, one);
      });
    }
    for (const { file, path, temporary } of places) {
      await orTell(file, written, () => rename(temporary, path));
      written.push(file);
    }
  } catch (error) {
    for (const place of places) await clear(place);
    throw error;
  }
}

async function orTell(file: string, written: readonly string[], act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (cause) {
    const reason = findSystemReason(cause);
    if (reason === undefined) throw cause;
    const state = written.length === 0 ? "nothing is written" : `written already: ${written.join(", ")}`;
    throw new ContainerspecError("usage", `Cannot write ${file}: ${reason}; ${state}`, {}, { cause });
  }
}

async function findPlace({ file, copiedFrom }: UpdatedFile): Promise<Place> {
  const folder = copiedFrom === undefined ? undefined : await mkdir(dirname(file), { recursive: true });
  const path = copiedFrom === undefined ? await realpath(file) : file;
  const temporary = join(dirname(path), `.containerspec-${randomBytes(8).toString("hex")}`);
  return { file, path, temporary, ...(folder === undefined ? {} : { folder }) };
}

async function fill(temporary: string, { file, copiedFrom, after }: UpdatedFile): Promise<void> {
  const model = await stat(copiedFrom ?? file);
  const mode = model.mode & 0o7777;
  const handle = await open(temporary, "wx", mode);
  try {
    await handle.writeFile(after);
    if (copiedFrom === undefined) await keepOwner(handle, model);
    // What the umask took away, or the change of the owner.
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Root may give files away, and others may give them to groups of theirs; where that is refused the file is theirs who run this. */
async function keepOwner(handle: FileHandle, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  const own = await handle.stat();
  if (own.uid === uid && own.gid === gid) return;
  const ignore = (): void => undefined;
  await handle.chown(uid, gid).catch(() => handle.chown(own.uid, gid).catch(ignore));
}

/** What is in its place by now stays there, and so does a folder that has it. */
async function clear({ temporary, folder }: Place): Promise<void> {
  await rm(temporary, { force: true }).catch(() => undefined);
  if (folder !== undefined) await rmdir(folder).catch(() => undefined);
}
