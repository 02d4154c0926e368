/** A policy as the gate reads it. */
import type { Severity, Verdict } from "../report.js";

/** Findings that somebody answers for, until a day. */
export interface Acceptance {
  /** where it stands: "containerspec.yaml, line 12" */
  readonly place: string;
  readonly rule: string;
  readonly library?: string;
  readonly consumers?: readonly string[];
  readonly image?: string;
  readonly host?: string;
  readonly reason: string;
  readonly owner: string;
  /** the last day on which it counts, YYYY-MM-DD */
  readonly expires: string;
}

export interface Requirement {
  readonly library: string;
  /** none: every host */
  readonly hosts: readonly string[];
}

export interface PolicyFloors {
  readonly glibc?: string;
  readonly kernel?: string;
  readonly isa?: string;
}

export interface Policy {
  /** its file */
  readonly source: string;
  /** files of saved profiles, as the policy has them: relative to its own folder */
  readonly hosts: readonly string[];
  readonly libraries: readonly string[];
  readonly required: readonly Requirement[];
  readonly failOn?: Verdict | "never";
  readonly allowUnknown?: boolean;
  readonly severities: ReadonlyMap<string, Severity>;
  readonly floors: PolicyFloors;
  readonly accept: readonly Acceptance[];
}
