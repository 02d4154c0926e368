/**
 * The header of a SIF image and its table of objects: file systems, signatures, definition files. Bytes to value; which of the objects
 * is the root is another question. All numbers are little-endian. sylabs/sif, pkg/sif: sif.go, descriptor.go, arch.go, load.go.
 */
import { describeLimit, type Limits } from "./limits.js";
import { readSigned64 } from "./wide-number.js";

export const SIF_HEADER_BYTES = 128;
const MAGIC = "SIF_MAGIC\0";
const MAGIC_AT = 32;
const VERSION_AT = 42;
const DESCRIPTOR_BYTES = 585;
const NAME_AT = 73;
const NAME_BYTES = 128;
const EXTRA_AT = 201;
/** An object's group is a number below this mask; none is 0. */
const GROUP_MASK = 0x0fffffff;

/** What an object is, by the number of its data type, in words for a list. */
const OBJECTS: Readonly<Record<number, string>> = {
  0x4001: "a definition file",
  0x4002: "environment variables",
  0x4003: "labels",
  0x4004: "a partition",
  0x4005: "a signature",
  0x4006: "JSON",
  0x4007: "other data",
  0x4008: "a key",
  0x4009: "a bill of materials",
  0x400a: "the index of an OCI image",
  0x400b: "a blob of an OCI image",
};
const PARTITION = 0x4004;
const JSON_OBJECT = 0x4006;
const OCI_INDEX = 0x400a;
const OCI_BLOB = 0x400b;
const DIGEST_BYTES = 256;

export type SifFileSystem = "squashfs" | "ext3" | "archive" | "raw" | "encrypted" | "unknown";
const FILE_SYSTEMS: Readonly<Record<number, SifFileSystem>> = {
  1: "squashfs",
  2: "ext3",
  3: "archive",
  4: "raw",
  5: "encrypted",
  6: "encrypted",
};

export type SifRole = "system" | "primary" | "data" | "overlay" | "unknown";
const ROLES: Readonly<Record<number, SifRole>> = { 1: "system", 2: "primary", 3: "data", 4: "overlay" };

/** Names of Go, as platforms have them. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  "01": "386",
  "02": "amd64",
  "03": "arm",
  "04": "arm64",
  "05": "ppc64",
  "06": "ppc64le",
  "07": "mips",
  "08": "mipsle",
  "09": "mips64",
  "10": "mips64le",
  "11": "s390x",
  "12": "riscv64",
};

export interface SifPartition {
  readonly fileSystem: SifFileSystem;
  readonly role: SifRole;
  /** amd64 and the like; undefined where it is not told */
  readonly architecture?: string;
}

export interface SifObject {
  readonly id: number;
  /** 0 for none */
  readonly group: number;
  readonly name: string;
  /** what it is, in words */
  readonly what: string;
  readonly offset: number;
  readonly size: number;
  readonly partition?: SifPartition;
  readonly isJson: boolean;
  /** of the OCI image that an OCI-SIF holds: its index, or another blob with the digest that it goes by */
  readonly blob?: { readonly isIndex: boolean; readonly digest: string };
}

export interface SifTable {
  readonly offset: number;
  readonly count: number;
}

/** Whether a file is a SIF image, by its first bytes. */
export function isSif(head: Uint8Array): boolean {
  return textAt(head, MAGIC_AT, MAGIC.length) === MAGIC;
}

/** Where the table of objects is; or why no image can be like that. */
export function parseSifHeader(
  header: Buffer,
  limits: Limits,
): SifTable | { readonly problem: string; readonly code?: "limit-exceeded" } {
  const version = textAt(header, VERSION_AT, 3);
  if (version !== "01\0")
    return { problem: `it is of the version ${JSON.stringify(version)}, where "01" was expected` };
  const [total, offset, size] = [88, 96, 104].map((at) => readSigned64(header, at)) as [number, number, number];
  if (total < 0) return { problem: `it has ${total} objects` };
  if (total > limits.descriptors)
    return {
      problem: `it has ${total} objects, and ${describeLimit(limits, "descriptors")}`,
      code: "limit-exceeded",
    };
  if (offset < SIF_HEADER_BYTES || size < total * DESCRIPTOR_BYTES)
    return { problem: `its table of ${total} objects has ${size} bytes at ${offset}` };
  return { offset, count: total };
}

export function tableBytes({ count }: SifTable): number {
  return count * DESCRIPTOR_BYTES;
}

/** The objects that are in use, in order. Their places are what they say, and may lie outside the file. */
export function parseSifObjects(table: Buffer): readonly SifObject[] {
  const objects: SifObject[] = [];
  for (let at = 0; at + DESCRIPTOR_BYTES <= table.length; at += DESCRIPTOR_BYTES) {
    const descriptor = table.subarray(at, at + DESCRIPTOR_BYTES);
    if (descriptor[4] !== 0) objects.push(parseObject(descriptor));
  }
  return objects;
}

function parseObject(descriptor: Buffer): SifObject {
  const type = descriptor.readInt32LE(0);
  return {
    id: descriptor.readUInt32LE(5),
    group: descriptor.readUInt32LE(9) & GROUP_MASK,
    name: textAt(descriptor, NAME_AT, NAME_BYTES).replace(/\0+$/, ""),
    what: OBJECTS[type] ?? `an object of the unknown type ${type}`,
    offset: readSigned64(descriptor, 17),
    size: readSigned64(descriptor, 25),
    ...(type === PARTITION ? { partition: parsePartition(descriptor.subarray(EXTRA_AT)) } : {}),
    ...(type === OCI_INDEX || type === OCI_BLOB ? { blob: parseBlob(descriptor, type === OCI_INDEX) } : {}),
    isJson: type === JSON_OBJECT,
  };
}

function parseBlob(descriptor: Buffer, isIndex: boolean): { readonly isIndex: boolean; readonly digest: string } {
  return { isIndex, digest: textAt(descriptor, EXTRA_AT, DIGEST_BYTES).replace(/\0+$/, "") };
}

function parsePartition(extra: Buffer): SifPartition {
  const architecture = ARCHITECTURES[textAt(extra, 8, 2)];
  return {
    fileSystem: FILE_SYSTEMS[extra.readInt32LE(0)] ?? "unknown",
    role: ROLES[extra.readInt32LE(4)] ?? "unknown",
    ...(architecture === undefined ? {} : { architecture }),
  };
}

function textAt(bytes: Uint8Array, offset: number, length: number): string {
  return Buffer.from(bytes.subarray(offset, offset + length)).toString("latin1");
}
