/**
 * The header of an installed package as every database of rpm keeps it: how many entries, how many bytes of data, the entries (tag,
 * type, offset, count), and the data; all numbers big-endian. rpm's docs/manual/hregions.md and format_header.md.
 */
import { damaged } from "./database-bytes.js";
import { isKeptFile, MAX_PATH, type Package } from "./package.js";

const ENTRY = 16;
const INTRO = 8;
/** rpm's own limits (lib/header.cc): entries of one header, and bytes of it */
const MAX_ENTRIES = 0xffff;
const MAX_DATA = 0x0fffffff;
/** names in one list: far more than a kernel's package has files */
const MAX_NAMES = 1_000_000;

const TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  architecture: 1022,
  fileNames: 1027,
  source: 1044,
  folderIndexes: 1116,
  baseNames: 1117,
  folders: 1118,
} as const;

/** Keys that packages are checked with are entries of the database too, and no packages. */
const KEY = "gpg-pubkey";

interface Header {
  text(tag: number): string | undefined;
  texts(tag: number): readonly string[];
  numbers(tag: number): readonly number[];
}

/** The package of a header; undefined for a key. @throws ContainerspecError corrupt-image */
export function parseRpmHeader(blob: Buffer): Package | undefined {
  const header = openHeader(blob);
  const [name, version, release] = [header.text(TAG.name), header.text(TAG.version), header.text(TAG.release)];
  if (name === undefined || version === undefined || release === undefined)
    throw damaged("a package in it has no name, version or release", 0, blob.length);
  if (name === KEY) return undefined;
  const [epoch] = header.numbers(TAG.epoch);
  const architecture = header.text(TAG.architecture);
  const source = /^(.+)-[^-]+-[^-]+\.(?:no)?src\.rpm$/.exec(header.text(TAG.source) ?? "")?.[1];
  return {
    name,
    version: `${epoch === undefined || epoch === 0 ? "" : `${epoch}:`}${version}-${release}`,
    ...(architecture === undefined ? {} : { architecture }),
    ...(source === undefined || source === name ? {} : { source }),
    files: listFiles(header).filter(isKeptFile),
  };
}

/** Names of files stand beside indexes of their folders; before rpm 4 they stood whole. */
function listFiles(header: Header): readonly string[] {
  const folders = header.texts(TAG.folders);
  const indexes = header.numbers(TAG.folderIndexes);
  const names = header.texts(TAG.baseNames);
  if (names.length === 0) return header.texts(TAG.fileNames);
  return names.flatMap((name, at) => {
    const folder = folders[indexes[at] ?? -1] ?? "";
    return folder.length + name.length > MAX_PATH ? [] : [folder + name];
  });
}

function openHeader(blob: Buffer): Header {
  if (blob.length < INTRO) throw damaged("a package's header has no beginning", 0, blob.length);
  const [count, size] = [blob.readUInt32BE(0), blob.readUInt32BE(4)];
  const data = INTRO + count * ENTRY;
  if (count > MAX_ENTRIES || size > MAX_DATA || data + size > blob.length)
    throw damaged(`a package's header says ${count} entries and ${size} bytes of data`, 0, blob.length);
  const entries = new Map<number, { readonly offset: number; readonly count: number }>();
  for (let at = INTRO; at < data; at += ENTRY)
    entries.set(blob.readUInt32BE(at), { offset: data + blob.readUInt32BE(at + 8), count: blob.readUInt32BE(at + 12) });
  const end = data + size;
  const texts = (tag: number): readonly string[] => {
    const entry = entries.get(tag);
    return entry === undefined ? [] : readTexts(blob, { ...entry, end });
  };
  return {
    text: (tag) => texts(tag)[0],
    texts,
    numbers(tag) {
      const { offset, count: many } = entries.get(tag) ?? { offset: 0, count: 0 };
      if (offset + many * 4 > end) throw damaged("a list of numbers leads past its header", offset, end);
      return Array.from({ length: many }, (_none, index) => blob.readUInt32BE(offset + index * 4));
    },
  };
}

/** Texts one after another, each with a NUL behind it. */
function readTexts(blob: Buffer, { offset, count, end }: { offset: number; count: number; end: number }): string[] {
  if (count > MAX_NAMES) throw damaged(`a list of ${count} names, which no package has`, offset, end);
  const texts: string[] = [];
  for (let at = offset; texts.length < count;) {
    const nul = blob.indexOf(0, at);
    if (nul === -1 || nul >= end) throw damaged("a text leads past its header", at, end);
    texts.push(blob.toString("latin1", at, nul));
    at = nul + 1;
  }
  return texts;
}
