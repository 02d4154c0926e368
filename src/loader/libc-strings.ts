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
const FOLDERS = /(?:^|\0)((?:\/[\x21-\x2e\x30-\x7e]+(?:\/[\x21-\x2e\x30-\x7e]+)*\/\0){2,})/;
const CACHE_PATH = /\0(\/[\x21-\x7e]*\/ld\.so\.cache)\0/;
const MUSL = /musl libc \(/;
const MUSL_VERSION = /\0(\d+\.\d+\.\d+)\0/;

/** Whether a file is a C library or its loader, by name and shape: only such files are scanned for strings. */
export function isLibcFile(path: string, elf: ElfObject): boolean {
  const name = elf.soname ?? baseName(path);
  return /^(?:ld-|ld64|ld\.so|ld-musl|libc\.so|libc-2\.|libc\.musl)/.test(name) && elf.segments.dynamic === "present";
}

/** Reads the strings; undefined where the file holds none of them (zeroed, or no C library after all). */
export function readLibcStrings(source: ByteSource): LibcStrings | undefined {
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
    folders ??= findFolders(text);
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

function findFolders(text: string): readonly string[] | undefined {
  const run = FOLDERS.exec(text)?.[1];
  if (run === undefined) return undefined;
  const folders = run.split("\0").filter((folder) => folder !== "");
  return folders.every((folder) => folder.includes("lib")) ? folders.map((folder) => folder.slice(0, -1)) : undefined;
}
