/** The answer of `containerspec match`: a contract (docs/match.md); fields are only ever added. All strings are text for people. */
import type { CodeEvidence } from "../spec/code-evidence.js";
import type { Floors } from "../spec/need.js";
import type { DriverNeed } from "../spec/drivers.js";
import type { Optimal } from "./optimal.js";
import type { MatchVerdict, Reason } from "./reason.js";

export interface MatchedImage {
  readonly source: string;
  /** the form of the artifact that stands for it; absent where the image itself was read */
  readonly artifact?: string;
  readonly reference?: string;
  readonly digest: string;
  readonly platform: string;
  readonly libc: { readonly family: string; readonly version?: string };
  /** the words of Entrypoint and Cmd */
  readonly command: readonly string[];
  readonly floors: Floors;
  readonly drivers: readonly DriverNeed[];
  /** what its code says that it was made for; absent where that is what every CPU of its machine has */
  readonly code?: CodeEvidence;
}

export interface MatchedHost {
  readonly source: string;
  readonly name: string;
  readonly machine?: string;
  readonly kernel?: string;
  readonly cpu?: { readonly name?: string; readonly level?: string };
}

export interface MatchCell {
  /** `source` of the image */
  readonly image: string;
  /** `source` of the host */
  readonly host: string;
  readonly verdict: MatchVerdict;
  readonly optimal: Optimal | null;
  /** worst first */
  readonly reasons: readonly Reason[];
}

/** Of one image or host: the others by how well they suit it, best first; those that suit equally well together. */
export interface Ranking {
  readonly of: string;
  readonly places: readonly (readonly string[])[];
}

export interface MatchReport {
  readonly schemaVersion: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly images: readonly MatchedImage[];
  readonly hosts: readonly MatchedHost[];
  /** image by image, each on every host, in the order in which they were given */
  readonly cells: readonly MatchCell[];
  readonly ranking: {
    /** the images for each host */
    readonly images: readonly Ranking[];
    /** the hosts for each image */
    readonly hosts: readonly Ranking[];
  };
  readonly summary: Readonly<Record<MatchVerdict, number>>;
}
