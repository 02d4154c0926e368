/**
 * The report: what analyze returns and every reporter reads. Its JSON form is a contract (docs/report.md); fields are only ever
 * added. It is sorted, holds no clock and no temporary path, so that the same inputs give the same bytes. All strings are text
 * for people and JSON: paths have passed through toDisplayPath.
 */

/** From best to worst: the one order, used by --fail-on. */
export const VERDICTS = ["safe", "loads", "no-effect", "risky", "safe-with", "unknown", "unsafe"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Those of a mount that may be made as it is. */
export const WORKING_VERDICTS: ReadonlySet<Verdict> = new Set<Verdict>(["safe", "loads"]);

/** What the simulated loader does; `latent`: only eager binding fails. */
export type LoaderOutcome = "ok" | "latent" | "broken" | "unknown";

export type Severity = "error" | "unknown" | "warning" | "note";

/** The best verdict that a finding of each severity allows; a note changes nothing. */
export const VERDICT_OF_SEVERITY: Readonly<Record<Severity, Verdict>> = {
  error: "unsafe",
  unknown: "unknown",
  warning: "risky",
  note: "safe",
};

/** The best verdict that the simulated loader still allows, whatever the rules say. */
export const VERDICT_OF_OUTCOME: Readonly<Record<LoaderOutcome, Verdict>> = {
  ok: "safe",
  latent: "risky",
  unknown: "unknown",
  broken: "unsafe",
};

/** Facts behind a sentence, in a small closed union that every reporter can render without knowing the rule. */
export type Evidence =
  /** a file of the image or the host that plays a part */
  | {
      readonly kind: "file";
      readonly role: string;
      readonly path: string;
      readonly side: "image" | "host";
      readonly layer?: string;
    }
  /** a version node, and who does or does not define it */
  | {
      readonly kind: "version";
      readonly name: string;
      readonly requiredBy: string;
      readonly provider: string;
      readonly defined: readonly string[];
    }
  | {
      readonly kind: "symbol";
      readonly name: string;
      readonly version?: string;
      readonly usedBy: string;
      readonly binding: "eager" | "lazy";
    }
  /** the places that the loader looked, in order, and what was there */
  | {
      readonly kind: "search";
      readonly name: string;
      readonly requestedBy: string;
      readonly places: readonly SearchPlace[];
    }
  | { readonly kind: "value"; readonly what: string; readonly found: string; readonly expected: string };

export interface SearchPlace {
  readonly path: string;
  /** why it is searched: "RUNPATH of /usr/bin/app", "ld.so.cache", "default folder" */
  readonly why: string;
  /** what was found there: "nothing", "another machine", "taken" */
  readonly found: string;
}

export interface Finding {
  /** rule id: file name in src/rules, page in docs/rules */
  readonly rule: string;
  readonly severity: Severity;
  /** one sentence */
  readonly message: string;
  /** every consumer that it breaks, sorted; never cut */
  readonly subjects: readonly string[];
  /** what the real loader would print */
  readonly loaderMessage?: string;
  readonly evidence: readonly Evidence[];
}

export interface LibcReport {
  readonly family: "glibc" | "musl" | "none" | "unknown";
  readonly version?: string;
}

export interface LayerReport {
  readonly digest: string;
  readonly diffId: string;
  readonly mediaType: string;
  /** bytes as stored */
  readonly size: number;
  /** paths of its ELF files that findings concern, sorted; absent where they concern none */
  readonly files?: readonly string[];
}

export interface ImageReport {
  readonly source: string;
  readonly reference?: string;
  readonly digest: string;
  /** os/arch[/variant] of its config; where that tells none, that of most of its programs, or "unknown" */
  readonly platform: string;
  readonly libc: LibcReport;
  /** what it needs of a machine at least; there where a policy has floors */
  readonly floors?: { readonly glibc?: string; readonly kernel?: string; readonly isa?: string };
  readonly layers: readonly LayerReport[];
  readonly findings: readonly Finding[];
}

export interface HostReport {
  /** "live", or the profile, folder or image that was given */
  readonly source: string;
  /** os-release PRETTY_NAME */
  readonly name: string;
  readonly libc: LibcReport;
  readonly kernel?: string;
  readonly cpu?: { readonly name: string; readonly level?: string };
  /**
   * the glibc-hwcaps levels of the CPUs that the mounts were judged for, where the CPU is unknown and copies for some CPUs are there:
   * of each mount the worst answer is told
   */
  readonly assumedCpuLevels?: readonly string[];
}

/** A host library that travels along, at its own place in the image. */
export interface CompanionMount {
  readonly soname: string;
  readonly source: string;
  readonly target: string;
}

export interface MountReport {
  /** the name that the host's loader knows */
  readonly soname: string;
  readonly dtSoname?: string;
  /** resolved path on the host */
  readonly source: string;
  /** path in the image as the loader searches it */
  readonly target: string;
  readonly loader: LoaderOutcome;
  readonly verdict: Verdict;
  readonly companions: readonly string[];
  readonly companionMounts: readonly CompanionMount[];
  readonly suggested: readonly string[];
  readonly suggestedMounts: readonly CompanionMount[];
  /** how many ELF objects of the image would load it */
  readonly consumers: number;
  readonly broken: number;
  readonly latent: number;
  readonly findings: readonly Finding[];
}

/** One bind of a plan: read-only, from the host. */
export interface PlanMount {
  /** file or folder of the host, links followed */
  readonly source: string;
  /** folder and name as the image's loader searches them, with the links of the folder followed */
  readonly target: string;
  readonly kind: "file" | "folder" | "socket";
  /** what of the image it covers, links followed; absent where the runtime makes the target */
  readonly covers?: string;
  /** "asked for", "libx.so.1 needs it, and the image has none" */
  readonly why: string;
}

/** What the runtime shall set in the environment of the image's processes, or hand on. */
export interface PlanVariable {
  /** a name; a glob over names where they are handed on */
  readonly name: string;
  /** absent where what the host has set is handed on */
  readonly value?: string;
  readonly why: string;
}

/** A device node that the runtime shall pass on. */
export interface PlanDevice {
  readonly path: string;
  readonly why: string;
}

/** A library that stays the image's, though the host has it too, or that was asked for and is not mounted. */
export interface PlanKept {
  readonly soname: string;
  readonly why: string;
}

/** The smallest set of mounts that was found to give the image what was asked for, and how it was judged as one set. */
export interface MountPlan {
  /** whether the set may be made: `safe`, `loads`, or `risky` */
  readonly works: boolean;
  readonly verdict: Verdict;
  readonly placement: "over" | "first" | "last";
  /** in the order in which they are made; none where no set works */
  readonly mounts: readonly PlanMount[];
  readonly environment: readonly PlanVariable[];
  readonly devices: readonly PlanDevice[];
  readonly kept: readonly PlanKept[];
  /** why it is no better than it is: sentences, the weightiest first */
  readonly reasons: readonly string[];
  /** what would have to be different */
  readonly advice: readonly string[];
}

export interface RuleReport {
  readonly id: string;
  readonly title: string;
  readonly docs: string;
}

export interface Report {
  readonly schemaVersion: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly image: ImageReport;
  readonly host: HostReport;
  readonly placement: "over" | "first" | "last";
  readonly companions: "none" | "missing" | "all";
  readonly layerMode: "overlay" | "extract";
  /** absent where the image's own counts */
  readonly ldCache?: "regenerated" | "none";
  readonly mounts: readonly MountReport[];
  readonly set: null | {
    readonly loader: LoaderOutcome;
    readonly verdict: Verdict;
    readonly findings: readonly Finding[];
    readonly suggested: readonly string[];
    readonly suggestedMounts: readonly CompanionMount[];
  };
  /** where one was asked for */
  readonly plan?: MountPlan;
  readonly rules: readonly RuleReport[];
  readonly summary: Readonly<Record<Verdict, number>>;
}
