/** A recipe as a Dockerfile. */
import type { Recipe } from "./grid.js";
import { toInstallation } from "./package-managers.js";

/** @param source the grid's file, as a comment names it */
export function toDockerfile(recipe: Recipe, source: string): string {
  const { name, from, manager, packages, env, copy, run, entrypoint, labels } = recipe;
  const parts = [
    [`# ${name}: written by containerspec grid from ${source}, which is the one to change.`, `FROM ${from}`],
    [...labels].map(([key, value]) => `LABEL ${quote(key)}=${quote(value)}`),
    toRun(toInstallation(manager, packages)),
    [...env].map(([key, value]) => `ENV ${key}=${quote(value)}`),
    copy.map(({ from: of, to }) => `COPY ${JSON.stringify([of, to])}`),
    run.flatMap((command) => toRun([command])),
    entrypoint.length === 0 ? [] : [`ENTRYPOINT ${JSON.stringify(entrypoint)}`],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

/** Commands of one layer: each only where the one before went well. */
function toRun(commands: readonly string[]): readonly string[] {
  return commands.length === 0 ? [] : [`RUN ${commands.join(" \\\n && ")}`];
}

/** Variables in a value stay variables, as in PATH=/opt/bin:$PATH. */
function quote(value: string): string {
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}
