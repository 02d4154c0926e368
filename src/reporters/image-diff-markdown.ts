/** What two images have different, as a comment on a pull request: what can break somebody in sight, the rest folded. */
import type { ImageDiff } from "../compare/images/image-diff-schema.js";
import { toDisplayTexts } from "../display-text.js";
import { listSections, summarizeBreaking, type DiffRow, type DiffSection } from "./image-diff-rows.js";
import { code, sentence } from "./markdown-text.js";

/** rows of one list; of more the number */
const MAX_ROWS = 100;
/** letters of a row */
const MAX_WORDS = 300;

export function renderImageDiffMarkdown(whole: ImageDiff): string {
  const diff = toDisplayTexts(whole);
  const { same, before, after } = diff;
  const parts = [
    `### ${toTitle(diff)}`,
    `${code(nameOf(before))} → ${code(nameOf(after))}`,
    ...(same ? [] : [renderBreaking(diff), ...listSections(diff).map(renderSection)]),
    renderList(
      diff.unknown.map((one) => `- ${sentence(one)}`),
      "**Not known**",
    ),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function toTitle(diff: ImageDiff): string {
  if (diff.same) return "✅ Nothing differs";
  return diff.breaking.length === 0
    ? "⚠️ The images differ, and nothing of it can break who links with them"
    : `❌ ${diff.breaking.length} differences can break somebody (${summarizeBreaking(diff)})`;
}

function nameOf({ source, reference }: ImageDiff["before"]): string {
  return reference ?? source;
}

function renderBreaking({ breaking }: ImageDiff): string {
  return renderList(
    breaking.map(
      ({ subject, effect, message }) =>
        `- ${effect === "breaks" ? "❌" : "⚠️"} ${code(shorten(subject))}: ${sentence(shorten(message))}`,
    ),
    "",
  );
}

function renderSection({ title, summary, rows }: DiffSection): string {
  const head = summary === "" ? title : `${title}: ${summary}`;
  return `<details><summary>${head}</summary>\n\n${renderList(rows.map(toItem), "")}\n\n</details>`;
}

function toItem({ sign, subject, words }: DiffRow): string {
  return `- ${code(sign)} ${code(shorten(subject))}${words === "" ? "" : `: ${sentence(shorten(words))}`}`;
}

function renderList(items: readonly string[], title: string): string {
  if (items.length === 0) return "";
  const more = items.length > MAX_ROWS ? `\n\nand ${items.length - MAX_ROWS} more, all in \`--format json\`` : "";
  return `${title === "" ? "" : `${title}\n\n`}${items.slice(0, MAX_ROWS).join("\n")}${more}`;
}

function shorten(text: string): string {
  return text.length > MAX_WORDS ? `${text.slice(0, MAX_WORDS)}…` : text;
}
