/**
 * The files of a small machine, written down: what a story says of an image or of a host. Libraries and programs are descriptions
 * for buildElf; each gets a build ID made from what it says, so that the same description on both sides is the same build.
 */
import { createHash } from "node:crypto";
import { buildElf, type ElfDescription } from "./elf-builder.js";
import type { SymbolDescription } from "./elf-description.js";

export type StoryFile =
  | { readonly elf: ElfDescription; readonly mode: number }
  | { readonly bytes: Uint8Array; readonly mode: number }
  | { readonly link: string };

/** Absolute path to what lies there; folders follow from the paths. */
export type Files = Readonly<Record<string, StoryFile>>;

export const X86_64_INTERPRETER = "/lib64/ld-linux-x86-64.so.2";

/** What a program or library is, beside what every one of them has: a C library that it needs. */
export interface ObjectDescription extends ElfDescription {
  /** the C library that it is linked with; "" for none */
  readonly libc?: string;
}

/** A shared library that needs the C library, behind whatever else it needs. */
export function library(description: ObjectDescription): StoryFile {
  return { elf: toElf(description), mode: 0o644 };
}

/** A program that the kernel starts through an interpreter. */
export function program(description: ObjectDescription): StoryFile {
  return { elf: toElf({ interp: X86_64_INTERPRETER, ...description }), mode: 0o755 };
}

/** A library under its full file name, and the link with its DT_SONAME beside it. */
export function installed(path: string, description: ObjectDescription & { readonly soname: string }): Files {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  const file = { [path]: library(description) };
  return name === description.soname
    ? file
    : { ...file, [`${path.slice(0, slash)}/${description.soname}`]: link(name) };
}

export function link(target: string): StoryFile {
  return { link: target };
}

export function text(content: string): StoryFile {
  return { bytes: Buffer.from(content, "utf8"), mode: 0o644 };
}

/** Symbols that an object defines: "name" or "name@VERSION". */
export function gives(...symbols: readonly string[]): SymbolDescription[] {
  return symbols.map((symbol) => {
    const [name, version] = symbol.split("@") as [string, string | undefined];
    return { name, ...(version === undefined ? {} : { version }) };
  });
}

/** Functions that an object calls: "name", or "name@VERSION" of the library `from`. */
export function calls(from: string, ...symbols: readonly string[]): SymbolDescription[] {
  return symbols.map((symbol) => {
    const [name, version] = symbol.split("@") as [string, string | undefined];
    return version === undefined ? { name, defined: false } : { name, version, from };
  });
}

/** The bytes of a file that is no link. */
export function toContent(file: Exclude<StoryFile, { readonly link: string }>): Uint8Array {
  return "bytes" in file ? file.bytes : buildElf(file.elf);
}

function toElf({ libc = "libc.so.6", ...description }: ObjectDescription): ElfDescription {
  const elf: ElfDescription =
    libc === ""
      ? description
      : {
          ...description,
          needed: [...(description.needed ?? []), libc],
          symbols: [...(description.symbols ?? []), ...calls(libc, libc === "libc.so.6" ? "puts@GLIBC_2.2.5" : "puts")],
        };
  const buildId = createHash("sha1").update(JSON.stringify(elf)).digest("hex");
  return { ...elf, notes: { buildId, ...elf.notes } };
}
