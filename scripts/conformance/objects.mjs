/**
 * The ELF objects of a root folder: what a process there could load. A reader of its own, a few fields only: the conformance run
 * must not lean on the code that it tests.
 */
import { closeSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";

const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_LOAD = 1;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_SONAME = 14;
const DT_FLAGS_1 = 0x6ffffffb;
const DF_1_PIE = 0x08000000;
const NO_FILES = new Set(["/proc", "/sys", "/dev", "/.conformance"]);

/**
 * @typedef {{ path: string, mode: number, interp?: string, soname?: string, needed: readonly string[], program: boolean }} ElfFile
 */

/**
 * @param {string} root
 * @param {string} [under] look in this folder of the root only
 * @returns {ElfFile[]} sorted by path; of hardlinks the first
 */
export function listElfFiles(root, under = "") {
  const found = [];
  const seen = new Set();
  const look = (folder) => {
    for (const entry of readdirSync(root + folder, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!NO_FILES.has(path)) look(path);
      } else if (entry.isFile()) {
        const stats = lstatSync(root + path);
        if (stats.nlink > 1 && seen.has(stats.ino)) continue;
        seen.add(stats.ino);
        const elf = stats.size < 64 ? undefined : readElfFile(root + path);
        if (elf === undefined) continue;
        const program = elf.interp !== undefined && (stats.mode & 0o111) !== 0;
        found.push({ path, mode: stats.mode, program, ...elf });
      }
    }
  };
  look(under);
  return found;
}

/** The facts of a dynamically linked x86-64 file; undefined for all else, static programs too. */
export function readElfFile(file) {
  const handle = openSync(file, "r");
  const read = (offset, length) => {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(handle, bytes, 0, length, offset));
  };
  try {
    const header = read(0, 64);
    if (header.length < 64 || header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2) return undefined;
    const [type, machine] = [header.readUInt16LE(16), header.readUInt16LE(18)];
    if (machine !== 62 || (type !== 2 && type !== 3)) return undefined;
    const table = read(Number(header.readBigUInt64LE(32)), header.readUInt16LE(54) * header.readUInt16LE(56));
    const loads = [];
    let interp;
    let dynamic;
    for (let at = 0; at + 56 <= table.length; at += 56) {
      const [offset, address, size] = [8, 16, 32].map((field) => Number(table.readBigUInt64LE(at + field)));
      const kind = table.readUInt32LE(at);
      if (kind === PT_LOAD) loads.push({ offset, address, size });
      if (kind === PT_INTERP) interp = read(offset, size).toString("latin1").replace(/\0.*$/s, "");
      if (kind === PT_DYNAMIC) dynamic = read(offset, size);
    }
    if (dynamic === undefined) return undefined;
    const entries = [];
    for (let at = 0; at + 16 <= dynamic.length; at += 16) {
      const tag = Number(dynamic.readBigInt64LE(at));
      if (tag === 0) break;
      entries.push([tag, Number(dynamic.readBigUInt64LE(at + 8))]);
    }
    const valueOf = (wanted) => entries.find(([tag]) => tag === wanted)?.[1];
    if (interp === undefined && ((valueOf(DT_FLAGS_1) ?? 0) & DF_1_PIE) !== 0) return undefined;
    const strings = valueOf(DT_STRTAB) ?? 0;
    const load = loads.find(({ address, size }) => address <= strings && strings < address + size);
    if (load === undefined) return undefined;
    const textAt = (offset) =>
      read(strings - load.address + load.offset + offset, 1024)
        .toString("latin1")
        .replace(/\0.*$/s, "");
    const soname = valueOf(DT_SONAME);
    return {
      needed: entries.filter(([tag]) => tag === DT_NEEDED).map(([, offset]) => textAt(offset)),
      ...(interp === undefined ? {} : { interp }),
      ...(soname === undefined ? {} : { soname: textAt(soname) }),
    };
  } finally {
    closeSync(handle);
  }
}
