/**
 * What a search for a plan may ask: who is who on the host and in the image, and what comes of a set. The answers are those of the
 * simulated loader and the rules; the search itself loads and judges nothing.
 */
import type { Candidate } from "../mounts/candidates.js";
import type { CompanionAnswer } from "../mounts/companion-files.js";
import type { CompanionPlace } from "../mounts/companion-places.js";
import type { Failure } from "../mounts/failure.js";
import type { Landing, Placement } from "../mounts/landing.js";
import type { Finding, Verdict } from "../report.js";

/** How a set came out. */
export interface Trial {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** what the mounts bring in trouble */
  readonly failures: readonly Failure[];
  /** every library and plugin that is mounted */
  readonly landings: readonly Landing[];
  /** every path under which a loader meets a mounted file */
  readonly mountedPaths: ReadonlySet<string>;
  /** what its members need beside them, as far as the host has it */
  readonly companions: readonly CompanionAnswer[];
  /** users of the image that go on without a member: no search arrives at it, or they have a copy of their own */
  readonly bypasses: number;
}

export interface PlanWorld {
  readonly placement: Placement;
  /** every library that the host's loader knows, sorted by name */
  readonly libraries: readonly Candidate[];
  /** where a library of the host lands in the image */
  readonly land: (candidate: Candidate) => Landing;
  /** whether a program or library of the image asks for this name */
  readonly isAskedFor: (name: string) => boolean;
  /** what the host's loader loads for a library beside itself, by the names that are asked for */
  readonly dependencies: (candidate: Candidate) => ReadonlyMap<string, Candidate>;
  /** those of its dependencies that the image lacks, with what they need themselves */
  readonly missing: (candidate: Candidate) => readonly Candidate[];
  /** where what members need beside them is to be mounted */
  readonly places: (companions: readonly CompanionAnswer[]) => readonly CompanionPlace[];
  /** the verdict on a set with what it needs beside it, as one */
  readonly judge: (members: readonly Candidate[], places: readonly CompanionPlace[]) => Trial;
}
