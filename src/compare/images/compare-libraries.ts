/** Libraries that came, went or changed, and what each change does to those who were linked with the library. */
import { baseName, toDisplayPath } from "../../rootfs/path.js";
import { compareAbi, isPrivateNode, SAME_ABI, type AbiDiff } from "./compare-abi.js";
import type { DiffedLibrary, LibrariesDiff, LibraryDiff } from "./image-diff-schema.js";
import type { Effect } from "./image-parts.js";
import type { BothSides, ImageSide, SideLibrary } from "./image-side.js";
import { pairLibraries } from "./pair-libraries.js";

type Owners = ImageSide["owners"];

export function compareLibraries({ before, after }: BothSides<ImageSide>): LibrariesDiff {
  const { pairs, removed, added } = pairLibraries(before.libraries, after.libraries);
  const owners = { before: before.owners, after: after.owners };
  return {
    added: sortByName(added.map((one) => toRow(one, owners.after))),
    removed: sortByName(removed.map((one) => toRow(one, owners.before))),
    changed: sortByName(pairs.flatMap((pair) => comparePair(pair, owners) ?? [])),
  };
}

/** Undefined where nothing differs. */
function comparePair({ before, after }: BothSides<SideLibrary>, owners: BothSides<Owners>): LibraryDiff | undefined {
  const rows = { before: toRow(before, owners.before), after: toRow(after, owners.after) };
  const isSameFile = before.node.digest !== undefined && before.node.digest === after.node.digest;
  if (isSameFile && JSON.stringify(rows.before) === JSON.stringify(rows.after)) return undefined;
  const problem = before.elf.damage?.problem ?? after.elf.damage?.problem;
  const abi = isSameFile || problem !== undefined ? SAME_ABI : compareAbi({ before: before.elf, after: after.elf });
  const effect = problem === undefined ? findEffect(rows, abi) : "unknown";
  return { name: rows.after.name, effect, ...rows, ...abi, ...(problem === undefined ? {} : { problem }) };
}

/** A library in a folder that programs have to name has few users, who often come with it. */
function findEffect({ before, after }: BothSides<DiffedLibrary>, { symbols, versions }: AbiDiff): Effect {
  const isGone =
    before.name !== after.name ||
    versions.removed.some((name) => !isPrivateNode(name)) ||
    symbols.removed.some((symbol) => symbol.isPrivate !== true);
  if (isGone) return before.isFound ? "breaks" : "may-break";
  if (before.isFound && !after.isFound) return "may-break";
  if (symbols.changed.some((symbol) => symbol.isPrivate !== true)) return "may-break";
  const isMore = symbols.added.length + symbols.removed.length + versions.added.length + versions.removed.length > 0;
  return isMore || before.isFound !== after.isFound ? "compatible" : "cosmetic";
}

function toRow({ name, path, machine, isFound }: SideLibrary, owners: Owners): DiffedLibrary {
  const version = findFileVersion(name, path);
  const owner = owners.get(path);
  return {
    name: toDisplayPath(name),
    path: toDisplayPath(path),
    machine,
    isFound,
    ...(version === undefined ? {} : { version: toDisplayPath(version) }),
    ...(owner === undefined ? {} : { package: owner }),
  };
}

/** "1.3.1" of libz.so.1.3.1, "2.31" of libc-2.31.so; undefined where the file's name says no more than the library's. */
function findFileVersion(name: string, path: string): string | undefined {
  const file = baseName(path);
  if (file === name) return undefined;
  return /\.so\.([0-9][\w.+~-]*)$/.exec(file)?.[1] ?? /-([0-9][0-9.]*)\.so$/.exec(file)?.[1];
}

function sortByName<Row extends { readonly name: string; readonly path?: string }>(rows: readonly Row[]): Row[] {
  const key = ({ name, path = "" }: Row): string => `${name}\0${path}`;
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
