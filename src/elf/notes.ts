/**
 * Notes: records of owner, type and data that the loader or a tool may read. Those of interest are GNU's ABI tag, build-id and
 * properties, the list of libraries that a program may open with dlopen, and the drivers that a libcuda works with. gABI chapter 5,
 * "Note Section"; the x86-64 psABI for program properties; the ELF dlopen metadata specification of systemd's project for FDO notes;
 * the hook enable-cuda-compat of NVIDIA's container toolkit (cmd/nvidia-cdi-hook/cudacompat/cuda-elf-header.go) for NVIDIA's.
 */
import type { ProgramHeader } from "./header.js";
import type { ElfNotes } from "./object.js";
import { ElfTable, type ElfReader } from "./reader.js";
import { PT_GNU_PROPERTY, PT_NOTE } from "./segments.js";

const NT_GNU_ABI_TAG = 1;
const NT_GNU_BUILD_ID = 3;
const NT_GNU_PROPERTY_TYPE_0 = 5;
const NT_FDO_DLOPEN = 0x407c0c0a;
const NVIDIA = "NVIDIA Corporation";
/** Notes are small; a file with more of them, in all its headers together, is not one that anybody reads for them. */
const MAX_NOTES = 1 << 20;

interface Note {
  readonly owner: string;
  readonly type: number;
  readonly data: ElfTable;
}

/** The notes of a file. What is malformed here no loader objects to: it is left out. */
export function readNotes(reader: ElfReader, headers: readonly ProgramHeader[]): ElfNotes {
  let abiTag: ElfNotes["abiTag"];
  let buildId: string | undefined;
  const properties = new Map<number, number>();
  const dlopen: string[] = [];
  let cudaCompat: string | undefined;
  for (const { owner, type, data } of findNotes(reader, headers)) {
    if (owner === "GNU" && type === NT_GNU_ABI_TAG && data.bytes.length >= 16) {
      abiTag = { os: data.word(0), kernel: [data.word(4), data.word(8), data.word(12)] };
    } else if (owner === "GNU" && type === NT_GNU_BUILD_ID) {
      buildId = Buffer.from(data.bytes).toString("hex");
    } else if (owner === "GNU" && type === NT_GNU_PROPERTY_TYPE_0) {
      for (const property of findProperties(data, reader.wordSize)) properties.set(property.type, property.value);
    } else if (owner === "FDO" && type === NT_FDO_DLOPEN) {
      dlopen.push(toText(data));
    } else if (owner === NVIDIA) {
      // Whatever its type: the hook asks for the section's name, and no other note of theirs holds JSON.
      cudaCompat ??= /\{[^]*\}/.exec(toText(data))?.[0];
    }
  }
  return {
    ...(abiTag === undefined ? {} : { abiTag }),
    ...(buildId === undefined ? {} : { buildId }),
    properties: [...properties].map(([type, value]) => ({ type, value })),
    dlopen,
    ...(cudaCompat === undefined ? {} : { cudaCompat }),
  };
}

function toText({ bytes }: ElfTable): string {
  return Buffer.from(bytes)
    .toString("utf8")
    .replace(/^\0+|\0+$/g, "");
}

function* findNotes(reader: ElfReader, headers: readonly ProgramHeader[]): Generator<Note> {
  let allowance = MAX_NOTES;
  for (const { type, offset, fileSize, alignment } of headers) {
    if ((type !== PT_NOTE && type !== PT_GNU_PROPERTY) || fileSize > allowance) continue;
    if (offset + fileSize > reader.source.size) continue;
    allowance -= fileSize;
    const align = alignment === 8 ? 8 : 4;
    const table = new ElfTable(reader, new Uint8Array(reader.source.read(offset, fileSize)));
    for (let at = 0; at + 12 <= fileSize;) {
      const nameSize = table.word(at);
      const dataAt = at + roundUp(12 + nameSize, align);
      const dataSize = table.word(at + 4);
      const owner = Buffer.from(table.bytes.subarray(at + 12, at + 12 + Math.max(0, nameSize - 1))).toString("latin1");
      // Theirs are aligned in ways of their own, and read with the padding around.
      const [from, to] = owner === NVIDIA ? [at + 12 + nameSize, dataAt + dataSize + 8] : [dataAt, dataAt + dataSize];
      if (to > fileSize && owner !== NVIDIA) break;
      yield { owner, type: table.word(at + 8), data: new ElfTable(reader, table.bytes.subarray(from, to)) };
      at = dataAt + roundUp(dataSize, align);
    }
  }
}

/** Properties of four bytes: the bit masks of instruction set and control flow. */
function* findProperties(data: ElfTable, wordSize: number): Generator<{ type: number; value: number }> {
  for (let at = 0; at + 8 <= data.bytes.length;) {
    const size = data.word(at + 4);
    if (at + 8 + size > data.bytes.length) return;
    if (size === 4) yield { type: data.word(at), value: data.word(at + 8) };
    at += 8 + roundUp(size, wordSize);
  }
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
