/** The long lists of an image, cut to what fits a screen unless all of it is asked for. */
import type { InspectReport } from "../inspect-schema.js";
import { count } from "./terminal.js";

export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

const SHOWN = 10;
const INDENT = "  ";

/** Libraries, programs and packages, each where there are any. @param isWhole lists are not cut */
export function listSections(report: InspectReport, isWhole: boolean): readonly Section[] {
  const missing = report.dependencies.filter(({ to }) => to === undefined);
  const sections: readonly (readonly [string, readonly (readonly string[])[]])[] = [
    ["Libraries", report.libraries.map((one) => [one.name, listNewest(one.versions).join(" "), owner(one.package)])],
    ["Libraries that nobody finds", missing.map(({ from, name }) => [name, `for ${from}`])],
    ["Programs", report.programs.map((one) => [one.path, one.interpreter ?? one.kind, owner(one.package)])],
    ["Packages", report.packages.map(({ name, version, architecture = "" }) => [name, version, architecture])],
  ];
  return sections.flatMap(([title, rows]) =>
    rows.length === 0 ? [] : [{ title, lines: toLines(rows, isWhole ? rows.length : SHOWN) }],
  );
}

function owner(one: InspectReport["libraries"][number]["package"]): string {
  return one === undefined ? "" : `${one.name} ${one.version}`;
}

/** Columns as wide as what stands in them, within reason: what is longer pushes the rest of its line. */
function toLines(rows: readonly (readonly string[])[], limit: number): readonly string[] {
  const shown = rows.slice(0, limit);
  const widths = [0, 1].map((column) => Math.min(32, Math.max(...shown.map((row) => row[column]?.length ?? 0))));
  const lines = shown.map((row) =>
    `${INDENT}${row.map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell)).join("  ")}`.trimEnd(),
  );
  const rest = rows.length - shown.length;
  return rest === 0 ? lines : [...lines, `${INDENT}and ${count(rest, "more", "more")}: --all shows them`];
}

/** Of the nodes of each name the newest, of the names with the most nodes first: GLIBC_2.36 of all GLIBC_; private ones are left out. */
function listNewest(versions: readonly string[]): readonly string[] {
  const newest = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const version of versions) {
    const [, name = "", release = ""] = /^(.*?)_?(\d+(?:\.\d+)*)$/.exec(version) ?? [];
    if (release === "") continue;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    const known = newest.get(name);
    if (known === undefined || compare(release, known.slice(name.length).replace(/^_/, "")) > 0)
      newest.set(name, version);
  }
  const byCount = [...newest].sort(([a], [b]) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  return byCount.map(([, version]) => version).slice(0, 2);
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
