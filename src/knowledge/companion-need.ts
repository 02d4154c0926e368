/**
 * The shape of a fact about what a library needs beside it at run time, and that no loader looks for: parts that it opens, texts that
 * name its drivers, settings, data, sockets, devices, variables. A library that is mounted without them loads and does less, often
 * without a word.
 */

/** What `paths` may begin with: the folder that the library was installed in, which is compiled into it. */
export const LIBDIR = "${libdir}";
/** Likewise: the folder of the file as it was loaded, which the library asks the loader for (dladdr(3)). */
export const ORIGIN = "${origin}";

interface NeedFacts {
  /** "libibverbs-providers": the need by a word of its own */
  readonly id: string;
  /** globs over the names of libraries that need it: file name or DT_SONAME */
  readonly libraries: readonly string[];
  /** globs over DT_NEEDED: a library that needs one of these has no such need */
  readonly unlessNeeded?: readonly string[];
  /** needed: without it the library does not do what it is mounted for; useful: it does, in another way than on the host */
  readonly weight: "needed" | "useful";
  /** what happens without it, as the end of a sentence: "it finds no adapter, and programs fall back to TCP" */
  readonly without: string;
  /** nobody is told at run time that it is missing */
  readonly isSilent: boolean;
  /** who says so, or what shows it */
  readonly source: string;
}

/** Files at fixed places. */
export interface FileNeed extends NeedFacts {
  /**
   * plugins: libraries that it opens by their paths; drivers: texts that name libraries, which it opens then; manifest: a text that names
   * itself to who looks for drivers; configuration, data: files that it reads; socket, device: who answers on the other side
   */
  readonly kind: "plugins" | "drivers" | "manifest" | "configuration" | "data" | "socket" | "device";
  /** where it looks: globs, each component for itself, that are absolute or begin with LIBDIR or ORIGIN; all of them count */
  readonly paths: readonly string[];
}

/** Libraries that it opens by their names (dlopen(3)), so that no DT_NEEDED tells of them. */
export interface LibraryNeed extends NeedFacts {
  readonly kind: "library";
  /** globs over names that a loader knows; what the host has of them is needed */
  readonly names: readonly string[];
}

/** Variables that it reads, and that a runtime must hand on where the host has them set. */
export interface EnvironmentNeed extends NeedFacts {
  readonly kind: "environment";
  /** globs over names of variables */
  readonly variables: readonly string[];
}

export type CompanionNeed = FileNeed | LibraryNeed | EnvironmentNeed;
