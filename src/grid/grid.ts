/** A grid: one container over several bases, MPIs and architectures, and what is asked about its images. */
import type { Manager } from "./package-managers.js";

/** How the container is built on one base with one MPI. */
export interface Recipe {
  /** "bookworm-openmpi" */
  readonly name: string;
  readonly base: string;
  readonly mpi?: string;
  readonly from: string;
  readonly manager: Manager;
  readonly packages: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly copy: readonly { readonly from: string; readonly to: string }[];
  readonly run: readonly string[];
  readonly entrypoint: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
}

/** A recipe on one architecture: what becomes one image. */
export interface GridCell {
  /** "bookworm-openmpi-amd64" */
  readonly name: string;
  readonly recipe: Recipe;
  readonly architecture: string;
  /** where its image is, or will be; absent where the grid does not say it */
  readonly image?: string;
}

/** What is mounted from each host into each image. */
export interface GridMount {
  readonly name: string;
  readonly libraries: readonly string[];
  /** source:target */
  readonly binds: readonly string[];
  readonly placement: "over" | "first" | "last";
  readonly companions: "none" | "missing" | "all";
  readonly consumers: readonly string[];
  readonly env: ReadonlyMap<string, string>;
}

export interface Grid {
  /** its file */
  readonly source: string;
  readonly name: string;
  readonly recipes: readonly Recipe[];
  readonly cells: readonly GridCell[];
  readonly hosts: readonly string[];
  readonly mounts: readonly GridMount[];
}
