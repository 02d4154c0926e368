/** Squashfs file systems that mksquashfs writes, single fields of theirs changed, and what Linux finds in them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasTool, run } from "./image-disk.js";
import { buildSquashfs } from "./squashfs-builder.js";

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

/** What `look` finds below the folder on which this machine's kernel has mounted a file system. @throws where it will not */
export function lookMounted<Found>(bytes: Uint8Array, look: (root: string) => Found): Found {
  const folder = mkdtempSync(join(tmpdir(), "squashfs-mount-"));
  try {
    const [file, root] = [join(folder, "image"), join(folder, "root")];
    // A loop device has whole sectors alone.
    writeFileSync(file, Buffer.concat([bytes, Buffer.alloc(4096 - (bytes.length % 4096))]));
    run("mkdir", [root]);
    run("mount", ["-t", "squashfs", "-o", "loop,ro", file, root]);
    try {
      return look(root);
    } finally {
      run("umount", [root]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether this machine lets a test mount a squashfs: root, a kernel that has it, and a loop device. */
export function canMount(): boolean {
  try {
    return lookMounted(buildSquashfs({ "/a": { link: "b" } }), () => true);
  } catch {
    return false;
  }
}
