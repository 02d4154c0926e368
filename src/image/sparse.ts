/**
 * Sparse files: an archive that stores only the parts of a file that are not zero, with a map of where they belong. GNU tar has
 * four forms: its own header type with extension blocks, and three ways to say it in PAX records.
 * GNU tar's manual, "Storing Sparse Files" and "PAX Formats".
 */
import type { ByteQueue } from "./byte-queue.js";
import type { PaxRecords } from "./pax.js";
import { BLOCK, corruptTar, exceedsLimit, parseNumber, truncatedTar } from "./tar-header.js";

export interface SparseMap {
  /** bytes of the file once expanded */
  readonly size: number;
  /** the stored parts, in order */
  readonly parts: readonly Part[];
}

interface Part {
  readonly offset: number;
  readonly length: number;
}

const MAX_PARTS = 65_536;

/** The map of a header of GNU's own type "S", with the extension blocks that follow it. */
export async function readGnuSparse(block: Uint8Array, queue: ByteQueue): Promise<SparseMap> {
  const at = queue.position;
  const parts: Part[] = [];
  addParts(block, 386, 4, parts, at);
  const size = parseNumber(block, 483, 12, "real size", at) ?? 0;
  for (let extended = block[482] !== 0; extended;) {
    const extension = await queue.read(BLOCK);
    if (extension.length < BLOCK) throw truncatedTar("inside a sparse map", queue.position);
    addParts(extension, 0, 21, parts, at);
    if (parts.length > MAX_PARTS) throw exceedsLimit(`found a sparse map of more than ${MAX_PARTS} parts`, at);
    extended = extension[504] !== 0;
  }
  return { size, parts };
}

/**
 * The map in PAX records of GNU.sparse 0.0 or 0.1; undefined where the records speak of no sparse file, or of form 1.0.
 *
 * @throws ContainerspecError corrupt-image for a malformed map, and for a form that does not exist
 */
export function findPaxSparse(pax: PaxRecords, at: number): SparseMap | undefined {
  const major = pax.last.get("GNU.sparse.major") ?? "0";
  const minor = pax.last.get("GNU.sparse.minor") ?? "0";
  if (hasMapInData(pax)) return undefined;
  if (major !== "0" || (minor !== "0" && minor !== "1")) {
    throw corruptTar(`found a sparse file of the form ${major}.${minor}, which does not exist`, at);
  }
  const size = pax.last.get("GNU.sparse.size") ?? pax.last.get("GNU.sparse.realsize");
  const map = pax.last.get("GNU.sparse.map");
  const pairs = pax.all.filter(([key]) => key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes");
  if (size === undefined && map === undefined && pairs.length === 0) return undefined;
  const count = pax.last.get("GNU.sparse.numblocks");
  const numbers = map === undefined ? toNumbers(pairs) : map === "" ? [] : map.split(",").map(parseDecimal);
  if (numbers.length % 2 !== 0 || (count !== undefined && parseDecimal(count) !== numbers.length / 2)) {
    throw corruptTar("found a sparse map with another number of parts than it says", at);
  }
  return { size: parseDecimal(size ?? ""), parts: toParts(numbers) };
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
  const lines: string[] = [];
  let rest = "";
  for (let taken = 0; ;) {
    if (taken + BLOCK > available) throw corruptTar("found a sparse map that is longer than its file", at);
    const block = await queue.read(BLOCK);
    if (block.length < BLOCK) throw truncatedTar("inside a sparse map", queue.position);
    taken += BLOCK;
    const more = (rest + Buffer.from(block).toString("latin1")).split("\n");
    rest = more.pop() ?? "";
    lines.push(...more);
    if (lines.length === 0) throw corruptTar("found a malformed sparse map", at);
    const count = parseDecimal(lines[0] ?? "");
    if (!Number.isSafeInteger(count)) throw corruptTar("found a malformed sparse map", at);
    if (count > MAX_PARTS) throw exceedsLimit(`found a sparse map of more than ${MAX_PARTS} parts`, at);
    if (lines.length < 2 * count + 1) continue;
    const size = parseDecimal(pax.last.get("GNU.sparse.realsize") ?? pax.last.get("GNU.sparse.size") ?? "");
    return { map: { size, parts: toParts(lines.slice(1, 2 * count + 1).map(parseDecimal)) }, taken };
  }
}

/**
 * Parts follow one another, end with the file, and are as long together as the data that is stored for them.
 *
 * @throws ContainerspecError corrupt-image
 */
export function checkMap(map: SparseMap, stored: number, at: number): SparseMap {
  let end = 0;
  let total = 0;
  for (const { offset, length } of map.parts) {
    if (!(Number.isSafeInteger(offset) && Number.isSafeInteger(length) && length >= 0 && offset >= end)) {
      throw corruptTar("found a sparse map whose parts overlap or are no numbers", at);
    }
    end = offset + length;
    total += length;
  }
  if (!Number.isSafeInteger(map.size) || end > map.size)
    throw corruptTar("found a sparse map that reaches past its file", at);
  if (total !== stored)
    throw corruptTar(`found a sparse map of ${total} stored bytes, and ${stored} bytes of data for it`, at);
  return map;
}

function addParts(block: Uint8Array, start: number, count: number, parts: Part[], at: number): void {
  for (let i = 0; i < count; i += 1) {
    const field = start + 24 * i;
    if (block[field] === 0) return;
    const offset = parseNumber(block, field, 12, "sparse offset", at) ?? 0;
    const length = parseNumber(block, field + 12, 12, "sparse length", at) ?? 0;
    parts.push({ offset, length });
  }
}

/** Form 0.0 repeats two keys in turn; anything else gives NaN. */
function toNumbers(pairs: PaxRecords["all"]): number[] {
  return pairs.map(([key, value], index) =>
    key === (index % 2 === 0 ? "GNU.sparse.offset" : "GNU.sparse.numbytes") ? parseDecimal(value) : Number.NaN,
  );
}

function parseDecimal(text: string): number {
  return /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
}

function toParts(numbers: readonly number[]): Part[] {
  const parts: Part[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2)
    parts.push({ offset: numbers[i] as number, length: numbers[i + 1] as number });
  return parts;
}
