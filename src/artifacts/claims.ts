/**
 * What a compatibility artifact says of an image, whatever its form: the one value that every format is written from and read into. A
 * claim is there where content has proven it; what is absent is not known, and never a "no".
 */
import type { MachineLibrary } from "./machine-library.js";

/** Bounds from below. Kernels are releases ("5.10"), instruction sets are levels ("x86-64-v3"). */
export interface Bounds {
  readonly kernel?: string;
  readonly isa?: string;
}

export interface Claims {
  /** the image that is spoken of */
  readonly subject: {
    /** of its manifest, or of its config in a docker archive */
    readonly digest?: string;
    readonly reference?: string;
    /** os/arch[/variant] */
    readonly platform?: string;
    /** what it says that it was built on */
    readonly base?: string;
  };
  /** `uname -m` of its programs */
  readonly machine?: string;
  readonly libc?: { readonly family: string; readonly version?: string };
  /** os-release: ID, VERSION_ID and PRETTY_NAME; "" where it does not say */
  readonly os?: { readonly id: string; readonly versionId: string; readonly name: string };
  /** its MPI libraries, the weightiest first */
  readonly mpi: readonly { readonly family: string; readonly version?: string; readonly path: string }[];
  /** GPU stacks of which it has, or asks for, a library: "nvidia", "rocm" */
  readonly gpu: readonly string[];
  /** libraries of fast networks that it has: "libfabric", "ucx" */
  readonly fabric: readonly string[];
  /** the microarchitecture that it says it is for */
  readonly target?: string;
  /** below these the kernel or the loader refuses what it starts */
  readonly refusesBelow: Bounds;
  /** what it was made for: below these nobody knows whether it works */
  readonly madeFor: Bounds;
  /**
   * whether what it starts does start on a machine of its own sort that has what it is made for, and none of the libraries that it
   * needs; absent where nobody knows
   */
  readonly starts?: "yes" | "no";
  /** libraries of the machine that it asks for, lacks, and does not say that it can do without */
  readonly needs: readonly MachineLibrary[];
}
