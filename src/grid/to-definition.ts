/**
 * A recipe as a definition file of Apptainer and SingularityCE. Its sections are scripts of a shell.
 * Source: "Definition Files" of Apptainer's user guide.
 */
import type { Recipe } from "./grid.js";
import { toInstallation } from "./package-managers.js";

/** @param source the grid's file, as a comment names it */
export function toDefinition(recipe: Recipe, source: string): string {
  const { name, from, manager, packages, env, copy, run, entrypoint, labels } = recipe;
  const exports = [...env].map(([key, value]) => `export ${key}=${quote(value)}`);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["files", copy.map(({ from: of, to }) => `${of} ${to}`)],
    ["environment", exports],
    ["post", toPost([...toInstallation(manager, packages), ...exports, ...run])],
    ["labels", [...labels].map(([key, value]) => `${key} ${value}`)],
    ["runscript", entrypoint.length === 0 ? [] : [`exec ${entrypoint.map(quoteWhole).join(" ")} "$@"`]],
  ];
  return [
    `# ${name}: written by containerspec grid from ${source}, which is the one to change.`,
    "Bootstrap: docker",
    `From: ${from}`,
    ...sections
      .filter(([, lines]) => lines.length > 0)
      .flatMap(([title, lines]) => ["", `%${title}`, ...lines.map((line) => `    ${line}`)]),
    "",
  ].join("\n");
}

/** A build ends with the first command that fails, as a Dockerfile's does. */
function toPost(commands: readonly string[]): readonly string[] {
  return commands.length === 0 ? [] : ["set -e", ...commands];
}

/** Variables in a value stay variables; nothing is run to make one. */
function quote(value: string): string {
  return `"${value.replace(/["\\`]|\$\(/g, "\\$&")}"`;
}

function quoteWhole(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
