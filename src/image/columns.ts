/**
 * Plain data with large columns of bytes, in one piece of memory: the columns first, which need no reading at all and are not even
 * copied, JSON behind them, which is fast to read, and where it begins. Nothing is validated: whoever stores the bytes answers for
 * getting the same ones back.
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
  const tail = Buffer.alloc(WORD);
  tail.writeDoubleLE(size);
  return Buffer.concat([...columns, json, tail]);
}

/** What `pack` made, and a buffer in which the columns begin where `add` said. @throws SyntaxError, RangeError for other bytes */
export function unpackColumns(bytes: Uint8Array): { readonly data: unknown; readonly columns: ArrayBuffer } {
  const end = bytes.byteLength - WORD;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: unknown = JSON.parse(buffer.toString("utf8", buffer.readDoubleLE(end), end));
  return { data, columns: toOwnMemory(bytes) };
}

/** Memory that begins where the bytes do: columns of numbers lie at multiples of eight in it. */
function toOwnMemory({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  if (byteOffset === 0 && buffer instanceof ArrayBuffer) return buffer;
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength)).buffer;
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
