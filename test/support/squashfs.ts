/** Squashfs file systems that mksquashfs writes, and single fields of theirs changed. */
import { readFileSync, rmSync } from "node:fs";
import { hasTool, run } from "./image-disk.js";

export const HAS_SQUASHFS_TOOLS = hasTool("mksquashfs", "-version") && hasTool("unsquashfs", "-help");

/** Tables as they are, so that a test can find a name in them and change what stands beside it. */
export const PLAIN_TABLES = ["-noI", "-noD", "-noF", "-noX"] as const;

/** Packs a folder into `file`. */
export function makeSquashfs(folder: string, file: string, options: readonly string[] = []): Buffer {
  rmSync(file, { force: true });
  run("mksquashfs", [folder, file, "-quiet", "-no-progress", "-processors", "2", ...options]);
  return readFileSync(file);
}

/** A copy in which the entry of a name in its folder is changed; `at` is where the entry begins. */
export function editEntry(bytes: Buffer, name: string, change: (copy: Buffer, at: number) => void): Buffer {
  const table = Number(bytes.readBigUInt64LE(72));
  const at = bytes.indexOf(name, table, "latin1");
  if (at === -1) throw new Error(`the directory table has no ${name}`);
  const copy = Buffer.from(bytes);
  change(copy, at - 8);
  return copy;
}

/** The same with the inode of a name, in a file system of a single block of inodes; `at` is where the inode begins. */
export function editInode(bytes: Buffer, name: string, change: (copy: Buffer, at: number) => void): Buffer {
  const table = Number(bytes.readBigUInt64LE(64));
  return editEntry(bytes, name, (copy, entry) => change(copy, table + 2 + copy.readUInt16LE(entry)));
}
