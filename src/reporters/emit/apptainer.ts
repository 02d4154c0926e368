/**
 * Apptainer and Singularity: --bind for plain paths, and --mount, a record of CSV, for those with a colon, a comma or a backslash, which
 * --bind cannot carry (Apptainer's user guide, "Bind Paths and Mounts"). The same as variables: APPTAINER_BIND, a list with commas, and
 * APPTAINER_MOUNT, a line for each.
 */
import type { PlanMount } from "../../report.js";
import { toCsvRecord } from "./csv-mount.js";
import { describePlan, refuse, splitVariables, type Emission } from "./emission.js";
import { imageWord, quoteWord, renderCommand } from "./shell.js";

export function emitApptainer(emission: Emission): string {
  return renderExec("apptainer", emission);
}

export function emitSingularity(emission: Emission): string {
  return renderExec("singularity", emission);
}

/** Lines for a job script or a module file: whatever the user starts then has the mounts. */
export function emitApptainerBind({ plan }: Emission): string {
  const { plain, others } = splitMounts(plan.mounts);
  const { set } = splitVariables(plan);
  const lines = [
    ...(plain.length === 0 ? [] : [`export APPTAINER_BIND=${quoteWord(plain.map(toBind).join(","))}`]),
    ...(others.length === 0 ? [] : [`export APPTAINER_MOUNT=${quoteWord(others.map(toMount).join("\n"))}`]),
    ...set.map(({ name, value }) => `export APPTAINERENV_${name}=${quoteWord(value)}`),
  ];
  return [...describePlan(plan).map((line) => `# ${line}`), ...lines, ""].join("\n");
}

function renderExec(command: string, { plan, source }: Emission): string {
  const { plain, others } = splitMounts(plan.mounts);
  const { set } = splitVariables(plan);
  // --env is a list with commas itself.
  refuse(
    command,
    set.map(({ value }) => value),
    /[,"]/,
    "a comma or a quote",
    "emit apptainer-bind",
  );
  return renderCommand(
    describePlan(plan),
    [
      [command, "exec"],
      ...plain.map((mount) => ["--bind", toBind(mount)]),
      ...others.map((mount) => ["--mount", toMount(mount)]),
      ...set.map(({ name, value }) => ["--env", `${name}=${value}`]),
    ],
    [imageWord(source.endsWith(".sif") ? source : undefined, "IMAGE", "the SIF file or the folder"), '"$@"'],
  );
}

function splitMounts(mounts: readonly PlanMount[]) {
  const isPlain = ({ source, target }: PlanMount): boolean => !/[:,\\"]/.test(source + target);
  return { plain: mounts.filter(isPlain), others: mounts.filter((mount) => !isPlain(mount)) };
}

function toBind({ source, target }: PlanMount): string {
  return `${source}:${target}:ro`;
}

function toMount({ source, target }: PlanMount): string {
  return toCsvRecord(["type=bind", `source=${source}`, `destination=${target}`, "ro"]);
}
