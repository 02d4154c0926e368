/**
 * Whether a file's content is what it was, told without reading it. A file is taken for the same while it has the same inode, size and
 * times: whoever changes a file's content changes its ctime, which no program can set back. That holds where a kernel wrote the ctime.
 * Whoever makes the image of a file system writes what he likes into it, and two images in turn at one place can have one inode, size
 * and times for two contents: squashfs, erofs and ISO 9660 have no ctime but what was stored, mostly the mtime, and a tool that makes
 * the same image twice sets both to one second. inode(7), "File timestamps".
 */
import { statfsSync, type BigIntStats } from "node:fs";

/** Whose file systems' ctimes are set by the kernel: this one's, or that of another file system, which lies below it. */
export type ChangeTimes = "own" | "below";

/** Milliseconds within which two changes of a file can have one time. */
const CLOCK_STEP = 2000;
const IS_WHOLE_SECOND = /0{9}$/;

const OVERLAYFS = 0x794c7630;

/**
 * f_type of statfs(2) where the kernel itself writes the ctime at each change: ext2 to ext4, XFS, Btrfs, ZFS, F2FS, bcachefs, tmpfs.
 * overlayfs shows the times of the file below it, which may lie on any file system. A network's or FUSE's are those of whoever serves
 * it.
 */
const SETS_CHANGE_TIME = new Set([0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0xf2f52010, 0xca451a4e, 0x01021994]);

/** How the file system that a file is on comes by ctimes; undefined where they may be anything. */
export function findChangeTimes(path: string | Buffer): ChangeTimes | undefined {
  try {
    // Some kernels hand out the 32 bits with a sign.
    const type = statfsSync(path).type >>> 0;
    return type === OVERLAYFS ? "below" : SETS_CHANGE_TIME.has(type) ? "own" : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What tells a file's content from any other that it has had; undefined where nothing does: it changed so lately that another change
 * could have the same time, or its ctime may be one that was stored. A stored one is a whole second or, of what lies below an
 * overlayfs, no later than the mtime; one that the kernel gave to a file that was unpacked with the mtime of its archive is neither.
 */
export function identifyFile(
  { dev, ino, size, mtimeNs, ctimeNs, ctimeMs }: BigIntStats,
  times: ChangeTimes,
): string | undefined {
  if (Date.now() - Number(ctimeMs) < CLOCK_STEP || IS_WHOLE_SECOND.test(String(ctimeNs))) return undefined;
  if (times === "below" && ctimeNs <= mtimeNs) return undefined;
  return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}
