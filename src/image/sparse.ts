/**
 * Sparse files: an archive that stores only the parts of a file that are not zero, with a map of where they belong. GNU tar has
 * four forms: its own header type with extension blocks, and three ways to say it in PAX records.
 * GNU tar's manual, "Storing Sparse Files" and "PAX Formats".
 */
import type { ByteQueue } from "./byte-queue.js";
import type { PaxRecords } from "./pax.js";
import { BLOCK, corruptTar, parseNumber } from "./tar-header.js";

export interface SparseMap {
  /** bytes of the file once expanded */
  readonly size: number;
  /** the stored parts, in order */
  readonly parts: readonly { readonly offset: number; readonly length: number }[];
}

const MAX_PARTS = 65_536;

/** The map of a header of GNU's own type "S", with the extension blocks that follow it. */
export async function readGnuSparse(block: Uint8Array, queue: ByteQueue): Promise<SparseMap> {
  const at = queue.position;
  const parts: { offset: number; length: number }[] = [];
  addParts(block, 386, 4, parts, at);
  const size = parseNumber(block, 483, 12, "real size", at) ?? 0;
  for (let extended = block[482] === 1; extended;) {
    const extension = await queue.read(BLOCK);
    if (extension.length < BLOCK) throw corruptTar("the archive ends inside a sparse map", queue.position);
    addParts(extension, 0, 21, parts, at);
    if (parts.length > MAX_PARTS) throw corruptTar(`found a sparse map of more than ${MAX_PARTS} parts`, at);
    extended = extension[504] === 1;
  }
  return checkMap({ size, parts }, at);
}

/** The map in PAX records of GNU.sparse 0.0 or 0.1; undefined where the records speak of no sparse file, or of form 1.0. */
export function findPaxSparse(pax: PaxRecords, at: number): SparseMap | undefined {
  const size = Number(pax.last.get("GNU.sparse.size") ?? pax.last.get("GNU.sparse.realsize") ?? Number.NaN);
  if (Number.isNaN(size) || pax.last.get("GNU.sparse.major") === "1") return undefined;
  const map = pax.last.get("GNU.sparse.map");
  const numbers =
    map === undefined
      ? pax.all
          .filter(([key]) => key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes")
          .map(([, value]) => Number(value))
      : map.split(",").map(Number);
  return checkMap({ size, parts: toParts(numbers) }, at);
}

/** Whether the map stands at the start of the data: GNU.sparse 1.0. */
export function hasMapInData(pax: PaxRecords): boolean {
  return pax.last.get("GNU.sparse.major") === "1" && pax.last.get("GNU.sparse.minor") === "0";
}

/** The map at the start of the data: decimal numbers, one a line, padded to a whole block. Returns the bytes that it took. */
export async function readMapInData(
  pax: PaxRecords,
  queue: ByteQueue,
  available: number,
): Promise<{ map: SparseMap; taken: number }> {
  const at = queue.position;
  let text = "";
  let numbers: number[] = [];
  for (let taken = 0; ;) {
    if (taken + BLOCK > available) throw corruptTar("found a sparse map that is longer than its file", at);
    text += Buffer.from(await queue.read(BLOCK)).toString("latin1");
    taken += BLOCK;
    const lines = text.split("\n");
    const count = Number(lines[0]);
    if (!Number.isSafeInteger(count) || count < 0 || count > MAX_PARTS)
      throw corruptTar("found a malformed sparse map", at);
    if (lines.length <= 2 * count + 1) continue;
    numbers = lines.slice(1, 2 * count + 1).map(Number);
    const size = Number(pax.last.get("GNU.sparse.realsize") ?? Number.NaN);
    return { map: checkMap({ size, parts: toParts(numbers) }, at), taken };
  }
}

function addParts(
  block: Uint8Array,
  start: number,
  count: number,
  parts: { offset: number; length: number }[],
  at: number,
): void {
  for (let i = 0; i < count; i += 1) {
    const field = start + 24 * i;
    if (block[field] === 0) return;
    const offset = parseNumber(block, field, 12, "sparse offset", at) ?? 0;
    const length = parseNumber(block, field + 12, 12, "sparse length", at) ?? 0;
    parts.push({ offset, length });
  }
}

function toParts(numbers: readonly number[]): { offset: number; length: number }[] {
  const parts: { offset: number; length: number }[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2)
    parts.push({ offset: numbers[i] as number, length: numbers[i + 1] as number });
  return parts;
}

function checkMap(map: SparseMap, at: number): SparseMap {
  let end = 0;
  for (const { offset, length } of map.parts) {
    if (!(Number.isSafeInteger(offset) && Number.isSafeInteger(length) && length >= 0 && offset >= end)) {
      throw corruptTar("found a sparse map whose parts overlap or are no numbers", at);
    }
    end = offset + length;
  }
  if (!Number.isSafeInteger(map.size) || end > map.size)
    throw corruptTar("found a sparse map that reaches past its file", at);
  return map;
}
