/**
 * What is learned from a file when it passes by: ELF files are parsed, the few texts that a loader or the analysis reads are
 * kept, and everything else is let go. The same inspector serves layers of an image and files of a host.
 */
import { isElf } from "../elf/header.js";
import { parseElf } from "../elf/parse.js";
import { findTableParts } from "../elf/parts.js";
import { isMalformed } from "../elf/reader.js";
import type { ByteSource } from "../elf/source.js";
import { baseName, parentPath } from "../rootfs/path.js";
import { isDriverText } from "./driver-texts.js";
import type { FileFacts } from "./facts.js";
import { isLdCache } from "./ld-cache.js";
import { listReadPaths, MAX_CACHE, MAX_TEXT, MUSL_PATH } from "./read-paths.js";
import { mayBeCandidate, readStackTexts } from "./stack-marks.js";
import { isLibcFile, isLoaderFile, readLibcStrings } from "./libc-strings.js";

const MAX_CONF = 64 * 1024;
const MAX_DATABASE = 64 * 1024 * 1024;
const KEPT_NAMES = new Set(["ld.so.conf", "ld.so.preload", "os-release", "debian_version", "alpine-release"]);
/** What every file costs in memory, and every symbol beside its name. */
const FILE = 2000;
const SYMBOL = 60;

export const fileInspector = {
  /**
   * Whether a body is worth reading.
   *
   * @param path absolute byte string
   * @param head the first bytes, at least four or the whole file
   * @param size bytes of the whole file
   */
  wants(path: string, head: Uint8Array, size: number): boolean {
    if (isElf(head)) return true;
    // A cache tells itself, under whatever name; another file is none for the loader either.
    if (isLdCache(head)) return size <= MAX_CACHE;
    const name = baseName(path);
    if (path === "/var/lib/dpkg/status") return size <= MAX_DATABASE;
    if (KEPT_NAMES.has(name) || MUSL_PATH.test(name)) return size <= MAX_TEXT;
    if (isDriverText(path)) return size <= MAX_CONF;
    return name.endsWith(".conf") && size <= MAX_CONF && /\/(?:etc|ld\.so\.conf\.d)$/.test(parentPath(path));
  },

  /** Where the loader's tables lie in a large file. */
  findParts: (start: Uint8Array, size: number) =>
    isElf(start) ? findTableParts(start, size) : Promise.resolve(undefined),

  /**
   * The facts of a body.
   *
   * @param depth `stacks` leaves out the symbols of what is no library of a stack: for who only lists what there is
   */
  async inspect(path: string, body: ByteSource, depth: "all" | "stacks" = "all"): Promise<FileFacts> {
    // A copy: what is read is valid only for now.
    if (!isElf(body.read(0, Math.min(4, body.size))))
      return { kind: "data", bytes: new Uint8Array(body.read(0, body.size)) };
    try {
      const elf = await parseElf(body, depth === "all" ? undefined : mayBeCandidate);
      const strings = isLibcFile(path, elf) ? readLibcStrings(body, isLoaderFile(path, elf)) : undefined;
      const texts = await readStackTexts(body, elf);
      return {
        kind: "elf",
        elf,
        ...(strings === undefined ? {} : { strings }),
        ...(texts === undefined ? {} : { texts }),
      };
    } catch (error) {
      if (isMalformed(error)) return { kind: "broken-elf", problem: error.message };
      throw error;
    }
  },

  /** The facts of a file whose body was let go. */
  skipped: { kind: "other" } as FileFacts,

  /** About how many bytes of memory facts hold. */
  weigh(facts: FileFacts): number {
    if (facts.kind === "data") return FILE + facts.bytes.length;
    if (facts.kind !== "elf") return FILE;
    const { count, names } = facts.elf.symbols;
    return FILE + SYMBOL * count + names.bytes.length;
  },

  listReadPaths,

  /** The facts of a file whose body could not be had. */
  unread(reason: string): FileFacts {
    return { kind: "unread", reason };
  },
};
