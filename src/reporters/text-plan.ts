/** The plan in the text report: what to mount and where, each with its reason, or why there is none and what would have to be different. */
import type { MountPlan, PlanKept, PlanMount } from "../report.js";
import { count, joinNames, wrap, type Style, type Terminal } from "./terminal.js";

/** more advice than a reader follows */
const MAX_ADVICE = 3;

/** Blocks of lines. */
export function renderPlan(plan: MountPlan, terminal: Terminal, style: Style): string[][] {
  return plan.works ? renderWorking(plan, terminal, style) : renderNone(plan, terminal, style);
}

function renderWorking(plan: MountPlan, terminal: Terminal, style: Style): string[][] {
  const { mounts, placement, environment, devices, kept } = plan;
  const heading = `The plan: ${count(mounts.length, "mount")}${placement === "over" ? "" : ", in a folder of their own"}`;
  const variables = environment.flatMap(({ name, value }) => (value === undefined ? [] : [`${name}=${value}`]));
  const passed = environment.flatMap(({ name, value }) => (value === undefined ? [name] : []));
  const tell = (what: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : wrap(`${what}${names.join(", ")}`, terminal.width, "  ", "    ");
  return [
    [
      style.bold(heading),
      ...groupByReason(mounts, toTarget).flatMap(([why, targets]) => [
        ...wrap(`${why}:`, terminal.width, "  ", "    "),
        ...targets.flatMap((target) => wrap(target, terminal.width, "    ")),
      ]),
      ...tell("Set: ", variables),
      ...tell("Hand on what the host has set of: ", passed),
      ...tell(
        "Pass on: ",
        devices.map(({ path }) => path),
      ),
    ],
    ...(kept.length === 0 ? [] : [renderKept(kept, terminal)]),
  ];
}

function toTarget({ target, kind, covers }: PlanMount): string {
  return `${target}${kind === "folder" ? "/" : ""}${covers === undefined ? " (new)" : ""}`;
}

/** Names in the order of their reasons. */
function groupByReason<One extends { readonly why: string }>(
  all: readonly One[],
  name: (one: One) => string,
): readonly (readonly [string, readonly string[]])[] {
  const groups = new Map<string, string[]>();
  for (const one of all) groups.set(one.why, [...(groups.get(one.why) ?? []), name(one)]);
  return [...groups];
}

/** What is not mounted, by the reason. */
function renderKept(kept: readonly PlanKept[], terminal: Terminal): string[] {
  return groupByReason(kept, ({ soname }) => soname).flatMap(([why, names]) =>
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
