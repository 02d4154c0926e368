/** A host as what an image may run on: what is known of it, and in which way. */
import type { Emulator } from "../host/emulators.js";

export interface MatchTarget {
  /** "live", or the profile, folder or image that was given */
  readonly source: string;
  /** os-release PRETTY_NAME */
  readonly name: string;
  /** `uname -m`, as the table of microarchitectures spells it */
  readonly machine?: string;
  /** the kernel that runs, or the oldest that may run there: its own C library refuses older ones */
  readonly kernel?: { readonly release: readonly number[]; readonly isExact: boolean };
  readonly cpu: {
    /** its microarchitecture */
    readonly name?: string;
    /** the level of its features, or the lowest that it may have: its own C library asks for it */
    readonly level?: { readonly name: string; readonly isExact: boolean };
    readonly features: readonly string[];
    /** of a POWER CPU */
    readonly generation?: number;
  };
  /** programs that run those of other machines (binfmt_misc), of a live machine */
  readonly emulators: readonly Emulator[];
}
