/** What tells a part of a file from any other bytes, without reading it. */
import { fstatSync } from "node:fs";
import { findChangeTimes, identifyFile } from "../disk/file-identity.js";
import type { FileRange } from "./range-reader.js";

/** Undefined where nothing tells whether the file has changed. */
export function markRange({ fd, offset, size }: FileRange): string | undefined {
  // Through the open file: its name may be another's by now. Where there is no /proc, nothing is known.
  const times = findChangeTimes(`/proc/self/fd/${fd}`);
  const identity = times && identifyFile(fstatSync(fd, { bigint: true }), times);
  return identity && `${identity} ${offset} ${size}`;
}
