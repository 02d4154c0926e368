/** What every emitter gets, and what it does with a path that its runtime has no way to write. */
import { ContainerspecError } from "../../errors.js";
import type { MountPlan, PlanMount, Report } from "../../report.js";
import { fromDisplayPath } from "./from-display-path.js";

/** A plan as an emitter writes it: paths are those that a runtime gets, and not those that a report shows. */
export interface Emission {
  readonly plan: MountPlan;
  /** what the runtime calls the image; undefined where the report does not know */
  readonly reference: string | undefined;
  /** the file or folder that the image was read from */
  readonly source: string;
}

/** Text in a runtime's own words. @throws ContainerspecError usage where it has none for something of the plan */
export type Emitter = (emission: Emission) => string;

/**
 * @param report one with a plan that works
 * @throws ContainerspecError usage where a path is no text that can be written down
 */
export function toEmission({ image }: Report, plan: MountPlan): Emission {
  const toPath = (text: string): string => {
    const path = fromDisplayPath(text);
    if (path !== undefined) return path;
    throw new ContainerspecError(
      "usage",
      `Cannot emit a plan with ${text}: its name has bytes that are no visible text, which no line of a runtime is sure to carry; give the file another name`,
    );
  };
  const mounts = plan.mounts.map((mount): PlanMount => {
    const { source, target, covers } = mount;
    return {
      ...mount,
      source: toPath(source),
      target: toPath(target),
      ...(covers === undefined ? {} : { covers: toPath(covers) }),
    };
  });
  const environment = plan.environment.map((variable) =>
    variable.value === undefined ? variable : { ...variable, value: toPath(variable.value) },
  );
  const devices = plan.devices.map((device) => ({ ...device, path: toPath(device.path) }));
  return { plan: { ...plan, mounts, environment, devices }, reference: image.reference, source: image.source };
}

/** Variables with their values, and those that are handed on. */
export function splitVariables({ environment }: Pick<MountPlan, "environment">): {
  readonly set: readonly { readonly name: string; readonly value: string }[];
  readonly passed: readonly string[];
} {
  return {
    set: environment.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }])),
    passed: environment.flatMap(({ name, value }) => (value === undefined ? [name] : [])),
  };
}

/**
 * Refuses what a runtime's syntax takes for something else.
 *
 * @param forbidden the characters, and what they are called
 * @throws ContainerspecError usage
 */
export function refuse(
  runtime: string,
  texts: Iterable<string>,
  forbidden: RegExp,
  called: string,
  instead = "give the file another name, or emit for another runtime",
): void {
  for (const text of texts) {
    if (!forbidden.test(text)) continue;
    throw new ContainerspecError(
      "usage",
      `Cannot emit ${runtime}: ${text} has ${called}, which its syntax cannot carry; ${instead}`,
    );
  }
}

/** Every path of a plan. */
export function pathsOf({ mounts, devices }: MountPlan): readonly string[] {
  return [...mounts.flatMap(({ source, target }) => [source, target]), ...devices.map(({ path }) => path)];
}

/** What a reader of the emitted text must know, a line each. */
export function describePlan({ mounts, verdict, reasons, environment }: MountPlan): readonly string[] {
  const { passed } = splitVariables({ environment });
  return [
    `containerspec's plan: ${String(mounts.length)} ${mounts.length === 1 ? "mount" : "mounts"}, judged as one set: ${verdict}`,
    ...(verdict === "risky" ? reasons.map((reason) => `risky: ${reason}`) : []),
    ...(passed.length === 0 ? [] : [`hand on what the host has set of: ${passed.join(" ")}`]),
  ];
}
