/**
 * A tar archive as a sequence of entries, from a stream that is read once. Readers of tar disagree about damaged and hostile
 * archives; where most of them agree this one does as they do, and where they do not it refuses, so that no two tools can be
 * shown two different images. Measured against Go's archive/tar, GNU tar, libarchive and Python.
 */
import type { ByteQueue } from "./byte-queue.js";
import { createData, type DataOptions, type EntryData } from "./entry-data.js";
import { DEFAULT_LIMITS, describeLimit, findLengthExcess, findPathExcess, type Limits } from "./limits.js";
import { findAttributes, parsePax, type PaxRecords } from "./pax.js";
import { findPaxSparse, readGnuSparse } from "./sparse.js";
import {
  BLOCK,
  corruptTar,
  exceedsLimit,
  isZeroBlock,
  parseTarHeader,
  truncatedTar,
  type TarHeader,
} from "./tar-header.js";

export type TarEntryKind = "file" | "directory" | "symlink" | "hardlink" | "special" | "unknown";

export interface TarEntry extends EntryData {
  readonly kind: TarEntryKind;
  /** the name as stored, a byte string */
  readonly name: string;
  /** the target of a link, as stored */
  readonly link: string;
  readonly mode: number;
  /** "uid:gid", "?" for one that cannot be read; undefined for 0:0 */
  readonly owner?: string;
  /** of a special file, which: "character device 1:3", "pipe" */
  readonly device: string;
  /** a character device 0/0 */
  readonly isNullDevice: boolean;
  /** extended attributes by name; values are byte strings */
  readonly attributes: ReadonlyMap<string, string>;
}

/** bytes of one PAX header or GNU long name; Go stops at 1 MiB too, and nothing that is not hostile needs more */
const MAX_EXTENDED = 1 << 20;

/** What was odd and yet readable. */
export interface TarRemark {
  readonly code: "data-after-end" | "unknown-entry-type";
  readonly message: string;
}

/** Types that carry no data, whatever their size field says: Go, libarchive and GNU tar agree for most of them. */
const KINDS: Readonly<Record<string, TarEntryKind>> = {
  "\0": "file",
  "0": "file",
  "7": "file",
  S: "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "special",
  "4": "special",
  "5": "directory",
  "6": "special",
};

/**
 * The entries of an archive, in order. Each must be used before the next is asked for; what is left of its data is skipped.
 *
 * @param remark told about oddities
 * @param hashes whether the content of entries is hashed as it passes
 * @throws ContainerspecError corrupt-image for damage and ambiguity, limit-exceeded for what is too many, too long or too large
 */
export async function* readTar(
  queue: ByteQueue,
  remark: (remark: TarRemark) => void,
  limits: Limits = DEFAULT_LIMITS,
  hashes = false,
): AsyncGenerator<TarEntry> {
  let overrides: Overrides = {};
  for (let count = 0; ;) {
    const at = queue.position;
    const block = await queue.read(BLOCK);
    const isEnd = block.length === 0 || (block.length === BLOCK && isZeroBlock(block));
    if (isEnd && Object.keys(overrides).length > 0)
      throw truncatedTar("after an extended header, where its entry was expected", at);
    if (block.length === 0) return;
    if (block.length < BLOCK) throw truncatedTar(`inside a header: ${block.length} bytes found, 512 expected`, at);
    if (isEnd) {
      await readEnd(queue, remark);
      return;
    }
    const header = parseTarHeader(block, at);
    const override = OVERRIDES[header.type];
    if (override !== undefined || header.type === "g") {
      const bytes = await readExtended(header, queue);
      if (override === undefined) checkGlobal(parsePax(bytes, at), at);
      else if (overrides[override] !== undefined)
        throw corruptTar(`found two extended headers of the type ${header.type} for one entry`, at);
      else overrides = { ...overrides, [override]: override === "pax" ? parsePax(bytes, at) : toName(bytes, at) };
      continue;
    }
    count += 1;
    if (count > limits.entries)
      throw exceedsLimit(`found too many entries, and ${describeLimit(limits, "entries")}`, at);
    const entry = await createEntry(header, block, queue, { ...overrides, limits, hashes });
    if (entry.kind === "unknown") {
      remark({
        code: "unknown-entry-type",
        message: `The entry ${entry.name} has the unknown type ${JSON.stringify(header.type)} and was passed over`,
      });
    }
    yield entry;
    await entry.skip();
    overrides = {};
  }
}

/** What extended headers say of the entry that follows them. */
interface Overrides {
  readonly pax?: PaxRecords;
  readonly longName?: string;
  readonly longLink?: string;
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

const OVERRIDES: Readonly<Record<string, keyof Overrides>> = { x: "pax", L: "longName", K: "longLink" };

async function createEntry(
  header: TarHeader,
  block: Uint8Array,
  queue: ByteQueue,
  { pax, longName, longLink, ...options }: Overrides & Pick<DataOptions, "limits" | "hashes">,
): Promise<TarEntry> {
  const at = queue.position;
  checkType(header, at);
  const kind = KINDS[header.type] ?? "unknown";
  const hasData = kind === "file" || kind === "unknown";
  const paxSize = pax?.last.get("size");
  const storedSize = hasData ? (paxSize === undefined ? header.size : parseDecimal(paxSize, at)) : 0;
  const stated = kind === "file" && pax !== undefined ? pax : undefined;
  const sparse =
    header.type === "S"
      ? await readGnuSparse(block, queue)
      : stated === undefined
        ? undefined
        : findPaxSparse(stated, at);
  const name = stated?.last.get("GNU.sparse.name") ?? chooseName("path", longName, header.name, pax, at);
  const isFolderByName = kind === "file" && name.endsWith("/");
  if (isFolderByName && (header.type !== "\0" || storedSize > 0))
    throw corruptTar("found a file whose name ends in a slash, which some readers take for a folder", at);
  return {
    kind: isFolderByName ? "directory" : kind,
    name: check(findPathExcess, name, options.limits, at),
    link: check(findLengthExcess, chooseName("linkpath", longLink, header.link, pax, at), options.limits, at),
    mode: header.mode,
    ...findOwner(header, pax),
    device: nameDevice(header),
    isNullDevice: header.isNullDevice,
    attributes: pax === undefined ? NO_ATTRIBUTES : findAttributes(pax),
    ...(await createData(queue, storedSize, { map: sparse, pax: stated, ...options })),
  };
}

/** PAX says what does not fit into the header. */
function findOwner({ uid, gid }: TarHeader, pax: PaxRecords | undefined): Pick<TarEntry, "owner"> {
  const [user, group] = [toId(pax?.last.get("uid"), uid), toId(pax?.last.get("gid"), gid)];
  return user === "0" && group === "0" ? {} : { owner: `${user}:${group}` };
}

function toId(stated: string | undefined, number: number | undefined): string {
  if (stated !== undefined) return /^[0-9]{1,10}$/.test(stated) ? String(Number(stated)) : "?";
  return number === undefined ? "?" : String(number);
}

function nameDevice({ type, numbers = "" }: TarHeader): string {
  if (type === "6") return "pipe";
  return `${type === "3" ? "character" : "block"} device ${numbers}`.trimEnd();
}

/** @throws ContainerspecError corrupt-image for types that readers understand differently */
function checkType({ type, isGnu }: TarHeader, at: number): void {
  if (type === "X")
    throw corruptTar(
      "found a header of the type X, which some readers take for a PAX header and others for a file",
      at,
    );
  if (type === "S" && !isGnu) throw corruptTar("found a sparse file of GNU's form in an archive of another form", at);
}

/** The name in a PAX record, in a GNU header, or in the entry's own header. */
function chooseName(
  key: "path" | "linkpath",
  long: string | undefined,
  short: string,
  pax: PaxRecords | undefined,
  at: number,
): string {
  const stated = pax?.last.get(key);
  if (stated !== undefined && long !== undefined && stated !== long)
    throw corruptTar(`found a PAX ${key} and another one in a GNU header, of which readers choose either`, at);
  return stated ?? long ?? short;
}

async function readExtended(header: TarHeader, queue: ByteQueue): Promise<Uint8Array> {
  const at = queue.position;
  if (header.size > MAX_EXTENDED) {
    throw exceedsLimit(`found an extended header of ${header.size} bytes; the limit is ${MAX_EXTENDED}`, at);
  }
  const bytes = await queue.read(header.size);
  if (bytes.length < header.size) throw truncatedTar("inside an extended header", queue.position);
  const copy = bytes.slice();
  await queue.skip(Math.ceil(header.size / BLOCK) * BLOCK - header.size);
  return copy;
}

/** Go and libarchive ignore global headers, GNU tar applies them: where that changes what is read, nobody can be right. */
function checkGlobal(pax: PaxRecords, at: number): void {
  for (const key of pax.last.keys()) {
    if (key === "path" || key === "linkpath" || key === "size" || key.startsWith("GNU.sparse."))
      throw corruptTar(`found a global PAX header that sets ${key}, which readers of tar understand differently`, at);
  }
}

/** One zero block has been read; a second one ends the archive. What follows it counts for the digest alone. */
async function readEnd(queue: ByteQueue, remark: (remark: TarRemark) => void): Promise<void> {
  const second = await queue.read(BLOCK);
  if (second.length > 0 && !isZeroBlock(second)) {
    throw corruptTar(
      "found a single zero block inside the archive, after which some readers stop and others go on",
      queue.position - second.length,
    );
  }
  let hasData = false;
  for await (const chunk of queue.rest()) hasData ||= !isZeroBlock(chunk);
  if (hasData)
    remark({ code: "data-after-end", message: "Data follows the end of the archive; it was not read as entries" });
}

function toName(bytes: Uint8Array, at: number): string {
  const text = Buffer.from(bytes).toString("latin1");
  const end = text.indexOf("\0");
  const name = end === -1 ? text : text.slice(0, end);
  if (name === "") throw corruptTar("found an empty long name", at);
  return name;
}

function parseDecimal(text: string, at: number): number {
  const value = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value))
    throw corruptTar(`found the PAX size ${JSON.stringify(text)}, which is no size`, at);
  return value;
}

function check(findExcess: typeof findPathExcess, name: string, limits: Limits, at: number): string {
  const excess = findExcess(name, limits);
  if (excess !== undefined) throw exceedsLimit(`found ${excess}`, at);
  return name;
}
