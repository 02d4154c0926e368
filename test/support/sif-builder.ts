/** SIF images by their bytes: a header, a table of objects, and the objects, as sylabs/sif lays them out. */
import { hexOf, type ArchiveFile } from "./image-builder.js";

const DESCRIPTOR_BYTES = 585;
const TABLE_AT = 4096;
const DATA_AT = 32768;
const DEFAULT_GROUP = 0xf0000001;

export interface SifObjectDescription {
  /** data type: 0x4004 for a partition */
  readonly type: number;
  readonly data: Uint8Array;
  readonly name?: string;
  /** with the mask of groups in it */
  readonly group?: number;
  readonly partition?: { readonly fileSystem: number; readonly role: number; readonly architecture?: string };
  /** of an OCI blob */
  readonly digest?: string;
  /** the descriptor is there, and not in use */
  readonly isUnused?: boolean;
  /** what the descriptor says, where that shall be a lie */
  readonly size?: number;
}

export interface SifDescription {
  readonly objects: readonly SifObjectDescription[];
  readonly version?: string;
  /** what the header says of its table, where that shall be a lie */
  readonly count?: number;
}

export function buildSif({ objects, version = "01", count = 48 }: SifDescription): Buffer {
  const header = Buffer.alloc(DATA_AT);
  header.write("#!/usr/bin/env run-singularity\n", 0, "latin1");
  header.write("SIF_MAGIC\0", 32, "latin1");
  header.write(version, 42, "latin1");
  header.write(objects[0]?.partition?.architecture ?? "00", 45, "latin1");
  const numbers = [count - objects.length, count, TABLE_AT, 48 * DESCRIPTOR_BYTES, DATA_AT, 0];
  numbers.forEach((value, index) => header.writeBigInt64LE(BigInt(value), 80 + 8 * index));
  const parts: Buffer[] = [header];
  let offset = DATA_AT;
  objects.forEach((object, index) => {
    toDescriptor(object, index + 1, offset).copy(header, TABLE_AT + index * DESCRIPTOR_BYTES);
    const padded = Buffer.alloc(Math.ceil(object.data.length / 4096) * 4096);
    padded.set(object.data);
    parts.push(padded);
    offset += padded.length;
  });
  return Buffer.concat(parts);
}

function toDescriptor(object: SifObjectDescription, id: number, offset: number): Buffer {
  const bytes = Buffer.alloc(DESCRIPTOR_BYTES);
  bytes.writeInt32LE(object.type, 0);
  bytes[4] = object.isUnused === true ? 0 : 1;
  bytes.writeUInt32LE(id, 5);
  bytes.writeUInt32LE(object.group ?? DEFAULT_GROUP, 9);
  bytes.writeBigInt64LE(BigInt(offset), 17);
  bytes.writeBigInt64LE(BigInt(object.size ?? object.data.length), 25);
  bytes.write(object.name ?? "", 73, "latin1");
  bytes.write(object.digest ?? "", 201, "latin1");
  if (object.partition !== undefined) {
    bytes.writeInt32LE(object.partition.fileSystem, 201);
    bytes.writeInt32LE(object.partition.role, 205);
    bytes.write(object.partition.architecture ?? "02", 209, "latin1");
  }
  return bytes;
}

/** The objects of an OCI-SIF, of the files of an OCI layout. */
export function ociObjects(files: readonly ArchiveFile[]): SifObjectDescription[] {
  return files.flatMap((file): SifObjectDescription[] => {
    if (!("content" in file) || file.name === "oci-layout") return [];
    if (file.name === "index.json")
      return [{ type: 0x400a, data: file.content, digest: `sha256:${hexOf(file.content)}` }];
    return [{ type: 0x400b, data: file.content, digest: file.name.slice("blobs/".length).replace("/", ":") }];
  });
}

/** The partition that a container starts from. */
export function primary(data: Uint8Array, architecture = "02"): SifObjectDescription {
  return { type: 0x4004, data, name: "squashfs-1", partition: { fileSystem: 1, role: 2, architecture } };
}

/** A file system that lies over the root. */
export function overlay(data: Uint8Array, group?: number): SifObjectDescription {
  return { type: 0x4004, data, partition: { fileSystem: 2, role: 4 }, ...(group === undefined ? {} : { group }) };
}
