/**
 * The report for people: the answer first (how many of each verdict, and what to do), then what must not be mounted and why, then
 * what needs a second look, and at the end what may be mounted.
 */
import { toLogText } from "../display-text.js";
import { VERDICTS, type Finding, type HostReport, type MountReport, type Report, type Verdict } from "../report.js";
import { groupMounts, type MountGroup } from "./group-mounts.js";
import { describeLibc } from "./libc-text.js";
import { count, createStyle, joinNames, wrap, type Style, type Terminal } from "./terminal.js";
import { renderPlan } from "./text-plan.js";
import { renderFindings, renderMount, renderTogether } from "./text-mount.js";

/** What each verdict asks of the reader. */
const HEADINGS: Readonly<Record<Verdict, string>> = {
  safe: "Safe: may be mounted",
  loads: "Loads: may be mounted; nothing but the soname promises the ABI",
  "no-effect": "No effect: no search comes to the mounted file",
  risky: "Risky: all starts, something may fail later",
  "safe-with": "Safe with companions: mount them together",
  unknown: "Unknown: not to be relied on",
  unsafe: "Unsafe: do not mount",
};

const EXPLAINED: readonly Verdict[] = ["unsafe", "unknown", "safe-with", "risky"];
const LISTED: readonly Verdict[] = ["no-effect", "loads", "safe"];
/** As many libraries of one good verdict are told with their notes; of more only the names. */
const MAX_TOLD = 3;

/** lines that a reader sees at once */
const SCREEN = 40;

/** One report after the other. */
export function renderText(reports: readonly Report[], terminal: Terminal): string {
  return toLogText(reports.map((report) => renderOne(report, terminal)).join("\n"));
}

function renderOne(report: Report, terminal: Terminal): string {
  const style = createStyle(terminal.color);
  const answer = renderAnswer(report, terminal, style);
  const reasons = [
    ...(report.image.findings.length === 0 ? [] : [renderImageFindings(report.image.findings, terminal, style)]),
    ...(report.plan === undefined ? [] : renderPlan(report.plan, terminal, style)),
    ...renderSet(report, terminal, style),
    ...EXPLAINED.flatMap((verdict) => renderExplained(report, verdict, terminal, style)),
    ...LISTED.flatMap((verdict) => renderListed(report, verdict, terminal, style)),
  ];
  // Where the answer has scrolled away, it is said again.
  const isLong = reasons.reduce((sum, lines) => sum + lines.length + 1, 0) > SCREEN;
  const parts = [
    renderHead(report, terminal, style),
    answer,
    ...reasons,
    ...(isLong ? [answer.slice(0, 1)] : []),
    renderFoot(report, terminal, style),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

function renderHead(
  { image, host, placement, companions, ldCache }: Report,
  terminal: Terminal,
  style: Style,
): string[] {
  const name = image.reference === undefined || image.reference === image.source ? "" : ` ${image.reference},`;
  const how = [
    ...(placement === "over" ? [] : [`placement ${placement}`]),
    ...(companions === "none" ? [] : [`companions ${companions}`]),
    ...(ldCache === undefined ? [] : [ldCache === "none" ? "no ld.so.cache" : "ld.so.cache regenerated"]),
  ];
  return [
    ...wrap(`${image.source}:${name} ${image.platform}, ${describeLibc(image.libc)}`, terminal.width, "Image  "),
    ...wrap(describeHost(host), terminal.width, "Host   "),
    ...(how.length === 0 ? [] : [`How    ${how.join(", ")}`]),
  ].map((line) => style.bold(line.slice(0, 7)) + line.slice(7));
}

function describeHost({ source, name, libc, kernel, cpu, assumedCpuLevels: levels }: HostReport): string {
  const unknown =
    levels === undefined
      ? "CPU unknown (rules about it stay silent)"
      : `CPU unknown (each mount is judged for ${joinNames(levels)}, and the worst is told: --cpu tells which it is)`;
  return [
    `${source === "live" ? "this machine" : source}: ${name === "" ? "unnamed system" : name}`,
    describeLibc(libc),
    ...(kernel === undefined ? [] : [`Linux ${kernel}`]),
    cpu === undefined ? unknown : `CPU ${cpu.level ?? cpu.name}`,
  ].join(", ");
}

function renderAnswer({ mounts, set, summary }: Report, terminal: Terminal, style: Style): string[] {
  if (set !== null) {
    const what = `${count(mounts.length, "mount")} judged together: ${set.verdict}.`;
    return [
      ...wrap(what, terminal.width, "").map((line) => style.bold(style.verdict(set.verdict, line))),
      ...wrap(`${HEADINGS[set.verdict]}.`, terminal.width, ""),
    ];
  }
  if (mounts.length === 0) {
    return wrap(
      "No library was judged: image and host have no library name in common. Name the host's libraries with --library, for example --library 'libcuda.so.*'.",
      terminal.width,
      "",
    );
  }
  const counts = [...VERDICTS].reverse().filter((verdict) => summary[verdict] > 0);
  const numbers = counts.map((verdict) => `${summary[verdict]} ${verdict}`).join(", ");
  const lines = wrap(`${count(mounts.length, "library", "libraries")} judged: ${numbers}.`, terminal.width, "");
  const worst = counts[0] ?? "safe";
  return [
    ...lines.map((line) => style.bold(style.verdict(worst, line))),
    ...wrap(adviseOn(summary), terminal.width, ""),
  ];
}

/** What to do, in a sentence or two. */
function adviseOn(summary: Report["summary"]): string {
  const good = summary.safe + summary.loads;
  const advice = [
    ...(summary.unsafe > 0
      ? [
          summary.unsafe === 1
            ? "Do not mount the unsafe one: the reason stands below."
            : `Do not mount the ${summary.unsafe} unsafe ones: the reasons stand below.`,
        ]
      : []),
    ...(summary["safe-with"] > 0 ? ["Mount a safe-with library only together with the companions named there."] : []),
    ...(summary.risky + summary.unknown > 0 ? ["Look at what is risky or unknown before you rely on it."] : []),
    ...(good > 0
      ? [`${good === 1 ? "One" : String(good)} may be mounted as ${good === 1 ? "it is" : "they are"}.`]
      : []),
  ];
  return advice.length === 0 ? "Mounting changes nothing: the image goes on using its own files." : advice.join(" ");
}

function renderImageFindings(findings: readonly Finding[], terminal: Terminal, style: Style): string[] {
  return [
    style.bold("About the image itself"),
    ...findings.flatMap(({ message, rule, severity }) =>
      wrap(`${severity}: ${message} [${rule}]`, terminal.width, "  ", "    "),
    ),
  ];
}

/** What is mounted together, and the reasons why the whole is no better than it is. */
function renderSet({ set, mounts, plan }: Report, terminal: Terminal, style: Style): string[][] {
  if (set === null) return [];
  // A plan has named them all.
  if (plan !== undefined) return renderFindings(set.findings, terminal, style);
  const names = mounts.map(({ target, verdict }) => (verdict === "no-effect" ? `${target} (no effect)` : target));
  return [
    wrap(names.join(", "), terminal.width, "  "),
    ...(set.suggested.length === 0 ? [] : [wrap(`Mount also: ${set.suggested.join(", ")}`, terminal.width, "  ")]),
    ...renderFindings(set.findings, terminal, style),
  ];
}

/** The libraries of one verdict with their reasons: first what holds for many, then what is told in the fewest lines. */
function renderExplained({ mounts, set }: Report, verdict: Verdict, terminal: Terminal, style: Style): string[][] {
  const chosen = mounts.filter((mount) => mount.verdict === verdict);
  if (chosen.length === 0 || set !== null) return [];
  const groups = groupMounts(chosen);
  const shared = groups.filter(({ reason }) => reason !== undefined).sort((a, b) => b.mounts.length - a.mounts.length);
  const others = groups.filter(({ reason }) => reason === undefined);
  const blocks = [
    ...shared.map((group) => renderGroup(group, terminal, style)),
    ...others.map((group) => renderGroup(group, terminal, style)).sort((a, b) => a.length - b.length),
  ];
  return [[style.bold(style.verdict(verdict, `${HEADINGS[verdict]} (${chosen.length})`))], ...blocks];
}

function renderGroup({ mounts, reason }: MountGroup, terminal: Terminal, style: Style): string[] {
  if (reason !== undefined) return renderTogether(mounts, reason, terminal, style);
  const [first, ...rest] = mounts;
  const others = rest.map(({ soname }) => soname);
  return first === undefined ? [] : renderMount(first, terminal, style, others);
}

/** Libraries of a good verdict: a few with what is to be said of them, many by name and with a count of the notes. */
function renderListed({ mounts, set }: Report, verdict: Verdict, terminal: Terminal, style: Style): string[][] {
  const chosen = mounts.filter((mount) => mount.verdict === verdict);
  if (chosen.length === 0 || set !== null) return [];
  const heading = style.bold(style.verdict(verdict, `${HEADINGS[verdict]} (${chosen.length})`));
  const isTold = chosen.length <= MAX_TOLD && chosen.some(({ findings }) => findings.length > 0);
  if (isTold) return [[heading], ...chosen.map((mount) => renderMount(mount, terminal, style))];
  const names = wrap(chosen.map(({ soname }) => soname).join(", "), terminal.width, "  ");
  return [[heading, ...names, ...renderNotes(chosen, terminal, style)]];
}

function renderNotes(mounts: readonly MountReport[], terminal: Terminal, style: Style): string[] {
  const counts = new Map<string, number>();
  for (const { findings } of mounts) for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  if (counts.size === 0) return [];
  const notes = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([rule, number]) => `${number} [${rule}]`);
  return wrap(`Notes: ${notes.join(", ")}; all in --format json`, terminal.width, "  ").map((line) => style.dim(line));
}

/** Where to read on: the page of the rule that stands behind most of the worst verdicts. */
function renderFoot({ mounts, image, set }: Report, terminal: Terminal, style: Style): string[] {
  const worst = VERDICTS.findLast((verdict) => mounts.some((mount) => mount.verdict === verdict));
  const reasons = mounts.filter(({ verdict }) => verdict === worst).flatMap(({ findings }) => findings.slice(0, 1));
  const found = [
    ...(set?.findings ?? []),
    ...reasons,
    ...mounts.flatMap(({ findings }) => findings),
    ...image.findings,
  ];
  const serious = found.find(({ severity }) => severity !== "note") ?? found[0];
  const rule =
    set === null && reasons.length > 0 ? findCommonest(reasons.map((finding) => finding.rule)) : serious?.rule;
  if (rule === undefined) return [];
  return wrap(`What a rule means and how to mend it: containerspec explain ${rule}`, terminal.width, "").map((line) =>
    style.dim(line),
  );
}

/** The first of those that are met most. */
function findCommonest(names: readonly string[]): string | undefined {
  const times = (name: string): number => names.filter((one) => one === name).length;
  return [...new Set(names)].sort((a, b) => times(b) - times(a))[0];
}
