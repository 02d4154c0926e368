/**
 * Plain data with large columns of bytes, in one piece of memory: JSON first, which is fast to read, and the columns behind it, which
 * need no reading at all. Nothing is validated: whoever stores the bytes answers for getting the same ones back.
 */
const WORD = 8;

/**
 * @param pack makes the plain data; `add` keeps a column and returns where it begins, at a multiple of eight
 * @returns undefined for plain data whose text is longer than a string of Node.js can be
 */
export function packColumns(pack: (add: (bytes: Uint8Array) => number) => unknown): Uint8Array | undefined {
  const columns: Uint8Array[] = [];
  let size = 0;
  const data = pack((bytes) => {
    const at = size;
    columns.push(bytes, new Uint8Array(toPadding(bytes.length)));
    size += bytes.length + toPadding(bytes.length);
    return at;
  });
  const text = toText(data);
  if (text === undefined) return undefined;
  const json = Buffer.from(text);
  const head = Buffer.alloc(WORD);
  head.writeDoubleLE(json.length);
  return Buffer.concat([head, json, new Uint8Array(toPadding(json.length)), ...columns]);
}

/** What `pack` made, and a buffer in which the columns begin where `add` said. @throws SyntaxError, RangeError for other bytes */
export function unpackColumns(bytes: Uint8Array): { readonly data: unknown; readonly columns: ArrayBuffer } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = buffer.readDoubleLE();
  const data: unknown = JSON.parse(buffer.toString("utf8", WORD, WORD + length));
  // A copy begins at a multiple of eight, as columns of numbers must.
  return { data, columns: new Uint8Array(bytes.subarray(WORD + length + toPadding(length))).buffer };
}

function toText(data: unknown): string | undefined {
  try {
    return JSON.stringify(data);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function toPadding(length: number): number {
  return (WORD - (length % WORD)) % WORD;
}
