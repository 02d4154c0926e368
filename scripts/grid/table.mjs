/** What a run of the grid found, as a table of docs/grid.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";

const BEGIN = "<!-- grid: begin -->";
const END = "<!-- grid: end -->";

/** @typedef {{ image: string, host: string, program: string, predicted: boolean, starts: boolean, verdict: string, loader: string, words: string, foretold: boolean }} Row */

/**
 * Writes the table between the marks of a page.
 *
 * @param {string} page
 * @param {readonly Row[]} rows
 * @param {readonly { suite: string, libc: string }[]} suites
 */
export async function writeTable(page, rows, suites) {
  const text = readFileSync(page, "utf8");
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin === -1 || end === -1) throw new Error(`${page} has no place for the table`);
  const whole = `${text.slice(0, begin + BEGIN.length)}\n\n${renderTable(rows, suites)}\n${text.slice(end)}`;
  writeFileSync(page, await format(whole, { ...(await resolveConfig(page)), parser: "markdown" }));
}

/** @returns {string} Markdown */
export function renderTable(rows, suites) {
  const programs = [...new Set(rows.map(({ program }) => program))];
  const names = suites.map(({ suite }) => suite);
  const right = rows.filter(({ predicted, starts }) => predicted === starts).length;
  const refused = rows.filter(({ starts }) => !starts);
  const told = refused.filter(({ foretold }) => foretold).length;
  return [
    `${right} of ${rows.length} are right: ${rows.length - refused.length} start, ${refused.length} are refused, and of those ${told} with the very words that were foretold.`,
    "",
    suites.map(({ suite, libc }) => `${suite} has glibc ${libc}`).join(", ") + ".",
    ...programs.flatMap((program) => [
      "",
      `| ${program} of … in an image of | ${names.join(" | ")} |`,
      `| --- |${names.map(() => " --- |").join("")}`,
      ...names.map((host) => {
        const cells = names.map((image) =>
          renderCell(rows.find((row) => row.program === program && row.host === host && row.image === image)),
        );
        return `| ${host} | ${cells.join(" | ")} |`;
      }),
    ]),
    "",
    "What the loader said where it refused, each once:",
    "",
    "```text",
    ...[...new Set(refused.map(({ words }) => words))].sort(),
    "```",
    "",
  ].join("\n");
}

/** What really happened, and whether it was foretold. */
function renderCell(row) {
  if (row === undefined) return "";
  const what = row.starts ? `starts (${row.verdict})` : "refused";
  return row.predicted === row.starts ? what : `**${what}, foretold otherwise**`;
}
