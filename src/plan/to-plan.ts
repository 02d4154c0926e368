/** What a search found, as the plan that a report tells: in order, in text for people, with what is not mounted and why. */
import { toLibraryPath } from "../mounts/landing.js";
import type { Bind } from "../mounts/bind.js";
import type { MountWorld } from "../mounts/mount-case.js";
import type { Finding, MountPlan, PlanDevice, PlanKept, PlanMount, PlanVariable, Verdict } from "../report.js";
import { toDisplayPath } from "../rootfs/path.js";
import type { FoundSet } from "./search-plan.js";

/** as many reasons as a reader takes in; the set's findings have all */
const MAX_REASONS = 3;

/** A bind of the plan, and why it is there. */
export interface PlannedBind {
  readonly bind: Bind;
  readonly kind: PlanMount["kind"];
  readonly why: string;
}

export interface PlanParts {
  readonly found: FoundSet;
  readonly binds: readonly PlannedBind[];
  /** of the binds as one set */
  readonly verdict: Verdict;
  readonly works: boolean;
  readonly findings: readonly Finding[];
  readonly environment: readonly PlanVariable[];
  readonly advice: readonly string[];
  /** names that the members need, and that the image answers to as well as the host */
  readonly staying: readonly string[];
}

/** The plan of a report. */
export function toPlan({ found, binds, verdict, works, findings, environment, advice, staying }: PlanParts): MountPlan {
  const serious = findings.filter(({ severity }) => severity !== "note");
  const kept: PlanKept[] = [
    ...[...found.left].map(([{ name }, why]) => ({ soname: toDisplayPath(name), why: toDisplayPath(why) })),
    ...staying.map((name) => ({ soname: toDisplayPath(name), why: "the image's own will do" })),
  ];
  return {
    works,
    verdict,
    placement: found.world.placement,
    mounts: works
      ? binds.map(({ bind, kind, why }) => ({
          source: toDisplayPath(bind.mount.path),
          target: toDisplayPath(bind.target),
          kind,
          ...(bind.covers === undefined ? {} : { covers: toDisplayPath(bind.covers) }),
          why: toDisplayPath(why),
        }))
      : [],
    environment: works ? [...environment, ...listPassedOn(found)] : [],
    devices: works ? listDevices(found) : [],
    kept: works ? kept.sort((a, b) => (a.soname < b.soname ? -1 : 1)) : [],
    reasons: toReasons(serious),
    advice: works ? [] : advice.map(toDisplayPath),
  };
}

/** Variables that members read, and that a runtime may not hand on by itself. */
function listPassedOn({ trial: { companions } }: FoundSet): readonly PlanVariable[] {
  const variables = new Map<string, PlanVariable>();
  for (const { need, landing } of companions) {
    if (need.kind !== "environment") continue;
    for (const name of need.variables) {
      if (!variables.has(name))
        variables.set(name, { name, why: toDisplayPath(`for ${landing.candidate.name}: without it, ${need.without}`) });
    }
  }
  return [...variables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Devices that the host has. */
function listDevices({ trial: { companions } }: FoundSet): readonly PlanDevice[] {
  const devices = new Map<string, PlanDevice>();
  for (const { need, landing, files } of companions) {
    if (need.kind !== "device") continue;
    for (const { source } of files) {
      const path = toDisplayPath(source);
      devices.set(path, { path, why: toDisplayPath(`for ${landing.candidate.name}: without it, ${need.without}`) });
    }
  }
  return [...devices.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The first finding of each rule: what follows from one cause is told once. */
function toReasons(findings: readonly Finding[]): readonly string[] {
  const byRule = new Map<string, string>();
  for (const { rule, message } of findings) if (!byRule.has(rule)) byRule.set(rule, message);
  return [...byRule.values()].slice(0, MAX_REASONS);
}

/** LD_LIBRARY_PATH where the libraries lie in a folder of their own. */
export function toEnvironment({ subject, placement, mountFolder }: MountWorld): readonly PlanVariable[] {
  const value = placement === "over" ? undefined : toLibraryPath(subject, placement, mountFolder);
  return value === undefined
    ? []
    : [
        {
          name: "LD_LIBRARY_PATH",
          value: toDisplayPath(value),
          why: `${toDisplayPath(mountFolder)} is no folder that the image's loader searches by itself`,
        },
      ];
}
