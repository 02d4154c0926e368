/** What an image needs of the machine that runs it, as plain data: text for people and JSON. */
import type { CodeEvidence } from "./code-evidence.js";
import type { CudaNeed } from "./cuda.js";
import type { DriverNeed } from "./drivers.js";
import type { Refusal } from "./refusal.js";

export interface Floors {
  /** the highest GLIBC_2.x that some object requires, of whatever C library it gets */
  readonly glibc?: string;
  /** the oldest kernel that the image's C library says it runs on */
  readonly kernel?: string;
  /** the highest level that its C library, or the notes of its programs with what they load, ask for */
  readonly isa?: string;
}

export type KernelCheck = "loader" | "none" | "perhaps";

export interface ImageNeed {
  /** `uname -m` of most programs of its platform; undefined where there is none */
  readonly machine?: string;
  readonly programs: number;
  readonly start: {
    readonly command: readonly string[];
    /** the programs that are started for it, one by the other; the last decides */
    readonly programs: readonly string[];
    readonly trouble?: string;
    readonly isRefused?: true;
    /** whatever it is told to start counts, and so every program does */
    readonly isOpen: boolean;
  };
  readonly floors: Floors;
  /** who refuses an older kernel than that of the floor: a loader up to glibc 2.35, none, or perhaps a static program itself */
  readonly kernelCheck: KernelCheck;
  /** the highest level that notes ask for of programs that it does not start by itself */
  readonly othersIsa?: string;
  /** how its C library refuses CPUs, where it does */
  readonly refusal?: Refusal;
  /** a microarchitecture or level that the image itself says it is for, by a label or its platform's variant */
  readonly target?: { readonly name: string; readonly by: string };
  readonly drivers: readonly DriverNeed[];
  readonly cuda?: CudaNeed;
  /** glibc-hwcaps folders in it, by name */
  readonly variants: readonly string[];
  readonly code?: CodeEvidence;
  /** layers of which nothing is known, counted from the base */
  readonly unreadLayers: readonly number[];
}
