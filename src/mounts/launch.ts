/** How the processes of a root are started: what they get in their environment joins what the root's own files say. */
import type { HardwareWords } from "../cpu/hardware-words.js";
import type { FileFacts } from "../loader/facts.js";
import type { LoaderSettings } from "../loader/loader.js";
import type { MachineLimits } from "../loader/machine-limits.js";
import { findLdCache } from "../loader/find-ld-cache.js";
import type { LdCache } from "../loader/ld-cache.js";
import { findPreloads } from "../loader/root-settings.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";

/** What is known of the machine that runs the image's processes. */
export interface Machine {
  /** glibc-hwcaps subfolders that the CPU can use, best first */
  readonly hwcaps: readonly string[];
  /** what loaders of glibc 2.26 to 2.36 call its CPU */
  readonly words?: HardwareWords;
  /** what its CPU and its kernel cannot do */
  readonly limits: MachineLimits;
}

export interface Launch extends Machine {
  /** NAME -> value, a byte string: of interest are LD_LIBRARY_PATH, LD_PRELOAD, LD_BIND_NOW and GLIBC_TUNABLES */
  readonly env: ReadonlyMap<string, string>;
  /** the working directory, a byte path; "/" where it is not told */
  readonly workingFolder?: string;
  /** the cache in the place of the one that lies in the root; `undefined` in it is none */
  readonly cache?: { readonly content: LdCache | undefined };
}

/** The loader's settings for processes that are started so in this root. */
export function readSettings(
  root: RootFilesystem<FileFacts>,
  { env, workingFolder, hwcaps, words, limits, cache }: Launch,
): LoaderSettings {
  const [libraryPath, tunables] = [env.get("LD_LIBRARY_PATH"), env.get("GLIBC_TUNABLES")];
  // Any text but the empty one counts (ld.so(8)).
  const bindNow = (env.get("LD_BIND_NOW") ?? "") !== "";
  return {
    bindNow,
    hwcaps,
    limits,
    preload: splitPreload(env.get("LD_PRELOAD")),
    preloadFile: findPreloads(root),
    cache: cache === undefined ? findLdCache(root) : cache.content,
    ...(words === undefined ? {} : { words }),
    ...(libraryPath === undefined ? {} : { libraryPath }),
    ...(tunables === undefined ? {} : { tunables }),
    ...(workingFolder === undefined ? {} : { workingFolder }),
  };
}

/** LD_PRELOAD separates names by spaces or colons (ld.so(8)). */
function splitPreload(text: string | undefined): readonly string[] {
  return (text ?? "").split(/[ :]+/).filter((name) => name !== "");
}
