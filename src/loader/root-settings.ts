/** What a root itself says about how its processes are started: its cache, its C library, its preloads. */
import type { ElfObject } from "../elf/object.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import type { FileFacts } from "./facts.js";
import { findText } from "./ld-conf.js";
import { identifyLibc, type LibcIdentity } from "./libc-identity.js";
import { createLoader, type LoaderSettings } from "./loader.js";

/** The names in /etc/ld.so.preload, separated by white space or colons; `#` starts a comment. */
export function findPreloads(root: RootFilesystem<FileFacts>): readonly string[] {
  const text = withoutComments(findText(root, "/etc/ld.so.preload") ?? "");
  return text.split(/[ \t\n:]+/).filter((name) => name !== "");
}

/**
 * As dl_main does it (elf/rtld.c), which goes on looking from the start of the file and not from the comment's end, but in a
 * range that is shorter by what it has passed: a comment far down may be left, and is read as names.
 */
function withoutComments(text: string): string {
  let cleared = text;
  for (let rest = text.length; rest > 0;) {
    const start = cleared.slice(0, rest).indexOf("#");
    if (start === -1) break;
    const newline = cleared.indexOf("\n", start);
    const end = Math.min(newline === -1 ? cleared.length : newline, start + (rest - start));
    cleared = cleared.slice(0, start) + " ".repeat(end - start) + cleared.slice(end);
    rest -= end;
  }
  return cleared;
}

/** The C library that programs like `like` get in a root. */
export function findLibc(
  root: RootFilesystem<FileFacts>,
  like: ElfObject | undefined,
  settings: Pick<LoaderSettings, "cache" | "hwcaps">,
): LibcIdentity {
  if (like === undefined) return { family: "none" };
  const found = createLoader(root, { ...settings, preload: [] }).findPlain("libc.so.6", like);
  return identifyLibc(root, found.kind === "found" ? found.path : undefined, like.interp);
}
