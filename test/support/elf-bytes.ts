/** Binary numbers one after another, in the class and byte order of one ELF file. */
export class ByteWriter {
  readonly #bytes: number[] = [];
  readonly wordSize: 4 | 8;
  readonly #littleEndian: boolean;

  constructor(format: { readonly class: 32 | 64; readonly data: "little" | "big" }) {
    this.wordSize = format.class === 64 ? 8 : 4;
    this.#littleEndian = format.data === "little";
  }

  get length(): number {
    return this.#bytes.length;
  }

  byte(value: number): this {
    this.#bytes.push(value & 0xff);
    return this;
  }

  /** Elf_Half */
  half(value: number): this {
    return this.#number(BigInt(value), 2);
  }

  /** Elf_Word */
  word(value: number): this {
    return this.#number(BigInt(value), 4);
  }

  /** Elf64_Xword */
  xword(value: number | bigint): this {
    return this.#number(BigInt(value), 8);
  }

  /** Elf_Addr, Elf_Off or a size of the class */
  address(value: number | bigint): this {
    return this.#number(BigInt(value), this.wordSize);
  }

  raw(bytes: Iterable<number>): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  zeros(count: number): this {
    for (let i = 0; i < count; i += 1) this.#bytes.push(0);
    return this;
  }

  /** Zeros up to a multiple of `to`. */
  align(to: number): this {
    return this.zeros((to - (this.length % to)) % to);
  }

  toBytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #number(value: bigint, size: number): this {
    for (let i = 0; i < size; i += 1) {
      const shift = this.#littleEndian ? i : size - 1 - i;
      this.#bytes.push(Number((value >> BigInt(8 * shift)) & 0xffn));
    }
    return this;
  }
}
