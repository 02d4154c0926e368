/**
 * A rule looks at one case and says what is wrong with it. It is pure and synchronous, holds its own sentence, and can only make
 * a verdict worse: judge.ts gives its observations their rule id and severity, and takes the worst.
 */
import type { ImageHazards } from "../mounts/image-hazards.js";
import type { MountCase } from "../mounts/mount-case.js";
import type { MalformedFile } from "../mounts/subject.js";
import type { Evidence, Severity } from "../report.js";

export interface Observation {
  /** one sentence without a final period; paths in it are byte strings */
  readonly message: string;
  /** who is concerned: paths of consumers, or of the mounted file itself */
  readonly subjects: readonly string[];
  /** the real loader's words */
  readonly loaderMessage?: string;
  readonly evidence: readonly Evidence[];
}

/** An image as it was found, whatever is mounted into it. */
export interface ImageCase {
  /** what was odd about its layers */
  readonly remarks: readonly ImageRemark[];
  /** ELF files of it that contradict themselves, in order of path */
  readonly malformed: readonly MalformedFile[];
  /** what is dangerous in it by itself */
  readonly hazards: ImageHazards;
  /** `uname -m` of the machine that its programs are for; absent where it has none */
  readonly machine?: string;
  /** `uname -m` of the host */
  readonly hostMachine?: string;
}

export interface ImageRemark {
  readonly code: string;
  readonly message: string;
  /** the path in the image that it is about, a byte string */
  readonly path?: string;
  /** digest of the layer that it is about */
  readonly layer?: string;
}

export interface RuleFacts {
  /** file name, page in docs/rules, SARIF rule id */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
}

/** A rule about an image alone: what is wrong with it, or about it and this host, without any mount. */
export interface ImageRule extends RuleFacts {
  readonly check: (imageCase: ImageCase) => Iterable<Observation>;
}

export interface MountRule extends RuleFacts {
  /** the verdict that a note of this rule means, for the two that mean one */
  readonly means?: "loads" | "no-effect";
  /** whether what it says is true whatever else the image holds: of an image that could not be read whole, nothing else is said */
  readonly holdsForAnyImage?: true;
  readonly check: (mountCase: MountCase) => Iterable<Observation>;
}
