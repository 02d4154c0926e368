/** CSV as Python's csv module reads it, and as a spreadsheet must not take it. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { toDisplayText } from "../../src/display-text.js";
import { VERDICTS, type Report } from "../../src/report.js";
import { renderCsv } from "../../src/reporters/csv.js";
import { everyVerdict, gateOf, HOSTILE_NAMES, hostileReport, manyFindings, wholeReport } from "./hostile-report.js";

const TERMINAL = { width: 100, color: false };
const READ =
  "import csv,io,json,sys\nprint(json.dumps(list(csv.DictReader(io.TextIOWrapper(sys.stdin.buffer,'utf-8',newline=''),strict=True))))";
const hasPython = spawnSync("python3", ["--version"]).status === 0;
const python = hasPython ? test : test.skip;
const skipped = hasPython ? "" : " (skipped: there is no python3 to read them)";

function render(report: Report): string {
  return renderCsv([report], TERMINAL, [gateOf(report)]);
}

function readRows(text: string): readonly Record<string, string>[] {
  const { stdout, stderr, status } = spawnSync("python3", ["-c", READ], {
    input: text,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  expect([stderr, status]).toEqual(["", 0]);
  return JSON.parse(stdout) as Record<string, string>[];
}

test("lines end as RFC 4180 says, and a report without libraries is a header", () => {
  const header = render(wholeReport([]));
  expect(header).toMatch(/^image,reference,digest,platform,host,library,verdict,loader,gate,[a-zA-Z,]+\r\n$/);
  expect(render(everyVerdict()).split("\r\n")).toHaveLength(VERDICTS.length + 2);
});

python(`a row a library, with its verdict and how it stands${skipped}`, () => {
  const rows = readRows(render(everyVerdict()));
  expect(rows.map(({ library, verdict, gate }) => [library, verdict, gate])).toEqual([
    ["libsafe.so.1", "safe", "passes"],
    ["libloads.so.1", "loads", "passes"],
    ["libno-effect.so.1", "no-effect", "open"],
    ["librisky.so.1", "risky", "fails"],
    ["libsafe-with.so.1", "safe-with", "fails"],
    ["libunknown.so.1", "unknown", "fails"],
    ["libunsafe.so.1", "unsafe", "fails"],
  ]);
  expect(rows[6]).toMatchObject({ image: "app.tar", host: "host.json", rules: "version-not-defined", broken: "1" });
  expect(rows[6]?.["loaderMessage"]).toContain("version `GLIBC_2.38' not found");
});

python(`hostile names come back as they are, but for a formula's apostrophe${skipped}`, () => {
  const rows = readRows(render(hostileReport()));
  const shown = HOSTILE_NAMES.map(toDisplayText);
  expect(rows.map(({ library = "" }) => library.replace(/^'(?=\s*[=+@-])/, ""))).toEqual(shown);
  expect(Object.keys(rows[0] ?? {})).not.toContain("null");
  const cells = rows.flatMap((row) => Object.values(row));
  expect(cells.filter((cell) => /^\s*[=+@-]/.test(cell))).toEqual([]);
  expect(cells.filter((cell) => /\p{C}/u.test(cell))).toEqual([]);
  expect(rows.filter(({ library = "" }) => library.startsWith("'"))).toHaveLength(5);
});

python(`ten thousand libraries${skipped}`, () => {
  expect(readRows(render(manyFindings(10_000)))).toHaveLength(10_000);
});
