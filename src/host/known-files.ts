/**
 * Files of a machine that were read before. A file is taken for the same while it has the same path, inode, size and times: whoever
 * changes a file's content changes its ctime, which no program can set back.
 */
import type { BigIntStats } from "node:fs";
import type { FileFacts } from "../loader/facts.js";

/** What is known of files from before, and what is learned of them now. */
export interface KnownFiles {
  find(path: string, identity: string): FileFacts | undefined;
  learn(path: string, identity: string, facts: FileFacts): void;
}

/** Milliseconds within which two changes of a file can have one time. */
const CLOCK_STEP = 2000;

/**
 * What tells a file's content from any other that it has had; undefined where it changed so lately that another change could have the
 * same time.
 */
export function identifyFile({ dev, ino, size, mtimeNs, ctimeNs, ctimeMs }: BigIntStats): string | undefined {
  if (Date.now() - Number(ctimeMs) < CLOCK_STEP) return undefined;
  return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}
