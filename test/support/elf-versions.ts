/** The version tables of a file in the making: DT_VERNEED, DT_VERDEF, and the index that DT_VERSYM gives to each symbol. */
import type { ByteWriter } from "./elf-bytes.js";
import type { DefinedVersion, ElfDescription, SymbolDescription } from "./elf-description.js";
import { sysvHash } from "./elf-hash.js";
import { isDefined } from "./elf-symbols.js";
import type { StringTableWriter } from "./elf-strings.js";

const VER_NDX_LOCAL = 0;
const VER_NDX_GLOBAL = 1;
const HIDDEN = 0x8000;
const VER_FLG_BASE = 1;
const VER_FLG_WEAK = 2;

interface Need {
  readonly name: string;
  readonly weak: boolean;
  readonly index: number;
}

export interface VersionPlan {
  readonly definitions: readonly (DefinedVersion & { readonly base: boolean; readonly index: number })[];
  readonly needs: readonly { readonly file: string; readonly versions: readonly Need[] }[];
  indexOf(symbol: SymbolDescription): number;
}

/** Gives every version an index: the file's own from 1 on, those of others behind them. */
export function planVersions(description: ElfDescription): VersionPlan {
  const symbols = description.symbols ?? [];
  const definitions = planDefinitions(description, symbols);
  const needs = planNeeds(description, symbols, Math.max(VER_NDX_GLOBAL, definitions.length) + 1);
  return {
    definitions,
    needs,
    indexOf(symbol) {
      if (symbol.binding === "local") return VER_NDX_LOCAL;
      if (symbol.version === undefined) return isDefined(symbol) ? VER_NDX_GLOBAL : VER_NDX_LOCAL;
      const index = ownsVersion(symbol)
        ? definitions.find(({ name }) => name === symbol.version)?.index
        : needs.find(({ file }) => file === symbol.from)?.versions.find(({ name }) => name === symbol.version)?.index;
      if (index === undefined) throw new Error(`${symbol.name}@${symbol.version}: say where it comes from`);
      return index | (symbol.hidden === true ? HIDDEN : 0);
    },
  };
}

/** A copied symbol is defined in the program and keeps the version of the library that it came from. */
function ownsVersion(symbol: SymbolDescription): boolean {
  return isDefined(symbol) && symbol.from === undefined;
}

function planDefinitions(description: ElfDescription, symbols: readonly SymbolDescription[]) {
  const versions = new Map((description.defines ?? []).map((version) => [version.name, version]));
  for (const symbol of symbols) {
    if (symbol.version === undefined || !ownsVersion(symbol) || versions.has(symbol.version)) continue;
    versions.set(symbol.version, { name: symbol.version });
  }
  if (versions.size === 0) return [];
  const base = { name: description.soname ?? "base", base: true, index: VER_NDX_GLOBAL };
  return [base, ...[...versions.values()].map((version, i) => ({ ...version, base: false, index: i + 2 }))];
}

function planNeeds(description: ElfDescription, symbols: readonly SymbolDescription[], firstIndex: number) {
  const files = new Map<string, Map<string, boolean>>();
  const add = (file: string, name: string, weak: boolean): void => {
    const versions = files.get(file) ?? new Map<string, boolean>();
    files.set(file, versions);
    if (!versions.has(name)) versions.set(name, weak);
  };
  for (const { file, versions } of description.requires ?? []) {
    for (const version of versions) {
      if (typeof version === "string") add(file, version, false);
      else add(file, version.name, version.weak);
    }
  }
  for (const { from, version } of symbols) if (from !== undefined && version !== undefined) add(from, version, false);
  let index = firstIndex;
  return [...files].map(([file, versions]) => ({
    file,
    versions: [...versions].map(([name, weak]) => ({ name, weak, index: index++ })),
  }));
}

export function writeNeeds(writer: ByteWriter, { needs }: VersionPlan, strings: StringTableWriter): void {
  needs.forEach(({ file, versions }, i) => {
    const next = i === needs.length - 1 ? 0 : 16 + 16 * versions.length;
    writer.half(1).half(versions.length).word(strings.add(file)).word(16).word(next);
    versions.forEach(({ name, weak, index }, j) => {
      writer.word(sysvHash(name)).half(weak ? VER_FLG_WEAK : 0);
      writer
        .half(index)
        .word(strings.add(name))
        .word(j === versions.length - 1 ? 0 : 16);
    });
  });
}

export function writeDefinitions(writer: ByteWriter, { definitions }: VersionPlan, strings: StringTableWriter): void {
  definitions.forEach(({ name, parents = [], base, weak, index }, i) => {
    const names = [name, ...parents];
    const flags = (base ? VER_FLG_BASE : 0) | (weak === true ? VER_FLG_WEAK : 0);
    writer.half(1).half(flags).half(index).half(names.length).word(sysvHash(name)).word(20);
    writer.word(i === definitions.length - 1 ? 0 : 20 + 8 * names.length);
    names.forEach((each, j) => writer.word(strings.add(each)).word(j === names.length - 1 ? 0 : 8));
  });
}
