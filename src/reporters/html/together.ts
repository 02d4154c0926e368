/**
 * The mounts to copy: the plan, where one was asked for. Those of a set that holds are proved together; libraries that were judged one by one are not, and what is
 * copied for them is the command that judges them together.
 */
import { WORKING_VERDICTS, type CompanionMount, type Report } from "../../report.js";
import { renderCopy } from "./copy.js";
import type { Markup } from "./markup.js";
import { renderPlan } from "./plan.js";
import { describeImage } from "./subject.js";

/** What can be copied of a report; nothing where nothing holds. */
export function renderTogether(report: Report, index: number): Markup | undefined {
  const { set, mounts, image, host, plan } = report;
  if (plan !== undefined) return renderPlan(report, plan, index);
  if (set !== null) return WORKING_VERDICTS.has(set.verdict) ? renderSet(report, index) : undefined;
  const binds = mounts.flatMap((mount) => {
    if (WORKING_VERDICTS.has(mount.verdict)) return [mount, ...mount.companionMounts];
    return mount.verdict === "safe-with" ? [mount, ...mount.suggestedMounts] : [];
  });
  const lines = toLines(binds);
  if (lines.length === 0) return undefined;
  const hostOption = host.source === "live" ? "" : ` --host ${quote(host.source)}`;
  const command = [
    `containerspec analyze ${quote(image.source)}${hostOption}`,
    ...lines.map((line) => `--mount ${line}`),
  ];
  return renderCopy({
    title: "Judge them together",
    told: "Each library was judged alone. Those that may be mounted, and what they need, are judged as one set by:",
    text: command.join(" \\\n  "),
    id: `copy-${index}`,
  });
}

function renderSet(report: Report, index: number): Markup {
  return renderCopy({
    title: "The mounts to copy",
    told: `These were judged together for ${describeImage(report)}, and hold; docker, podman and apptainer take them as they are.`,
    text: toLines(report.mounts)
      .map((line) => `--volume ${line}:ro`)
      .join(" \\\n"),
    id: `copy-${index}`,
  });
}

function toLines(mounts: readonly Pick<CompanionMount, "source" | "target">[]): readonly string[] {
  return [...new Set(mounts.map(({ source, target }) => quote(`${source}:${target}`)))].sort();
}

/** A word as a shell reads it back. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
