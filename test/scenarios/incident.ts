/**
 * An incident is a failure that somebody met and reported, rebuilt from packages that anybody can download: an image, a host, what
 * was mounted, and what containerspec says of it in place of the loader's error on the cluster.
 */
import type { AnalyzeOptions, LoaderOutcome, Severity, Verdict } from "../../src/index.js";
import type { Files } from "../support/story-files.js";

export type Suite = "bullseye" | "bookworm" | "trixie";
export type Architecture = "amd64" | "arm64" | "s390x";

/** Packages of one Debian release; the driver is in non-free. */
export interface PackageList {
  readonly suite: Suite;
  readonly architecture?: Architecture;
  readonly names: readonly string[];
  /** true: from the component non-free */
  readonly nonFree?: boolean;
}

/** What a side is made of: packages one over the other, and what the incident adds to them. */
export interface SystemDescription {
  readonly packages: readonly PackageList[];
  /** packages of which some files lie elsewhere: the new path of each, undefined for one that is left out */
  readonly moved?: readonly { readonly from: PackageList; readonly place: (path: string) => string | undefined }[];
  /** files beside the packages' */
  readonly files?: Files;
  /** NAME=VALUE, of an image */
  readonly env?: readonly string[];
}

export interface Question {
  /** --library */
  readonly library: string;
  readonly placement?: NonNullable<AnalyzeOptions["placement"]>;
  readonly companions?: NonNullable<AnalyzeOptions["companions"]>;
  /** --mount: what is mounted along */
  readonly mounts?: readonly string[];
  /** absent where the verdict does not rest on it */
  readonly loader?: LoaderOutcome;
  readonly verdict: Verdict;
  /** the rules that fire, as "error version-not-defined": every error, and of the rest what counts */
  readonly findings: readonly `${Severity} ${string}`[];
  /** words that the findings must hold: the library, version or symbol that is to blame */
  readonly names?: readonly string[];
  /** paths of the image that break; the mounted file's own path where it cannot be opened */
  readonly breaks?: readonly string[];
  /** companions with which it works */
  readonly suggested?: readonly string[];
  readonly target?: string;
}

export interface Incident {
  /** where it was reported */
  readonly link: string;
  /** what happened there */
  readonly happened: string;
  /** what stands in for the software of the report */
  readonly standIn: string;
  readonly image: SystemDescription;
  readonly host: SystemDescription;
  /** programs of the image that start today, and must go on to where no question says that they break */
  readonly programs?: readonly string[];
  readonly questions: readonly Question[];
}

/** Gives an incident its type. */
export function defineIncident(incident: Incident): Incident {
  return incident;
}
