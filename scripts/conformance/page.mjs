/** docs/conformance.md: how the comparison is made, and the table of the last run that wrote it. */
import { readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { KINDS } from "./cases.mjs";
import { countRows, groupRows, listDisagreements } from "./results.mjs";

const START = "<!-- results: written by npm run conformance -- --write -->";
const END = "<!-- end of results -->";

/** At most this part of what the loader takes may be called latent or broken. */
const FALSE_UNSAFE_LIMIT = 0.01;

/** Whether the run shows what containerspec promises. */
export function isMet(rows) {
  const { falseSafe, falseUnsafe, ok } = countRows(rows);
  return falseSafe === 0 && falseUnsafe <= FALSE_UNSAFE_LIMIT * ok;
}

/**
 * Puts the results into the page.
 *
 * @param {string} file
 * @param {{ rows: readonly object[], bases: ReadonlyMap<string, string> }} results
 */
export async function writePage(file, { rows, bases }) {
  const text = readFileSync(file, "utf8");
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start === -1 || end === -1) throw new Error(`${file} has no place for results: ${START} … ${END}`);
  const results = [renderReleases(bases), renderTable(rows), renderDifferences(rows)].join("\n\n");
  const updated = `${text.slice(0, start)}${START}\n\n${results}\n\n${text.slice(end)}`;
  writeFileSync(file, await format(updated, { ...(await resolveConfig(file)), parser: "markdown" }));
}

function renderReleases(bases) {
  const lines = [...bases].map(([suite, base]) => `| ${suite} | ${findPackageVersion(base, "libc6")} |`);
  return ["Measured with these C libraries:", "", "| Debian | libc6 |", "| --- | --- |", ...lines].join("\n");
}

function findPackageVersion(base, name) {
  const status = readFileSync(`${base}/var/lib/dpkg/status`, "utf8");
  const paragraph = status.split("\n\n").find((one) => one.startsWith(`Package: ${name}\n`)) ?? "";
  return /^Version: (.*)$/m.exec(paragraph)?.[1] ?? "unknown";
}

function renderTable(rows) {
  const head =
    "| case | truths | ok | latent | broken | foretold | false-safe | false-unsafe | undecided | reason named |";
  const groups = groupRows(rows, ({ kind }) => kind);
  const lines = Object.entries(KINDS).flatMap(([kind, title]) => {
    const some = groups.get(kind);
    return some === undefined ? [] : [renderLine(`${kind}: ${title}`, countRows(some))];
  });
  return [head, "| --- |" + " ---: |".repeat(9), ...lines, renderLine("**all**", countRows(rows))].join("\n");
}

function renderLine(title, c) {
  const numbers = [c.truths, c.ok, c.latent, c.broken, c.exact, c.falseSafe, c.falseUnsafe, c.undecided];
  return `| ${title} | ${numbers.join(" | ")} | ${c.named} of ${c.reasons} |`;
}

function renderDifferences(rows) {
  const { sameConsumers, counted, untested } = countRows(rows);
  const differences = listDisagreements(rows).map(
    ({ image, host, placement, companions, names, truth, loader, verdict, rules, message }) =>
      `- ${names.join(", ")} of ${host} in ${image} (${placement}, companions ${companions}): the loader says **${truth}**${message === "" ? "" : `, "${toCode(message)}"`}; containerspec says ${loader}, ${verdict} (${rules.join(", ")})`,
  );
  const notes = rows.flatMap(({ image, host, placement, notes: found }) =>
    found.map((note) => `- ${host} in ${image} (${placement}): ${note}`),
  );
  return [
    `In ${sameConsumers} of ${counted} truths whose consumers were all run, exactly as many fail as the report says, in the way that it says. ${untested} mounts could not be tested: nothing in the image can be run that loads them, or the loader aborted before the mount as well.`,
    "",
    differences.length === 0
      ? "No difference between the simulated loader and the real one."
      : "Where the simulated loader and the real one differ:",
    "",
    ...differences,
    "",
    notes.length === 0
      ? "Every source, target and companion is what the real loaders find."
      : "Where a mount would not go to the place, or bring the file, that the real loaders find:",
    "",
    ...notes,
  ].join("\n");
}

function toCode(message) {
  return message.split("\n")[0].replaceAll("`", "'");
}
