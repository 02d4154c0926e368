/**
 * What is learned from a file when it passes by: ELF files are parsed, the few texts that a loader or the analysis reads are
 * kept, and everything else is let go. The same inspector serves layers of an image and files of a host.
 */
import { isElf } from "../elf/header.js";
import { parseElf } from "../elf/parse.js";
import { isMalformed } from "../elf/reader.js";
import type { ByteSource } from "../elf/source.js";
import { baseName, parentPath } from "../rootfs/path.js";
import type { FileFacts } from "./facts.js";
import { isLibcFile, isLoaderFile, readLibcStrings } from "./libc-strings.js";

const MAX_CONF = 64 * 1024;
const MAX_DATABASE = 64 * 1024 * 1024;
const KEPT_NAMES = new Set([
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.preload",
  "os-release",
  "debian_version",
  "alpine-release",
]);

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
    const name = baseName(path);
    if (path === "/var/lib/dpkg/status") return size <= MAX_DATABASE;
    if (KEPT_NAMES.has(name) || /^ld-musl-.*\.path$/.test(name)) return size <= MAX_DATABASE;
    return name.endsWith(".conf") && size <= MAX_CONF && /\/(?:etc|ld\.so\.conf\.d)$/.test(parentPath(path));
  },

  /** The facts of a body. */
  async inspect(path: string, body: ByteSource): Promise<FileFacts> {
    if (!isElf(body.read(0, Math.min(4, body.size)))) return { kind: "data", bytes: body.read(0, body.size).slice() };
    try {
      const elf = await parseElf(body);
      const strings = isLibcFile(path, elf) ? readLibcStrings(body, isLoaderFile(path, elf)) : undefined;
      return { kind: "elf", elf, ...(strings === undefined ? {} : { strings }) };
    } catch (error) {
      if (isMalformed(error)) return { kind: "broken-elf", problem: error.message };
      throw error;
    }
  },

  /** The facts of a file whose body was let go. */
  skipped: { kind: "other" } as FileFacts,

  /** The facts of a file whose body could not be had. */
  unread(reason: string): FileFacts {
    return { kind: "unread", reason };
  },
};
