/** How image/ hands a file's content to whoever understands it, without knowing what that is. */
import { DEFAULT_LIMITS, type Limits } from "./limits.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";

/** The content of one file of a layer, by position; a read returns a view that is valid until the next one. */
export interface FileBody {
  readonly size: number;
  /** views are valid as long as the inspector works */
  readonly isLasting?: true;
  read(offset: number, length: number): Uint8Array;
}

/** Bytes of a file, from an offset. */
export interface FilePart {
  readonly offset: number;
  readonly length: number;
}

export interface FileInspector<Facts> {
  /**
   * Whether the body is worth reading.
   *
   * @param path absolute byte string
   * @param head the first 64 bytes, or the whole file when it is shorter
   */
  wants(path: string, head: Uint8Array, size: number): boolean;
  inspect(path: string, body: FileBody): Promise<Facts> | Facts;
  /** the content of every file is hashed as it passes, also of those that nobody wants to read: slow, and for who compares files */
  readonly hashesContent?: true;
  /**
   * The parts of a large file that will be read, in order and apart, as far as its start tells; undefined where all may be. What is
   * read elsewhere after all costs the layer a second pass.
   *
   * @param start the first 64 KiB
   */
  readonly findParts?: (start: Uint8Array, size: number) => Promise<readonly FilePart[] | undefined>;
  /** the facts of a file whose body was let go */
  readonly skipped: Facts;
  /** about how many bytes of memory facts hold; nothing where it is left out */
  weigh?(facts: Facts): number;
  /** what the image that it looks at may cost; the defaults where it is left out */
  readonly limits?: Limits;
  /** Is told of memory that is kept at once, for a layer that need not be read. */
  keep?(bytes: number): void;
  /** Is told of each entry's path and link, which are kept. */
  countEntry?(path: string, link: string): void;
  /** The paths of a root whose files are read whatever they are called, where links lead to them. */
  listReadPaths?(root: RootFilesystem<Facts>): readonly ReadPath[];
}

/** A path at which a file is looked for by its place and not by what it is. */
export interface ReadPath {
  readonly path: string;
  /** no larger file is read */
  readonly maxBytes: number;
  /** what goes by without it: nothing, or what can be said without it too */
  readonly isRequired: boolean;
  /** `wants` knows such a file by its first bytes: one that it let go, and that is no larger than `maxBytes`, is none */
  readonly isKnownByHead?: true;
}

/** The limits that reading with an inspector is held to. */
export function limitsOf({ limits = DEFAULT_LIMITS }: { readonly limits?: Limits }): Limits {
  return limits;
}

/** The inspector for what passes by once: whoever cannot read a part again keeps all. */
export function withWholeFiles<Facts>({ findParts: _, ...inspector }: FileInspector<Facts>): FileInspector<Facts> {
  return inspector;
}
