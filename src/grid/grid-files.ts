/** The files of a grid: for each recipe a folder with its Dockerfile and its definition file. */
import type { Grid } from "./grid.js";
import { toDefinition } from "./to-definition.js";
import { toDockerfile } from "./to-dockerfile.js";

export interface GridFile {
  /** relative to the folder that they are written to */
  readonly path: string;
  readonly text: string;
}

/** @param source the grid's file, as the files name it */
export function toGridFiles({ recipes }: Grid, source: string): readonly GridFile[] {
  return recipes.flatMap((recipe) => [
    { path: toDockerfilePath(recipe.name), text: toDockerfile(recipe, source) },
    { path: toDefinitionPath(recipe.name), text: toDefinition(recipe, source) },
  ]);
}

export function toDockerfilePath(recipe: string): string {
  return `${recipe}/Dockerfile`;
}

export function toDefinitionPath(recipe: string): string {
  return `${recipe}/apptainer.def`;
}
