/** What two images have different, as sections of rows in words: what text and Markdown show alike. What matters most comes first. */
import type {
  DiffedFile,
  DiffedLibrary,
  FieldDiff,
  FileDiff,
  ImageDiff,
  LibraryDiff,
  ProgramDiff,
} from "../compare/images/image-diff-schema.js";
import { EFFECTS } from "../compare/images/image-parts.js";
import { count, listSome } from "./terminal.js";

export interface DiffRow {
  /** came, went, or changed */
  readonly sign: "+" | "-" | "~";
  readonly subject: string;
  /** empty where the subject says all */
  readonly words: string;
}

export interface DiffSection {
  readonly title: string;
  /** behind the title: "2 removed, 5 added" */
  readonly summary: string;
  readonly rows: readonly DiffRow[];
}

/** names of symbols in a row; of more the number */
const MAX_NAMES = 4;
const MIB = 2 ** 20;

/** The parts that were compared and differ. */
export function listSections(diff: ImageDiff): readonly DiffSection[] {
  const { libraries, programs, floors, hazards, packages, metadata, history, layers, size, files } = diff;
  const sections: readonly (DiffSection | undefined)[] = [
    libraries && {
      title: "Libraries",
      summary: [countLists(libraries), countEffects(libraries.changed)].filter((text) => text !== "").join("; "),
      rows: [
        ...foundFirst(libraries.removed).map((row) => toRow("-", row.name, describeLibrary(row))),
        ...sortByEffect(libraries.changed).map((row) => toRow("~", row.name, describeChange(row))),
        ...foundFirst(libraries.added).map((row) => toRow("+", row.name, describeLibrary(row))),
      ],
    },
    programs && {
      title: "Programs",
      summary: countLists(programs),
      rows: [
        ...programs.removed.map(({ path }) => toRow("-", path, "")),
        ...sortByEffect(programs.changed).map((row) => toRow("~", row.path, describeProgram(row))),
        ...programs.added.map(({ path }) => toRow("+", path, "")),
      ],
    },
    floors && {
      title: "Floors",
      summary: count(floors.length, "change"),
      rows: floors.map(({ floor, before, after, isRaised }) =>
        toRow("~", floor, `${before ?? "none"} -> ${after ?? "none"}${isRaised ? ", raised" : ""}`),
      ),
    },
    hazards && {
      title: "Hazards",
      summary: `${hazards.added.length} came, ${hazards.removed.length} went`,
      rows: [
        ...hazards.added.map(({ rule, severity, message }) => toRow("+", rule, `${severity}: ${message}`)),
        ...hazards.removed.map(({ rule, severity, message }) => toRow("-", rule, `${severity}: ${message}`)),
      ],
    },
    packages && {
      title: "Packages",
      summary: countLists(packages),
      rows: [
        ...packages.removed.map(({ name, version }) => toRow("-", name, version)),
        ...packages.changed.map(({ name, before, after }) => toRow("~", name, `${before} -> ${after}`)),
        ...packages.added.map(({ name, version }) => toRow("+", name, version)),
      ],
    },
    metadata && {
      title: "Metadata",
      summary: count(metadata.length, "field"),
      rows: metadata.map(describeField),
    },
    history && {
      title: "History",
      summary: `${history.shared} shared, ${history.removed.length} removed, ${history.added.length} added`,
      rows: [
        ...history.removed.map(({ createdBy }) => toRow("-", createdBy, "")),
        ...history.added.map(({ createdBy }) => toRow("+", createdBy, "")),
      ],
    },
    layers && {
      title: "Layers",
      summary: `${layers.shared.length} shared, ${layers.removed.length} removed, ${layers.added.length} added`,
      rows: [
        ...layers.removed.map(({ diffId, index, size }) => toRow("-", diffId, `layer ${index + 1}, ${toSize(size)}`)),
        ...layers.added.map(({ diffId, index, size }) => toRow("+", diffId, `layer ${index + 1}, ${toSize(size)}`)),
      ],
    },
    size && describeSizes(size),
    files && {
      title: "Files",
      summary: countLists(files),
      rows: [
        ...files.removed.map((row) => toRow("-", row.path, describeFile(row))),
        ...files.changed.map((row) => toRow("~", row.path, describeFileChange(row))),
        ...files.added.map((row) => toRow("+", row.path, describeFile(row))),
      ],
    },
  ].map((section) => section ?? undefined);
  return sections.filter((section) => section !== undefined && section.rows.length > 0) as DiffSection[];
}

/** "3 break, 1 may break" of what can break somebody. */
export function summarizeBreaking({ breaking }: ImageDiff): string {
  const of = (effect: string): number => breaking.filter((one) => one.effect === effect).length;
  const parts = [
    [of("breaks"), "surely"],
    [of("unknown"), "perhaps, since it cannot be read"],
    [of("may-break"), "perhaps"],
  ] as const;
  return parts.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`])).join(", ");
}

function toRow(sign: DiffRow["sign"], subject: string, words: string): DiffRow {
  return { sign, subject, words };
}

function countLists({
  added,
  removed,
  changed,
}: Readonly<Record<"added" | "removed" | "changed", readonly unknown[]>>) {
  return `${removed.length} removed, ${added.length} added, ${changed.length} changed`;
}

const WORDS: Readonly<Record<LibraryDiff["effect"], string>> = {
  breaks: "break",
  "may-break": "may break",
  unknown: "unknown",
  compatible: "compatible",
  cosmetic: "built again",
};

function countEffects(changed: readonly LibraryDiff[]): string {
  return EFFECTS.map((effect) => ({ effect, number: changed.filter((one) => one.effect === effect).length }))
    .filter(({ number }) => number > 0)
    .map(({ effect, number }) => `${number} ${WORDS[effect]}`)
    .join(", ");
}

function sortByEffect<Row extends { readonly effect: LibraryDiff["effect"] }>(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort((a, b) => EFFECTS.indexOf(a.effect) - EFFECTS.indexOf(b.effect));
}

/** Libraries that everybody finds before those of somebody's own folder. */
function foundFirst(rows: readonly DiffedLibrary[]): readonly DiffedLibrary[] {
  return [...rows].sort((a, b) => Number(b.isFound) - Number(a.isFound));
}

function describeLibrary({ path, version, package: owner }: DiffedLibrary): string {
  return [path, ...(version === undefined ? [] : [version]), ...(owner === undefined ? [] : [owner])].join(", ");
}

function describeChange(row: LibraryDiff): string {
  const { before, after, versions, symbols, needed, problem } = row;
  const parts = [
    ...(before.name === after.name ? [] : [`was ${before.name}`]),
    ...describeTwo(before.version, after.version),
    ...(problem === undefined ? [] : [`cannot be read: ${problem}`]),
    ...tellNames("without", versions.removed),
    ...tellSymbols("gone", symbols.removed),
    ...tellSymbols("of another shape", symbols.changed),
    ...tellNames("with", versions.added),
    ...tellSymbols("more", symbols.added),
    ...tellNames("needs no more", needed.removed),
    ...tellNames("needs", needed.added),
    ...(before.isFound === after.isFound ? [] : [after.isFound ? "found by its name" : "found by its name no more"]),
  ];
  return `[${WORDS[row.effect]}] ${parts.join("; ")}`.trimEnd();
}

function describeTwo(before: string | undefined, after: string | undefined): readonly string[] {
  if (before === after) return [];
  return [`${before ?? "no version"} -> ${after ?? "no version"}`];
}

function tellNames(word: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${word} ${listSome(names, MAX_NAMES)}`];
}

function tellSymbols(
  word: string,
  symbols: readonly { readonly name: string; readonly version?: string }[],
): readonly string[] {
  if (symbols.length === 0) return [];
  const names = symbols.map(({ name, version }) => (version === undefined ? name : `${name}@${version}`));
  return [`${count(symbols.length, "symbol")} ${word} (${listSome(names, MAX_NAMES)})`];
}

function describeProgram({ effect, interpreter, needed }: ProgramDiff): string {
  const parts = [
    ...(interpreter === undefined ? [] : [`loader ${interpreter.before ?? "none"} -> ${interpreter.after ?? "none"}`]),
    ...tellNames("needs no more", needed.removed),
    ...tellNames("needs", needed.added),
  ];
  return `[${WORDS[effect]}] ${parts.join("; ")}`.trimEnd();
}

function describeField({ field, before, after }: FieldDiff): DiffRow {
  if (before === null) return toRow("+", field, toValue(after));
  if (after === null) return toRow("-", field, toValue(before));
  return toRow("~", field, `${toValue(before)} -> ${toValue(after)}`);
}

function toValue(value: FieldDiff["before"]): string {
  if (value === null) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function describeSizes({ before, after }: NonNullable<ImageDiff["size"]>): DiffSection | undefined {
  if (before.files === after.files && before.stored === after.stored) return undefined;
  return {
    title: "Size",
    summary: "",
    rows: [
      toRow("~", "files", `${toSize(before.files)} -> ${toSize(after.files)}`),
      toRow("~", "layers as stored", `${toSize(before.stored)} -> ${toSize(after.stored)}`),
    ],
  };
}

function describeFile({ kind, mode, owner, size, target }: DiffedFile): string {
  return [
    ...(kind === "file" ? [] : [kind]),
    ...(size === undefined ? [] : [toSize(size)]),
    ...(target === undefined ? [] : [`-> ${target}`]),
    ...(mode === undefined ? [] : [mode]),
    ...(owner === "0:0" ? [] : [owner]),
  ].join(", ");
}

function describeFileChange({ changed, before, after }: FileDiff): string {
  return changed
    .map((what) => {
      switch (what) {
        case "kind":
          return `${describeKind(before)} -> ${describeKind(after)}`;
        case "content":
          return before.size === after.size ? "content" : `content, ${toSize(before.size)} -> ${toSize(after.size)}`;
        case "mode":
        case "owner":
        case "target":
          return `${what} ${before[what] ?? ""} -> ${after[what] ?? ""}`;
        case "capabilities":
          return "capabilities";
      }
    })
    .join("; ");
}

function describeKind(file: DiffedFile): string {
  return [file.kind, ...(file.target === undefined ? [] : [`to ${file.target}`])].join(" ");
}

function toSize(bytes = 0): string {
  return bytes < MIB / 10 ? `${bytes} bytes` : `${(bytes / MIB).toFixed(1)} MiB`;
}
