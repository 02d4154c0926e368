/** The plan in the text report: what to mount and where, each with its reason, or why there is none and what would have to be different. */
import type { MountPlan, PlanKept } from "../report.js";
import { count, joinNames, wrap, type Style, type Terminal } from "./terminal.js";

/** more advice than a reader follows */
const MAX_ADVICE = 3;

/** Blocks of lines. */
export function renderPlan(plan: MountPlan, terminal: Terminal, style: Style): string[][] {
  return plan.works ? renderWorking(plan, terminal, style) : renderNone(plan, terminal, style);
}

function renderWorking({ mounts, placement, environment, devices, kept }: MountPlan, terminal: Terminal, style: Style) {
  const rest = " ".repeat(6);
  const heading = `The plan: ${count(mounts.length, "mount")}${placement === "over" ? "" : ", in a folder of their own"}`;
  const variables = environment.map(({ name, value }) =>
    value === undefined ? `hand on ${name}` : `set ${name}=${value}`,
  );
  return [
    [
      style.bold(heading),
      ...mounts.flatMap(({ source, target, kind, covers, why }) => [
        ...wrap(`${target}${kind === "folder" ? "/" : ""}`, terminal.width, "  ", rest),
        ...wrap(`from ${source}`, terminal.width, rest),
        ...wrap(`${why}${covers === undefined ? "; a new name" : ""}`, terminal.width, rest).map(style.dim),
      ]),
      ...variables.flatMap((line) => wrap(line, terminal.width, "  ", rest)),
      ...devices.flatMap(({ path }) => wrap(`pass on ${path}`, terminal.width, "  ", rest)),
    ],
    ...(kept.length === 0 ? [] : [renderKept(kept, terminal)]),
  ];
}

/** What is not mounted, by the reason. */
function renderKept(kept: readonly PlanKept[], terminal: Terminal): string[] {
  const byReason = new Map<string, string[]>();
  for (const { soname, why } of kept) byReason.set(why, [...(byReason.get(why) ?? []), soname]);
  return [...byReason].flatMap(([why, names]) =>
    wrap(`Not mounted, ${why}: ${joinNames(names)}`, terminal.width, "  ", "    "),
  );
}

function renderNone({ advice, reasons }: MountPlan, terminal: Terminal, style: Style): string[][] {
  return [
    [
      style.bold("No set of mounts was found that works"),
      ...reasons.flatMap((reason) => wrap(reason, terminal.width, "  ", "    ")),
    ],
    ...(advice.length === 0
      ? []
      : [
          [
            style.bold("What would help"),
            ...advice.slice(0, MAX_ADVICE).flatMap((one) => wrap(one, terminal.width, "  ", "    ")),
          ],
        ]),
  ];
}
