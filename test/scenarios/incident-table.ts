/** The page that lists the incidents: docs/scenarios.md, written from what the tests check. */
import type { Incident, Question } from "./incident.js";

const HEAD = `# Scenarios

Failures that people met and reported, rebuilt from software that anybody can download. For each of them this page says which files
stand in for those of the report, and what \`containerspec analyze\` answers. \`test/scenarios\` downloads the packages, makes an image
and a host of them, and holds the answers against this page; where it can (root, x86-64), it also starts the image's own loader and
compares who breaks, and with which words. \`UPDATE_DOCS=1 npx vitest run test/scenarios\` writes the page anew.

The library is mounted over the image's file, alone, unless something else is said. The rule is the one that decides; it is explained
in [rules](rules). "Names" is what the finding tells of the cause.
`;

/** The whole page. */
export function renderPage(incidents: Readonly<Record<string, Incident>>): string {
  const rows = Object.values(incidents).flatMap((incident) =>
    incident.questions.map((question, i) =>
      [i === 0 ? describe(incident) : "", i === 0 ? flat(incident.standIn) : "", ...toCells(question)].join(" | "),
    ),
  );
  const head = "Incident | Stand-in | Library | Verdict | Rule | Names";
  const lines = [head, "--- | --- | --- | --- | --- | ---", ...rows].map((row) => `| ${row} |`);
  return `${HEAD}\n${lines.join("\n")}\n`;
}

function describe({ link, happened }: Incident): string {
  const name = link.replace(/^https:\/\/github\.com\/[^/]+\//, "").replace(/\/(?:issues|pull)\//, "#");
  return `[${name}](${link}): ${flat(happened)}`;
}

function toCells({
  library,
  placement,
  companions,
  mounts = [],
  verdict,
  findings,
  names = [],
}: Question): readonly string[] {
  const how = [
    ...(placement === undefined ? [] : [`--placement ${placement}`]),
    ...(companions === undefined ? [] : [`--companions ${companions}`]),
    ...mounts.map((bind) => `--mount ${bind}`),
  ];
  const rules = findings.map((finding) => finding.split(" ")[1] ?? "");
  return [
    [library, ...how].map((word) => `\`${word}\``).join(" "),
    verdict,
    rules.map((rule) => `[${rule}](rules/${rule}.md)`).join(", "),
    names.map((name) => `\`${name}\``).join(", "),
  ];
}

function flat(text: string): string {
  return text.replace(/\s+/g, " ");
}
