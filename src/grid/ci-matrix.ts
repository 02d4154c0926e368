/** The cells of a grid as GitHub Actions takes a matrix: `strategy.matrix: ${{ fromJSON(...) }}`. */
import type { Grid } from "./grid.js";
import { toDefinitionPath, toDockerfilePath } from "./grid-files.js";

export interface CiMatrix {
  readonly include: readonly CiJob[];
}

/** One image to build. Paths are relative to the folder that the files were written to. */
export interface CiJob {
  readonly name: string;
  readonly base: string;
  /** "" where the grid has no MPI: a job reads every key */
  readonly mpi: string;
  readonly architecture: string;
  /** as `docker buildx build --platform` takes it */
  readonly platform: string;
  readonly dockerfile: string;
  readonly definition: string;
  /** where the grid expects the image; "" where it does not say */
  readonly image: string;
}

export function toCiMatrix({ cells }: Grid): CiMatrix {
  return {
    include: cells.map(({ name, recipe, architecture, image = "" }) => ({
      name,
      base: recipe.base,
      mpi: recipe.mpi ?? "",
      architecture,
      platform: `linux/${architecture}`,
      dockerfile: toDockerfilePath(recipe.name),
      definition: toDefinitionPath(recipe.name),
      image,
    })),
  };
}
