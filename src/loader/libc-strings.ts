/**
 * What a C library says of itself. A container's own ld.so holds, in its read-only data, the folders that it searches last as a
 * run of NUL-terminated strings with trailing slashes, and both it and libc.so.6 hold a banner with their release. Asking the
 * file is exact where a table of distributions would guess.
 *
 * The strings come from glibc's elf/dl-load.c (system_dirs), csu/version.c and elf/dl-diagnostics or ld.so --version, and
 * musl's ldso/dynlink.c.
 */
import type { ElfObject } from "../elf/object.js";
import type { ByteSource } from "../elf/source.js";
import { baseName } from "../rootfs/path.js";
import type { LibcStrings } from "./facts.js";

const CHUNK = 1 << 20;
/** No string looked for is longer; chunks overlap by this much so that none is cut in two. */
const OVERLAP = 4096;
const BANNER = /(?:GNU C Library|ld\.so) \([^)\0]*\) (?:stable|development) release version (\d+\.\d+)/;
/** Folder names one after another. What stands before the first is any byte that is no text: often, but not always, a NUL. */
const FOLDERS = /(?<![\t\n\x20-\x7e])(?:\/[\x21-\x2e\x30-\x7e]+(?:\/[\x21-\x2e\x30-\x7e]+)*\/\0)+/g;
const OF_LIBRARIES = /\/lib/;
const CACHE_PATH = /\0(\/[\x21-\x7e]*\/ld\.so\.cache)\0/;
const MUSL = /musl libc \(/;
const MUSL_VERSION = /\0(\d+\.\d+\.\d+)\0/;

/** Whether a file is a C library or its loader, by name and shape: only such files are scanned for strings. */
export function isLibcFile(path: string, elf: ElfObject): boolean {
  const name = elf.soname ?? baseName(path);
  return /^(?:ld-|ld64|ld\.so|ld-musl|libc\.so|libc-2\.|libc\.musl)/.test(name) && elf.segments.dynamic === "present";
}

/** Whether such a file is the loader: it alone knows where it searches. */
export function isLoaderFile(path: string, elf: ElfObject): boolean {
  return /^(?:ld-|ld64|ld\.so)/.test(elf.soname ?? baseName(path));
}

/**
 * Reads the strings; undefined where the file holds none of them (zeroed, or no C library after all).
 *
 * @param isLoader look for the folders that it searches too
 */
export function readLibcStrings(source: ByteSource, isLoader: boolean): LibcStrings | undefined {
  let version: string | undefined;
  let folders: readonly string[] | undefined;
  let cachePath: string | undefined;
  let isMusl = false;
  for (let at = 0; at < source.size; at += CHUNK) {
    const length = Math.min(CHUNK + OVERLAP, source.size - at);
    const text = Buffer.from(source.read(at, length)).toString("latin1");
    if (MUSL.test(text)) {
      isMusl = true;
      version ??= MUSL_VERSION.exec(text)?.[1];
    }
    version ??= BANNER.exec(text)?.[1];
    if (isLoader) folders ??= findFolders(text);
    cachePath ??= CACHE_PATH.exec(text)?.[1];
  }
  if (version === undefined && folders === undefined) return undefined;
  return {
    family: isMusl ? "musl" : "glibc",
    ...(version === undefined ? {} : { version }),
    ...(folders === undefined || isMusl ? {} : { defaultFolders: folders }),
    ...(cachePath === undefined || isMusl ? {} : { cachePath }),
  };
}

/**
 * system_dirs of elf/dl-load.c: one folder where glibc was built with slibdir = libdir (Makeconfig), two or more elsewhere. Newer
 * loaders hold it twice, and bytes before it that look like text hide its first folder: the longest run is the whole of it.
 */
function findFolders(text: string): readonly string[] | undefined {
  let best: readonly string[] = [];
  for (const [run] of text.matchAll(FOLDERS)) {
    const folders = run.split("\0").filter((folder) => folder !== "");
    if (folders.length > best.length && folders.every((folder) => OF_LIBRARIES.test(folder))) best = folders;
  }
  // Two copies of one folder may stand side by side.
  return best.length === 0 ? undefined : [...new Set(best.map((folder) => folder.slice(0, -1)))];
}
