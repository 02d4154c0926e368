/**
 * Files of a machine that were read before. A file is taken for the same while it has the same path, inode, size and times: whoever
 * changes a file's content changes its ctime, which no program can set back. That holds where a kernel wrote the ctime. Whoever makes
 * the image of a file system writes what he likes into it, and two images in turn at one place can have one inode, size and times for
 * two contents: squashfs, erofs and ISO 9660 have no ctime but what was stored, mostly the mtime, and a tool that makes the same image
 * twice sets both to one second.
 */
import { statfsSync, type BigIntStats } from "node:fs";
import type { FileFacts } from "../loader/facts.js";

/** What is known of files from before, and what is learned of them now. */
export interface KnownFiles {
  find(path: string, identity: string): FileFacts | undefined;
  learn(path: string, identity: string, facts: FileFacts): void;
}

/** Milliseconds within which two changes of a file can have one time. */
const CLOCK_STEP = 2000;
const IS_WHOLE_SECOND = /0{9}$/;

/**
 * f_type of statfs(2) where the kernel itself writes the ctime at each change: ext2 to ext4, XFS, Btrfs, ZFS, F2FS, bcachefs, tmpfs.
 * overlayfs shows the times of the file below it, which may lie on any file system; `identifyFile` tells those apart that only store
 * times. A network's or FUSE's are those of whoever serves it.
 */
const KEEPS_CHANGE_TIME = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0xf2f52010, 0xca451a4e, 0x01021994, 0x794c7630,
]);

/** Whether the file system that a file is on sets its ctime at each change. */
export function keepsChangeTime(onDisk: Buffer): boolean {
  try {
    // Some kernels hand out the 32 bits with a sign.
    return KEEPS_CHANGE_TIME.has(statfsSync(onDisk).type >>> 0);
  } catch {
    return false;
  }
}

/**
 * What tells a file's content from any other that it has had; undefined where nothing does: it changed so lately that another change
 * could have the same time, or its ctime may be one that was stored. A stored one is no later than the mtime, or a whole second; one
 * that the kernel gave to a file that was unpacked with the mtime of its archive is neither.
 */
export function identifyFile({ dev, ino, size, mtimeNs, ctimeNs, ctimeMs }: BigIntStats): string | undefined {
  if (Date.now() - Number(ctimeMs) < CLOCK_STEP) return undefined;
  if (ctimeNs <= mtimeNs || IS_WHOLE_SECOND.test(String(ctimeNs))) return undefined;
  return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}
