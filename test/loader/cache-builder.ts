/** /etc/ld.so.cache as ldconfig lays it out, for machines and times whose ldconfig is not at hand. */

export interface CacheEntry {
  readonly name: string;
  readonly path: string;
  readonly flags: number;
  readonly hwcap?: bigint;
}

export interface CacheOptions {
  readonly data?: "little" | "big";
  /** byte 28; what the byte order calls for */
  readonly endianFlag?: number;
  /** names of the glibc-hwcaps extension */
  readonly hwcaps?: readonly string[];
  /** a table of the old format before, with so many entries */
  readonly compat?: { readonly oldEntries: number; readonly alignment: number };
}

const HEADER = 48;
const ENTRY = 24;

export function buildCache(entries: readonly CacheEntry[], options: CacheOptions = {}): Buffer {
  const { data = "little", hwcaps = [], compat } = options;
  const little = data === "little";
  let strings = "";
  const textAt = HEADER + ENTRY * entries.length;
  const place = (text: string): number => {
    const at = textAt + strings.length;
    strings += `${text}\0`;
    return at;
  };
  const head = new DataView(new ArrayBuffer(textAt));
  entries.forEach(({ name, path, flags, hwcap = 0n }, index) => {
    const at = HEADER + ENTRY * index;
    head.setInt32(at, flags, little);
    head.setUint32(at + 4, place(name), little);
    head.setUint32(at + 8, place(path), little);
    head.setBigUint64(at + 16, hwcap, little);
  });
  const names = hwcaps.map(place);
  strings += "\0".repeat((8 - (strings.length % 8)) % 8);
  head.setUint32(20, entries.length, little);
  head.setUint32(24, strings.length, little);
  head.setUint8(28, options.endianFlag ?? (little ? 2 : 3));
  head.setUint32(32, hwcaps.length === 0 ? 0 : textAt + strings.length, little);
  const bytes = Buffer.from(head.buffer);
  bytes.write("glibc-ld.so.cache1.1", "latin1");
  const whole: Buffer[] = [bytes, Buffer.from(strings, "latin1")];
  if (hwcaps.length > 0) whole.push(toExtension(names, textAt + strings.length, little));
  return Buffer.concat(compat === undefined ? whole : [toOldTable(compat, little), ...whole]);
}

function toExtension(names: readonly number[], at: number, little: boolean): Buffer {
  const view = new DataView(new ArrayBuffer(8 + 16 + 4 * names.length));
  view.setUint32(0, 0xeaa42174, little);
  view.setUint32(4, 1, little);
  view.setUint32(8, 1, little);
  view.setUint32(16, at + 24, little);
  view.setUint32(20, 4 * names.length, little);
  names.forEach((name, index) => view.setUint32(24 + 4 * index, name, little));
  return Buffer.from(view.buffer);
}

function toOldTable({ oldEntries, alignment }: { oldEntries: number; alignment: number }, little: boolean): Buffer {
  const size = 16 + 12 * oldEntries;
  const bytes = Buffer.alloc(Math.ceil(size / alignment) * alignment);
  bytes.write("ld.so-1.7.0", "latin1");
  if (little) bytes.writeUInt32LE(oldEntries, 12);
  else bytes.writeUInt32BE(oldEntries, 12);
  return bytes;
}
