/** A string table in the making: each string once, found again by its offset. Strings are byte strings, as in src/. */
export class StringTableWriter {
  readonly #offsets = new Map<string, number>([["", 0]]);
  #text = "\0";

  /** Offset of a string, which is added where it is new. */
  add(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const offset = this.#text.length;
    this.#offsets.set(text, offset);
    this.#text += `${text}\0`;
    return offset;
  }

  toBytes(): Uint8Array {
    return new Uint8Array(Buffer.from(this.#text, "latin1"));
  }
}
