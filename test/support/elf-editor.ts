/** Changes single fields of a built ELF file, for tests that need one that is wrong in one place. */
import { ByteWriter } from "./elf-bytes.js";
import type { ElfImage } from "./elf-builder.js";

const HEADER_FIELDS = {
  e_type: { at: [16, 16], size: "half" },
  e_machine: { at: [18, 18], size: "half" },
  e_version: { at: [20, 20], size: "word" },
  e_phoff: { at: [28, 32], size: "address" },
  e_shoff: { at: [32, 40], size: "address" },
  e_ehsize: { at: [40, 52], size: "half" },
  e_phentsize: { at: [42, 54], size: "half" },
  e_phnum: { at: [44, 56], size: "half" },
  e_shentsize: { at: [46, 58], size: "half" },
  e_shnum: { at: [48, 60], size: "half" },
  e_shstrndx: { at: [50, 62], size: "half" },
} as const;

const SEGMENT_FIELDS = {
  p_type: { at: [0, 0], size: "word" },
  p_flags: { at: [24, 4], size: "word" },
  p_offset: { at: [4, 8], size: "address" },
  p_vaddr: { at: [8, 16], size: "address" },
  p_filesz: { at: [16, 32], size: "address" },
  p_memsz: { at: [20, 40], size: "address" },
  p_align: { at: [28, 48], size: "address" },
} as const;

type FieldSize = "half" | "word" | "address";

/** A copy of the file that is changed field by field. */
export class ElfEditor {
  readonly bytes: Uint8Array;
  readonly #image: ElfImage;

  constructor(image: ElfImage) {
    this.#image = image;
    this.bytes = image.bytes.slice();
  }

  header(field: keyof typeof HEADER_FIELDS, value: number | bigint): this {
    const { at, size } = HEADER_FIELDS[field];
    return this.#put(at[this.#wide ? 1 : 0], size, value);
  }

  /**
   * @param type PT_*
   * @param nth which of the program headers of that type
   */
  segment(type: number, field: keyof typeof SEGMENT_FIELDS, value: number | bigint, nth = 0): this {
    const indices = [...this.#image.segments.keys()].filter((i) => this.#image.segments[i]?.type === type);
    const index = indices[nth];
    if (index === undefined) throw new Error(`the file has no such segment of type ${type}`);
    const { at, size } = SEGMENT_FIELDS[field];
    const start = this.#wide ? 64 + index * 56 : 52 + index * 32;
    return this.#put(start + at[this.#wide ? 1 : 0], size, value);
  }

  /** The value of the first dynamic tag of that number. */
  tag(tag: number, value: number | bigint): this {
    return this.#put(this.#findTag(tag) + this.#word, "address", value);
  }

  /** Gives the first dynamic tag of that number another number. */
  renameTag(tag: number, to: number): this {
    return this.#put(this.#findTag(tag), "address", to);
  }

  /** A number in a section. */
  inSection(name: string, at: number, size: FieldSize, value: number | bigint): this {
    return this.#put(this.#offsetOf(name) + at, size, value);
  }

  #findTag(tag: number): number {
    const section = this.#image.sections.get(".dynamic");
    const size = section?.size ?? 0;
    const wanted = Buffer.from(new ByteWriter(this.#image).address(tag).toBytes());
    for (let at = this.#offsetOf(".dynamic"), end = at + size; at < end; at += 2 * this.#word) {
      if (wanted.equals(this.bytes.subarray(at, at + this.#word))) return at;
    }
    throw new Error(`the file has no dynamic tag ${tag}`);
  }

  #offsetOf(name: string): number {
    const section = this.#image.sections.get(name);
    if (section === undefined) throw new Error(`the file has no section ${name}`);
    return section.offset;
  }

  #put(at: number, size: FieldSize, value: number | bigint): this {
    const writer = new ByteWriter(this.#image);
    if (size === "address") writer.address(value);
    else writer[size](Number(value));
    this.bytes.set(writer.toBytes(), at);
    return this;
  }

  get #word(): 4 | 8 {
    return this.#image.class === 64 ? 8 : 4;
  }

  get #wide(): boolean {
    return this.#image.class === 64;
  }
}
