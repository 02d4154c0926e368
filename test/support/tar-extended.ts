/** The headers that say more of the entry behind them: PAX records, GNU's long names, and the four forms of sparse files. */
import { base256, BLOCK, pad, tarEntry, tarHeader, toBytes, type HeaderFields } from "./tar-builder.js";

/** A PAX record: its length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

/** A PAX header ("x" for the next entry, "g" for all) of the given records, in order. */
export function paxHeader(records: readonly (readonly [string, string])[], type: "x" | "g" = "x"): Buffer {
  return tarEntry({ name: "./PaxHeaders/x", type }, records.map(([key, value]) => paxRecord(key, value)).join(""));
}

/** GNU's long name ("L") or long link ("K") of the next entry. */
export function gnuLong(type: "L" | "K", name: string): Buffer {
  return tarEntry({ name: "././@LongLink", type, magic: "gnu" }, `${name}\0`);
}

/** A file with holes: its size, and the parts that are stored. */
export interface SparseFile {
  readonly name: string;
  readonly size: number;
  readonly parts: readonly { readonly offset: number; readonly data: string }[];
}

/** GNU's own form: four parts in the header, 21 in each extension block. */
export function gnuSparse({ name, size, parts }: SparseFile, fields: HeaderFields = {}): Buffer {
  const numbers = parts.map(({ offset, data }) => Buffer.concat([base256(offset), base256(data.length)]));
  const extensions: Buffer[] = [];
  for (let at = 4; at < numbers.length; at += 21) {
    const block = Buffer.alloc(BLOCK);
    Buffer.concat(numbers.slice(at, at + 21)).copy(block);
    block[504] = at + 21 < numbers.length ? 1 : 0;
    extensions.push(block);
  }
  const data = parts.map((part) => part.data).join("");
  const header = tarHeader({
    name,
    type: "S",
    magic: "gnu",
    size: data.length,
    ...fields,
    patch: (block) => {
      Buffer.concat(numbers.slice(0, 4)).copy(block, 386);
      block[482] = numbers.length > 4 ? 1 : 0;
      base256(size).copy(block, 483);
    },
  });
  return Buffer.concat([header, ...extensions, pad(data)]);
}

/** A sparse file in PAX records: 0.0 repeats two keys, 0.1 has one list, 1.0 puts the map before the data. */
export function paxSparse({ name, size, parts }: SparseFile, form: "0.0" | "0.1" | "1.0"): Buffer {
  const [major, minor] = form.split(".") as [string, string];
  const data = parts.map((part) => part.data).join("");
  const numbers = parts.flatMap((part) => [part.offset, part.data.length]);
  const version: [string, string][] = [
    ["GNU.sparse.major", major],
    ["GNU.sparse.minor", minor],
  ];
  const stored = { name: `GNUSparseFile.1/${name}`, magic: "ustar" } as const;
  if (form === "1.0") {
    const map = pad([parts.length, ...numbers].map((number) => `${number}\n`).join(""));
    const records: [string, string][] = [...version, ["GNU.sparse.name", name], ["GNU.sparse.realsize", String(size)]];
    return Buffer.concat([paxHeader(records), tarEntry(stored, Buffer.concat([map, toBytes(data)]))]);
  }
  const head: [string, string][] = [
    ["GNU.sparse.size", String(size)],
    ["GNU.sparse.numblocks", String(parts.length)],
  ];
  if (form === "0.1") {
    const records: [string, string][] = [...head, ["GNU.sparse.name", name], ["GNU.sparse.map", numbers.join(",")]];
    return Buffer.concat([paxHeader(records), tarEntry(stored, data)]);
  }
  const pairs = parts.flatMap((part): [string, string][] => [
    ["GNU.sparse.offset", String(part.offset)],
    ["GNU.sparse.numbytes", String(part.data.length)],
  ]);
  return Buffer.concat([paxHeader([...head, ...pairs]), tarEntry({ ...stored, name }, data)]);
}
