/**
 * An ELF file as the dynamic loader sees it: found through program headers and the dynamic section alone, since section headers
 * may be stripped and no loader reads them.
 */
import {
  DT_AUXILIARY,
  DT_BIND_NOW,
  DT_FILTER,
  DT_FLAGS,
  DT_FLAGS_1,
  DT_NEEDED,
  DT_RELR,
  DT_RPATH,
  DT_RUNPATH,
  DT_SONAME,
  DT_SYMBOLIC,
  readDynamic,
  type DynamicSection,
} from "./dynamic.js";
import { readHeader, type ElfHeader, type ProgramHeader } from "./header.js";
import { readNotes } from "./notes.js";
import type { ElfObject } from "./object.js";
import { createElfReader, malformed, readTable, type ElfReader } from "./reader.js";
import {
  areLoadsAligned,
  checkLoadsPresent,
  PT_DYNAMIC,
  PT_GNU_STACK,
  PT_INTERP,
  PT_LOAD,
  PT_TLS,
} from "./segments.js";
import type { ByteSource } from "./source.js";
import { readStringTable, type StringTable } from "./strings.js";
import { readSymbols } from "./symbols.js";
import { readVersions } from "./versions.js";

const PF_X = 1;
const DF_SYMBOLIC = 2;
const DF_BIND_NOW = 8;
const DF_1_NOW = 1;
const MAX_PATH = 4096;
const NO_TAGS: DynamicSection = { tags: [], find: () => undefined, findAddress: () => undefined };

/**
 * Reads an ELF file. A file without a dynamic section (static, relocatable) gives an object with empty tables.
 *
 * @throws ContainerspecError malformed-elf, with the field and its offset
 */
export async function parseElf(source: ByteSource): Promise<ElfObject> {
  const header = await readHeader(source);
  const { programHeaders: headers } = header;
  const reader = createElfReader(source, header.class, header.data);
  checkLoadsPresent(reader, headers);
  const dynamicHeaders = headers.filter(({ type }) => type === PT_DYNAMIC);
  const dynamicHeader = dynamicHeaders.findLast(({ fileSize }) => fileSize > 0);
  const dynamic = dynamicHeader === undefined ? NO_TAGS : readDynamic(reader, headers, dynamicHeader);
  const strings = readStringTable(reader, headers, dynamic);
  const dynamicFlags = dynamic.find(DT_FLAGS) ?? 0;
  const dynamicFlags1 = dynamic.find(DT_FLAGS_1) ?? 0;
  return {
    ...describeHeader(header),
    segments: {
      loads: headers.filter(({ type }) => type === PT_LOAD).length,
      loadsAligned: areLoadsAligned(headers),
      dynamic: dynamicHeader !== undefined ? "present" : dynamicHeaders.length > 0 ? "empty" : "absent",
    },
    ...readInterp(reader, headers),
    ...readNames(dynamic, strings),
    dynamicFlags,
    dynamicFlags1,
    bindNow:
      dynamic.find(DT_BIND_NOW) !== undefined || (dynamicFlags & DF_BIND_NOW) !== 0 || (dynamicFlags1 & DF_1_NOW) !== 0,
    symbolic: dynamic.find(DT_SYMBOLIC) !== undefined || (dynamicFlags & DF_SYMBOLIC) !== 0,
    relr: dynamic.find(DT_RELR) !== undefined,
    versions: readVersions(reader, headers, dynamic, strings),
    symbols: readSymbols(reader, headers, dynamic, header.machine, strings),
    ...describeTls(headers),
    stack: describeStack(headers),
    notes: readNotes(reader, headers),
  };
}

function describeHeader(header: ElfHeader) {
  const {
    class: elfClass,
    data,
    machine,
    type,
    flags,
    osAbi,
    abiVersion,
    versionOk,
    paddingOk,
    programHeaderSizeOk,
  } = header;
  return {
    class: elfClass,
    data,
    machine,
    type,
    flags,
    osAbi,
    abiVersion,
    header: { versionOk, paddingOk, programHeaderSizeOk },
  };
}

function readInterp(reader: ElfReader, headers: readonly ProgramHeader[]): { interp?: string } {
  const segment = headers.find(({ type }) => type === PT_INTERP);
  // A debug file keeps the header and not the bytes.
  if (segment === undefined || segment.fileSize === 0) return {};
  if (segment.fileSize > MAX_PATH)
    throw malformed("PT_INTERP is longer than a path can be", segment.offset, reader.source.size);
  const { bytes } = readTable(reader, segment.offset, segment.fileSize, "PT_INTERP");
  const text = Buffer.from(bytes).toString("latin1");
  if (!text.endsWith("\0")) throw malformed("PT_INTERP does not end with NUL", segment.offset, reader.source.size);
  return { interp: text.split("\0", 1)[0] as string };
}

function readNames(dynamic: DynamicSection, strings: StringTable) {
  const all = (tag: number, field: string): string[] =>
    dynamic.tags.filter((entry) => entry.tag === tag).map(({ value }) => strings.get(value, field));
  const one = <Key extends string>(key: Key, tag: number, field: string): { [K in Key]?: string } => {
    const value = dynamic.find(tag);
    return value === undefined ? {} : ({ [key]: strings.get(value, field) } as { [K in Key]?: string });
  };
  return {
    needed: all(DT_NEEDED, "DT_NEEDED"),
    ...one("soname", DT_SONAME, "DT_SONAME"),
    ...one("rpath", DT_RPATH, "DT_RPATH"),
    ...one("runpath", DT_RUNPATH, "DT_RUNPATH"),
    auxiliary: all(DT_AUXILIARY, "DT_AUXILIARY"),
    filter: all(DT_FILTER, "DT_FILTER"),
  };
}

function describeTls(headers: readonly ProgramHeader[]): { tls?: { size: number; alignment: number } } {
  // glibc passes over an empty one, and keeps the last.
  const segment = headers.findLast(({ type, memorySize }) => type === PT_TLS && memorySize > 0);
  return segment === undefined ? {} : { tls: { size: segment.memorySize, alignment: segment.alignment } };
}

function describeStack(headers: readonly ProgramHeader[]): ElfObject["stack"] {
  const segment = headers.findLast(({ type }) => type === PT_GNU_STACK);
  if (segment === undefined) return "unmarked";
  return (segment.flags & PF_X) !== 0 ? "executable" : "plain";
}
