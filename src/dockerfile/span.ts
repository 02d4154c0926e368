/** A stretch of a file. One character of the text is one byte: what is no UTF-8 keeps its bytes, and an offset is one in the file. */

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A word as it is written, and where. */
export interface Word {
  readonly text: string;
  readonly span: Span;
}

/** A stretch and what shall stand there. */
export interface Edit extends Span {
  readonly text: string;
}

/** A file's bytes as text, of which each character is one byte. */
export function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** The bytes of such a text. */
export function toBytes(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/**
 * The text with all edits made: what none of them touches stays as it is.
 *
 * @throws {RangeError} two of them overlap, or one lies outside
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = "";
  let after = 0;
  for (const { start, end, text: put } of sorted) {
    if (start < after || end < start || end > text.length)
      throw new RangeError(`edit ${start} to ${end} overlaps another`);
    result += text.slice(after, start) + put;
    after = end;
  }
  return result + text.slice(after);
}
