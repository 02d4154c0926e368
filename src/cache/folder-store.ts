/**
 * A folder as the store of layers: one file an entry, written beside its place and then moved there, so that readers find all of it or
 * nothing, however many processes write at once. A cache may fail in any way: what fails is not tried again, and said once.
 */
import { createHash, randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, rename, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LayerStore, Packing } from "../image/layer-store.js";
import { cleanSometimes, DEFAULT_CACHE_LIMITS, type CacheLimits } from "./clean-folder.js";
import { checksum, parseEntry, toEntry, type EntryForm } from "./entry.js";

/** milliseconds after which a used entry is marked as used again */
const MARK_AFTER = 60 * 60 * 1000;

export interface FolderStoreOptions {
  readonly limits?: CacheLimits;
  readonly packing: Packing;
  /** is told once what cannot be done, and why */
  readonly onFailure: (what: "read" | "write", error: unknown) => void;
}

export function createFolderStore(
  folder: string,
  { limits = DEFAULT_CACHE_LIMITS, packing, onFailure }: FolderStoreOptions,
): LayerStore {
  const form: EntryForm = { seal: checksum, packing };
  const failed = new Set<"read" | "write">();
  function fail(what: "read" | "write", error: unknown): void {
    if (failed.size === 0) onFailure(what, error);
    failed.add(what);
  }
  return {
    async get(key) {
      if (failed.has("read")) return undefined;
      return getEntry(toPath(folder, key), key, form).catch((error: unknown) => {
        fail("read", error);
        return undefined;
      });
    },
    // A folder that others have filled is of use to those who may not write to it.
    async put(key, bytes) {
      if (failed.size > 0) return;
      await putEntry(toPath(folder, key), key, bytes, form)
        .then(() => cleanSometimes(folder, limits, Date.now()))
        .catch((error: unknown) => fail("write", error));
    },
  };
}

async function getEntry(path: string, key: string, form: EntryForm): Promise<Uint8Array | undefined> {
  const file = await readEntry(path);
  if (file === undefined) return undefined;
  const bytes = await parseEntry(key, file.content, form);
  // What is no entry never becomes one; where it cannot be removed, it is written over or passed by again.
  if (bytes === undefined) await rm(path, { force: true }).catch(() => undefined);
  else if (Date.now() - file.used > MARK_AFTER) await utimes(path, new Date(), new Date()).catch(() => undefined);
  return bytes;
}

/** A file's content; nothing where there is none, and nothing of what is no file. */
async function readEntry(path: string): Promise<{ readonly content: Buffer; readonly used: number } | undefined> {
  // Without waiting: opening a pipe that somebody has put there would never end.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const info = await file.stat();
    return { content: info.isFile() ? await file.readFile() : Buffer.alloc(0), used: info.mtimeMs };
  } finally {
    await file.close();
  }
}

async function putEntry(path: string, key: string, bytes: Uint8Array, form: EntryForm): Promise<void> {
  const entry = toEntry(key, bytes, form);
  if (entry === undefined) return;
  // What an image holds is its owner's business.
  await makeFolder(dirname(path));
  const part = path.replace(/layer$/, `${randomBytes(8).toString("hex")}.part`);
  try {
    await writeFile(part, entry, { flag: "wx", mode: 0o600 });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** A folder for its owner alone, and those above it. Node's own way (`recursive`) never ends in /proc, where nothing can be made. */
async function makeFolder(folder: string): Promise<void> {
  const make = () => mkdir(folder, { mode: 0o700 });
  await make()
    .catch(async (error: unknown) => {
      if (!isAbsent(error) || dirname(folder) === folder) throw error;
      await makeFolder(dirname(folder));
      await make();
    })
    .catch((error: unknown) => {
      // Where something else is in its place, writing into it says so.
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
}

/** Where an entry of this key lies. */
export function toPath(folder: string, key: string): string {
  return join(folder, `${createHash("sha256").update(key).digest("hex")}.layer`);
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
