/** What an update changes as a unified diff, which patch and git apply take. The one door to the diff package. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import type { UpdatedFile } from "../update.js";

/** One patch for all files, of the same bytes; empty where nothing changes. */
export function renderUpdateDiff(files: readonly UpdatedFile[]): Uint8Array {
  const patches = files.flatMap(({ file, copiedFrom, before, after }) => {
    const [old, now] = [toText(before), toText(after)];
    if (old === now) return [];
    const name = toText(Buffer.from(file));
    // Where a file is new, patch and git make it, with its folder.
    const from = copiedFrom === undefined ? `a/${name}` : "/dev/null";
    return [
      createTwoFilesPatch(from, `b/${name}`, old, now, undefined, undefined, {
        headerOptions: FILE_HEADERS_ONLY,
      }),
    ];
  });
  return Buffer.from(patches.join(""), "latin1");
}

/** A character a byte, so that what is no UTF-8 stays what it is. */
function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
