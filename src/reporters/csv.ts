/**
 * Reports as CSV (RFC 4180) for spreadsheets and scripts: one row a library. A cell that a spreadsheet would take for a formula
 * gets an apostrophe before it: names in an image are chosen by whoever made the image.
 */
import type { GateResult } from "../policy/gate.js";
import type { MountReport, Report } from "../report.js";
import { pairWithGates, standingOf, type GatedReport } from "./gated.js";
import type { Terminal } from "./terminal.js";

type Cell = string | number;

/** Every column, in order, by what a row has in it. Columns are only ever added, behind the others. */
const COLUMNS: Readonly<Record<string, (mount: MountReport, { report, gate }: GatedReport) => Cell>> = {
  image: (_, { report }) => report.image.source,
  reference: (_, { report }) => report.image.reference ?? "",
  digest: (_, { report }) => report.image.digest,
  platform: (_, { report }) => report.image.platform,
  host: (_, { report }) => report.host.source,
  library: ({ soname }) => soname,
  verdict: ({ verdict }) => verdict,
  loader: ({ loader }) => loader,
  gate: (mount, gated) => standingOf(mount, gated),
  source: ({ source }) => source,
  target: ({ target }) => target,
  companions: ({ companions }) => companions.join(" "),
  suggested: ({ suggested }) => suggested.join(" "),
  consumers: ({ consumers }) => consumers,
  broken: ({ broken }) => broken,
  latent: ({ latent }) => latent,
  rules: ({ findings }) => [...new Set(findings.map(({ rule }) => rule))].join(" "),
  reason: ({ findings: [first] }) => first?.message ?? "",
  loaderMessage: ({ findings: [first] }) => first?.loaderMessage ?? "",
  imageRules: (_, { gate }) => gate.imageRules.join(" "),
  accepted: ({ soname }, { gate: { accepted = [] } }) =>
    [...new Set(accepted.filter(({ about }) => about === soname).map(({ rule }) => rule))].join(" "),
  gateReasons: (_, { gate: { reasons = [] } }) => reasons.join("; "),
};

/** A header and a row for each library of each report. */
export function renderCsv(reports: readonly Report[], _: Terminal, gates: readonly GateResult[]): string {
  const rows = pairWithGates(reports, gates).flatMap((gated) =>
    gated.report.mounts.map((mount) => Object.values(COLUMNS).map((cellOf) => cellOf(mount, gated))),
  );
  return [Object.keys(COLUMNS), ...rows].map((row) => `${row.map(writeCell).join(",")}\r\n`).join("");
}

/** Spreadsheets pass over space before these, and know their full-width forms. */
const FORMULA = /^\s*[=+\-@＝＋－＠]/u;

function writeCell(cell: Cell): string {
  const text = typeof cell === "string" && FORMULA.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
