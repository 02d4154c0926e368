/** The ABI of a library before and after: version nodes, exported symbols, and data whose size programs have copied. */
import type { ElfObject } from "../../elf/object.js";
import { toDisplayPath } from "../../rootfs/path.js";
import { isFoundIn, keyOf, listExports, type Export, type Exports } from "./exports.js";
import type { BothSides } from "./image-side.js";
import type { ExportedSymbol, LibraryDiff, SymbolDiff } from "./image-diff-schema.js";

export type AbiDiff = Pick<LibraryDiff, "versions" | "symbols" | "needed">;

export const SAME_ABI: AbiDiff = {
  versions: { removed: [], added: [] },
  symbols: { removed: [], added: [], changed: [] },
  needed: { removed: [], added: [] },
};

export function compareAbi({ before, after }: BothSides<ElfObject>): AbiDiff {
  const exports = { before: listExports(before), after: listExports(after) };
  return {
    versions: compareNames(listNodes(before), listNodes(after)),
    symbols: {
      removed: listGone(exports.before, exports.after),
      added: listGone(exports.after, exports.before),
      changed: listChanged(exports),
    },
    needed: compareNames(before.needed, after.needed),
  };
}

/** Names, as byte strings, that only one of two lists has; sorted. */
export function compareNames(before: readonly string[], after: readonly string[]): AbiDiff["needed"] {
  const [left, right] = [new Set(before), new Set(after)];
  return {
    removed: [...left]
      .filter((name) => !right.has(name))
      .sort()
      .map(toDisplayPath),
    added: [...right]
      .filter((name) => !left.has(name))
      .sort()
      .map(toDisplayPath),
  };
}

/** A node that is the project's own affair by its name: GLIBC_PRIVATE, HOGWEED_INTERNAL_6_6, HIDDEN. */
export function isPrivateNode(version: string | undefined): boolean {
  return version !== undefined && /(?:^|_)(?:PRIVATE|INTERNAL|HIDDEN)(?:_|$)/i.test(version);
}

function listNodes({ versions }: ElfObject): readonly string[] {
  return versions.definitions.filter(({ base }) => !base).map(({ name }) => name);
}

function listGone(exports: Exports, others: Exports): ExportedSymbol[] {
  return sortByKey([...exports.byKey.values()].filter((symbol) => !isFoundIn(others, symbol))).map(
    ({ name, version, kind }) => ({ ...toName({ name, version }), kind }),
  );
}

/** Of functions the size tells nothing; data is copied into programs with the size that it had. */
function listChanged({ before, after }: BothSides<Exports>): SymbolDiff[] {
  return sortByKey([...before.byKey.values()]).flatMap((one) => {
    const other = after.byKey.get(keyOf(one));
    if (other === undefined || !isChanged(one, other)) return [];
    return [{ ...toName(one), before: toShape(one), after: toShape(other) }];
  });
}

function isChanged(one: Export, other: Export): boolean {
  if (one.kind !== other.kind) return true;
  return one.kind !== "function" && one.kind !== "other" && one.size !== other.size;
}

function toShape({ kind, size }: Export): SymbolDiff["before"] {
  return { kind, size };
}

function toName({ name, version }: Pick<Export, "name" | "version">): Omit<ExportedSymbol, "kind"> {
  return {
    name: toDisplayPath(name),
    ...(version === undefined ? {} : { version: toDisplayPath(version) }),
    ...(isPrivateNode(version) ? { isPrivate: true } : {}),
  };
}

function sortByKey(symbols: readonly Export[]): readonly Export[] {
  return symbols
    .map((symbol) => ({ symbol, key: keyOf(symbol) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ symbol }) => symbol);
}
