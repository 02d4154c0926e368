/**
 * rpm's database as SUSE has it: slots that tell where each package's header lies, in blocks of 16 bytes; all numbers little-endian.
 * rpm's lib/backend/ndb/rpmpkg.cc.
 */
import { damaged, takeBytes, type DatabaseFile } from "./database-bytes.js";

export const NDB_MAGIC = "RpmP";
const HEADER = 32;
const PAGE = 4096;
const SLOT = 16;
const SLOT_MAGIC = "Slot";
const BLOCK = 16;
const BLOB_MAGIC = "BlbS";
const BLOB_HEADER = 16;

/** The headers of all packages, in the order of their numbers. @throws ContainerspecError corrupt-image */
export function* readRpmNdb(file: DatabaseFile): Generator<Buffer> {
  const head = takeBytes(file, 0, HEADER, "its header");
  const version = head.readUInt32LE(4);
  if (version !== 0) throw damaged(`the version ${version} of its format, where 0 is known`, 4, file.size);
  const slots = takeBytes(file, 0, head.readUInt32LE(12) * PAGE, "its slots");
  const found: { readonly index: number; readonly offset: number }[] = [];
  for (let at = HEADER; at + SLOT <= slots.length; at += SLOT) {
    if (slots.toString("latin1", at, at + 4) !== SLOT_MAGIC) throw damaged("a slot that is none", at, file.size);
    const index = slots.readUInt32LE(at + 4);
    if (index !== 0) found.push({ index, offset: slots.readUInt32LE(at + 8) * BLOCK });
  }
  for (const { index, offset } of found.sort((a, b) => a.index - b.index)) {
    const blob = takeBytes(file, offset, BLOB_HEADER, "a slot");
    if (blob.toString("latin1", 0, 4) !== BLOB_MAGIC || blob.readUInt32LE(4) !== index)
      throw damaged(`the header of package ${index} is not where its slot says`, offset, file.size);
    yield takeBytes(file, offset + BLOB_HEADER, blob.readUInt32LE(12), "a package");
  }
}
