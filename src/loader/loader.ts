/**
 * A simulated dynamic loader over one root filesystem: give it a file, and it says what the real one would load and where it
 * would fail. Programs name their interpreter, and so choose the loader that runs them; libraries are opened by the one that
 * programs of their machine use.
 */
import type { HardwareWords } from "../cpu/hardware-words.js";
import type { ElfObject } from "../elf/object.js";
import type { FileNode, RootFilesystem } from "../rootfs/filesystem.js";
import { DF_1_PIE, ET_EXEC } from "./abi.js";
import type { FileFacts } from "./facts.js";
import {
  abiOf,
  identifyLoader,
  onCpu,
  standardInterpreter,
  type GlibcVersion,
  type LoaderIdentity,
} from "./identity.js";
import type { LoadContext } from "./load-context.js";
import { completeLoad, joinResults, type LoadResult } from "./load-result.js";
import { loadProgram, openAlone } from "./load.js";
import type { LdCache } from "./ld-cache.js";
import { loadMuslProgram, openMuslAlone } from "./musl-load.js";
import { createMuslSearch } from "./musl-search.js";
import { findLdCache, LD_CACHE } from "./find-ld-cache.js";
import type { MachineLimits } from "./machine-limits.js";
import { parentPath } from "../rootfs/path.js";
import type { ConsideredPlace, Search, SearchResult } from "./search-result.js";
import { createSearch } from "./search.js";
import { hasOrigin, parseSearchPath, PLAIN_REQUESTER, tokensOf, type Requester } from "./search-path.js";
import type { LoadedObject } from "./scope.js";
import { parseTunables } from "./tunables.js";

/** the releases between which an unknown one lies: those whose differences are known */
const OLDEST: GlibcVersion = { major: 2, minor: 17 };
const NEWEST: GlibcVersion = { major: 2, minor: 43 };
const SET_ID_BITS = 0o6000;
const EXECUTE_BITS = 0o111;

export interface LoaderSettings {
  /** LD_LIBRARY_PATH of the processes, unsplit */
  readonly libraryPath?: string;
  /** the working directory of the processes; "/" where it is not told */
  readonly workingFolder?: string;
  /** /etc/ld.so.cache, where the root has a valid one */
  readonly cache?: LdCache | undefined;
  /** the C library's version where the interpreter does not tell it: "2.31" */
  readonly glibcVersion?: string;
  /** glibc-hwcaps subfolders that the CPU can use, best first */
  readonly hwcaps: readonly string[];
  /** what loaders of 2.26 to 2.36 call the CPU, where its model is known */
  readonly words?: HardwareWords;
  /** what is known of the machine that the processes run on */
  readonly limits?: MachineLimits;
  /** the interpreter that opens libraries: that of the root's programs */
  readonly interpreterFor?: (elf: ElfObject) => string | undefined;
  /** the names in LD_PRELOAD */
  readonly preload: readonly string[];
  /** the names in /etc/ld.so.preload, which musl does not read */
  readonly preloadFile?: readonly string[];
  /** GLIBC_TUNABLES of the processes, unsplit */
  readonly tunables?: string;
  /** LD_BIND_NOW is set: every function is bound when its object is loaded */
  readonly bindNow?: boolean;
}

export interface Loader {
  /**
   * Loads an ELF object of the root as it would be used: a program is started, a library is opened alone.
   *
   * @param how `open` opens it whatever it is: some libraries are programs too (libcap.so.2, libc.so.6)
   */
  load(path: string, node: FileNode<FileFacts>, elf: ElfObject, how?: "use" | "open"): LoadResult;
  /** The plain search: what a requester without RPATH and RUNPATH gets for a name. */
  findPlain(name: string, like: ElfObject): SearchResult;
  /** The search for somebody who brings folders of his own, as `dlopen` of the name makes it. */
  findFor(name: string, requester: Requester, like: ElfObject): SearchResult;
  /** Every place that the search for a name looks at, for a member of a scope. */
  consider(name: string, requestedBy: LoadedObject | undefined, like: ElfObject): readonly ConsideredPlace[];
  /** The loader that would run or open this object. */
  identityOf(elf: ElfObject): LoaderIdentity | undefined;
}

/** Whether the kernel would start this file: it names an interpreter, or is linked as an executable. */
export function isProgram(elf: ElfObject, mode: number): boolean {
  if (elf.type === ET_EXEC || (elf.dynamicFlags1 & DF_1_PIE) !== 0) return true;
  return elf.interp !== undefined && (mode & EXECUTE_BITS) !== 0;
}

/** Whether a program gets more rights than who starts it, by its mode or by file capabilities: ld.so(8), AT_SECURE. */
function startsSecure({ mode, isPrivileged }: FileNode<FileFacts>): boolean {
  return (mode & SET_ID_BITS) !== 0 || isPrivileged === true;
}

/** Creates a loader for a root. All answers are kept: the root must not change. */
export function createLoader(root: RootFilesystem<FileFacts>, settings: LoaderSettings): Loader {
  const contexts = new Map<string, LoadContext>();
  const { limits = {}, bindNow = false, workingFolder = "/" } = settings;

  /** Usually one; where the release of glibc is not known, that of the oldest and that of the newest. */
  function contextsFor(elf: ElfObject, process: Process = OPENED): readonly LoadContext[] {
    const context = contextFor(elf, process);
    if (context === undefined) return [];
    const { family, version } = context.identity;
    if (family === "musl" || version !== undefined) return [context];
    return [OLDEST, NEWEST].flatMap((release) => contextFor(elf, process, release) ?? []);
  }

  /** @param release what is assumed of a glibc whose release is not known */
  function contextFor(elf: ElfObject, process: Process = OPENED, release?: GlibcVersion): LoadContext | undefined {
    // What is opened joins a process: its own PT_INTERP, if it has one, plays no part.
    const own = process.isStarted ? elf.interp : undefined;
    const interp = own ?? settings.interpreterFor?.(elf) ?? elf.interp ?? standardInterpreter(root, abiOf(elf));
    if (interp === undefined) return undefined;
    // $ORIGIN in LD_LIBRARY_PATH is the program's.
    const { secure } = process;
    const home = settings.libraryPath !== undefined && hasOrigin(settings.libraryPath) ? process.origin : undefined;
    const key = `${interp} ${elf.class} ${elf.machine} ${elf.flags} ${String(secure)} ${release?.minor ?? ""} ${home ?? ""}`;
    let context = contexts.get(key);
    if (context === undefined) {
      const found = identifyLoader(root, interp, abiOf(elf), settings.glibcVersion);
      if (found === undefined) return undefined;
      const identity = onCpu(release === undefined ? found : { ...found, version: release }, settings.words);
      // In secure-execution mode the environment may not tune anything; since 2.40 it may ask for that mode.
      const tunables = parseTunables(secure ? undefined : settings.tunables, identity.version);
      const isSecure = secure || tunables.isSecure;
      context = {
        root,
        identity,
        search: searchFor(identity, isSecure, home),
        preload: settings.preload,
        preloadFile: settings.preloadFile ?? [],
        secure: isSecure,
        workingFolder,
        limits,
        tunables: tunables.isSecure ? parseTunables(undefined, identity.version) : tunables,
      };
      contexts.set(key, context);
    }
    return context;
  }

  function searchFor(identity: LoaderIdentity, secure: boolean, origin: string | undefined): Search {
    // A set-user-ID program ignores LD_LIBRARY_PATH (ld.so(8), secure-execution mode).
    const text = secure ? undefined : settings.libraryPath;
    if (identity.family === "musl") return createMuslSearch(root, identity, { libraryPath: text, workingFolder });
    const libraryPath =
      text === undefined || text === ""
        ? []
        : parseSearchPath(text, ":;", tokensOf(identity, origin), { workingFolder });
    // A glibc that was built with another prefix (Nix, Guix, Spack) has a cache of its own, and does not see the system's.
    const { cachePath = LD_CACHE } = identity;
    const cache = cachePath === LD_CACHE ? settings.cache : findLdCache(root, cachePath);
    const known = cache === undefined ? {} : { cache };
    return createSearch(root, { identity, libraryPath, hwcaps: settings.hwcaps, limits, ...known });
  }

  return {
    load(path, node, elf, how = "use") {
      if (how === "open" || !isProgram(elf, node.mode)) {
        return completeLoad(contextsFor(elf), path, bindNow, (context) =>
          context.identity.family === "musl"
            ? openMuslAlone(context, path, elf)
            : openAlone(context, path, "libc.so.6"),
        );
      }
      const start = (secure: boolean): LoadResult =>
        completeLoad(
          contextsFor(elf, { isStarted: true, origin: parentPath(path), secure }),
          path,
          bindNow,
          (context) => (context.identity.family === "musl" ? loadMuslProgram : loadProgram)(context, path, node, elf),
        );
      // Root starts such a program as any other, everybody else in secure-execution mode.
      return startsSecure(node) ? joinResults(start(false), start(true)) : start(false);
    },
    findPlain(name, like) {
      return contextFor(like)?.search.find(name, PLAIN_REQUESTER) ?? { kind: "missing" };
    },
    findFor(name, requester, like) {
      return contextFor(like)?.search.find(name, requester) ?? { kind: "missing" };
    },
    consider(name, requestedBy, like) {
      return contextFor(like)?.search.consider(name, requestedBy?.requester ?? PLAIN_REQUESTER) ?? [];
    },
    identityOf(elf) {
      return contextFor(elf)?.identity;
    },
  };
}

/** How a process came to load something. */
interface Process {
  /** the object itself was started, and names its interpreter */
  readonly isStarted: boolean;
  /** the folder of the program that is started, where one is */
  readonly origin?: string;
  /** secure-execution mode of ld.so(8) */
  readonly secure: boolean;
}

const OPENED: Process = { isStarted: false, secure: false };
