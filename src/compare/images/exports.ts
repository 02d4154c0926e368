/** What a library offers to those who link with it: its exported symbols, as its loader would find them. */
import type { ElfObject } from "../../elf/object.js";
import { nameAt } from "../../elf/symbol-names.js";
import { SHN_ABS, SHN_UNDEF, VERSION_HIDDEN, VERSION_INDEX } from "../../elf/symbol-values.js";
import { indexVersions, isDefinition, sortOf } from "../../loader/symbol-definitions.js";
import type { ExportedSymbol } from "./image-diff-schema.js";

export interface Export extends Pick<ExportedSymbol, "kind"> {
  /** byte strings */
  readonly name: string;
  readonly version: string | undefined;
  /** bytes */
  readonly size: number;
  /** a reference without a version finds it */
  readonly isDefault: boolean;
}

export interface Exports {
  /** by name and version, see `keyOf` */
  readonly byKey: ReadonlyMap<string, Export>;
  /** by name */
  readonly byName: ReadonlyMap<string, readonly Export[]>;
  readonly hasVersions: boolean;
}

/** What linkers of some time have put into every library: nobody's interface. */
const BY_LINKERS = new Set([
  "_init",
  "_fini",
  "_edata",
  "_end",
  "_etext",
  "__bss_start",
  "__bss_start__",
  "__bss_end__",
  "__end__",
  "_bss_end__",
]);

export function listExports(elf: ElfObject): Exports {
  const { symbols } = elf;
  const versions = indexVersions(elf);
  const byKey = new Map<string, Export>();
  const byName = new Map<string, Export[]>();
  for (let i = 1; i < symbols.count; i += 1) {
    if (!isDefinition(elf, i) || symbols.section[i] === SHN_UNDEF) continue;
    const name = nameAt(symbols.names, i);
    const versym = symbols.version[i] as number;
    const version = versions.get(versym & VERSION_INDEX)?.version;
    // A version node has a symbol of its own name, which stands for nothing.
    const isNode = symbols.section[i] === SHN_ABS && name === version;
    if (isNode || BY_LINKERS.has(name)) continue;
    const one: Export = {
      name,
      version,
      kind: sortOf(symbols.type[i] as number) ?? "other",
      size: symbols.size[i] as number,
      isDefault: (versym & VERSION_HIDDEN) === 0,
    };
    byKey.set(keyOf(one), one);
    byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  return { byKey, byName, hasVersions: elf.versions.definitions.some(({ base }) => !base) };
}

export function keyOf({ name, version }: Pick<Export, "name" | "version">): string {
  return version === undefined ? name : `${name}@${version}`;
}

/**
 * Whether somebody who was linked with a symbol finds it elsewhere: under its version; without one, whatever a plain reference finds;
 * and in a library without version nodes by its name alone. glibc's elf/dl-lookup.c, check_match.
 */
export function isFoundIn({ byKey, byName, hasVersions }: Exports, symbol: Export): boolean {
  if (byKey.has(keyOf(symbol))) return true;
  if (symbol.version !== undefined && hasVersions) return false;
  return (byName.get(symbol.name) ?? []).some(({ isDefault }) => isDefault);
}
