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
import { createDamageLog } from "./damage.js";
import { readHeader, type ElfHeader, type ProgramHeader } from "./header.js";
import { readNotes } from "./notes.js";
import type { ElfObject, Filtee } from "./object.js";
import { createElfReader, type ElfReader } from "./reader.js";
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
import { readGnuFilter, type MayDefine } from "./gnu-hash.js";
import { readStringTable, type StringTable } from "./strings.js";
import { NO_SYMBOLS, readSymbols } from "./symbols.js";
import { readVersions, withoutVersions } from "./versions.js";

const PF_X = 1;
const DF_SYMBOLIC = 2;
const DF_BIND_NOW = 8;
const DF_1_NOW = 1;
/** bytes of PT_INTERP that the kernel takes, the NUL included */
const MIN_PATH = 2;
const MAX_PATH = 4096;
const NO_TAGS: DynamicSection = { tags: [], find: () => undefined, findAddress: () => undefined };
const NO_DEPENDENCIES = { needed: [], filtees: [] };

/**
 * Reads an ELF file. A file without a dynamic section (static, relocatable) gives an object with empty tables, and so does one
 * that contradicts itself behind its header: `damage` says where.
 *
 * @param wantsSymbols whether they are read where the file may define what the question says; they are where it is left out
 * @throws ContainerspecError malformed-elf where the header or the program headers cannot be read: then no kernel starts the
 * file, and no loader maps it
 */
export async function parseElf(
  source: ByteSource,
  wantsSymbols: (mayDefine: MayDefine) => boolean = () => true,
): Promise<ElfObject> {
  const header = await readHeader(source);
  const { programHeaders: headers } = header;
  const reader = createElfReader(source, header.class, header.data);
  const log = createDamageLog();
  log.attempt(() => checkLoadsPresent(reader, headers), undefined);
  const dynamicHeaders = headers.filter(({ type }) => type === PT_DYNAMIC);
  const dynamicHeader = dynamicHeaders.findLast(({ fileSize }) => fileSize > 0);
  const dynamic =
    dynamicHeader === undefined
      ? NO_TAGS
      : log.attemptDependencies(() => readDynamic(reader, headers, dynamicHeader), NO_TAGS);
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
    ...log.attemptDependencies(() => readDependencies(dynamic, strings), NO_DEPENDENCIES),
    ...log.attempt(() => readSoname(dynamic, strings), {}),
    dynamicFlags,
    dynamicFlags1,
    bindNow:
      dynamic.find(DT_BIND_NOW) !== undefined || (dynamicFlags & DF_BIND_NOW) !== 0 || (dynamicFlags1 & DF_1_NOW) !== 0,
    symbolic: dynamic.find(DT_SYMBOLIC) !== undefined || (dynamicFlags & DF_SYMBOLIC) !== 0,
    relr: dynamic.find(DT_RELR) !== undefined,
    versions: log.attempt(() => readVersions(reader, headers, dynamic, strings), withoutVersions(dynamic)),
    symbols: log.attempt(() => {
      const isWanted = wantsSymbols(readGnuFilter(reader, headers, dynamic) ?? (() => true));
      return isWanted ? readSymbols(reader, headers, dynamic, header.machine, strings) : NO_SYMBOLS;
    }, NO_SYMBOLS),
    ...describeTls(headers),
    stack: describeStack(headers),
    notes: readNotes(reader, headers),
    ...log.finish(),
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

/**
 * PT_INTERP as the kernel takes it: it starts no file whose header gives no path that ends (load_elf_binary of Linux's
 * fs/binfmt_elf.c), and a library is loaded whatever stands there.
 */
function readInterp({ source }: ElfReader, headers: readonly ProgramHeader[]): { interp?: string } {
  const segment = headers.find(({ type }) => type === PT_INTERP);
  // A debug file keeps the header and not the bytes.
  if (segment === undefined || segment.fileSize < MIN_PATH || segment.fileSize > MAX_PATH) return {};
  if (segment.offset + segment.fileSize > source.size) return {};
  const text = Buffer.from(source.read(segment.offset, segment.fileSize)).toString("latin1");
  return text.endsWith("\0") ? { interp: text.split("\0", 1)[0] as string } : {};
}

function readDependencies(dynamic: DynamicSection, strings: StringTable) {
  const needed = dynamic.tags.filter(({ tag }) => tag === DT_NEEDED);
  return {
    needed: needed.map(({ value }) => strings.get(value, "DT_NEEDED")),
    ...readName("rpath", dynamic.find(DT_RPATH), "DT_RPATH", strings),
    ...readName("runpath", dynamic.find(DT_RUNPATH), "DT_RUNPATH", strings),
    filtees: readFiltees(dynamic, strings),
  };
}

function readFiltees({ tags }: DynamicSection, strings: StringTable): Filtee[] {
  const filtees: Filtee[] = [];
  let after = 0;
  for (const { tag, value } of tags) {
    if (tag === DT_NEEDED) after += 1;
    const required = tag === DT_FILTER;
    if (!required && tag !== DT_AUXILIARY) continue;
    filtees.push({ name: strings.get(value, required ? "DT_FILTER" : "DT_AUXILIARY"), required, after });
  }
  return filtees;
}

function readSoname(dynamic: DynamicSection, strings: StringTable): { soname?: string } {
  return readName("soname", dynamic.find(DT_SONAME), "DT_SONAME", strings);
}

function readName<Key extends string>(
  key: Key,
  value: number | undefined,
  field: string,
  strings: StringTable,
): { [K in Key]?: string } {
  return value === undefined ? {} : ({ [key]: strings.get(value, field) } as { [K in Key]?: string });
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
