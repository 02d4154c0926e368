/** One image and one host: everything that the verdict follows from. */
import type { Verdict } from "../report.js";
import type { Trouble } from "../spec/fate.js";
import type { ImageNeed } from "../spec/need.js";
import type { MatchTarget } from "./target.js";

/** A program of the image that does not start on the host. */
export interface StoppedProgram {
  readonly path: string;
  readonly troubles: readonly Trouble[];
}

/** A library of the machine that the image asks for and lacks, as `analyze` judges its mount. */
export interface DriverMount {
  readonly name: string;
  /** "absent" where the host's loader finds none of that name for the image's machine */
  readonly verdict: Verdict | "absent";
  /** what has to be mounted with it */
  readonly companions: readonly string[];
}

export interface Question {
  readonly need: ImageNeed;
  readonly target: MatchTarget;
  /**
   * what does not start, once for each machine that the host may be: where its CPU is not known, loaders may take one copy of a library
   * or another
   */
  readonly stopped: readonly (readonly StoppedProgram[])[];
  readonly drivers: readonly DriverMount[];
  /** "cuda" and "driver" to their releases, as far as the host's files tell */
  readonly cuda: ReadonlyMap<string, string>;
  /** folders with copies for better CPUs that a loader takes on this host, with how many libraries come from each */
  readonly copies: readonly { readonly level: string; readonly libraries: number }[];
}
