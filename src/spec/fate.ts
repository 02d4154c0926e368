/**
 * What becomes of the programs of an image on one machine, by the simulated loader; and whether the machine is to blame: what goes
 * wrong on the best machine that there could be is the image's own trouble.
 */
import type { GlibcVersion } from "../loader/identity.js";
import { isOlderThan, parseGlibcVersion } from "../loader/identity.js";
import { findGlibcVersion } from "../loader/glibc-version.js";
import type { Loader } from "../loader/loader.js";
import { toLoaderMessage } from "../loader/loader-message.js";
import { compareKernels, parseKernel, type MachineLimits } from "../loader/machine-limits.js";
import { loadedObjects } from "../loader/load-result.js";
import { outcomeOf, problemKey, type LoadProblem } from "../loader/problem.js";
import type { FileFacts } from "../loader/facts.js";
import type { ElfObject } from "../elf/object.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { joinPath, parentPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { NeedFacts } from "./facts.js";
import type { Program } from "./programs.js";

/** A path in a folder for better CPUs, and that folder's name. */
const COPY = /\/glibc-hwcaps\/([^/]+)\//;

export interface Trouble {
  readonly kind: "interpreter" | "library" | "isa" | "kernel" | "other" | "unreadable";
  /** the machine is to blame, and another one would not have it */
  readonly byHost: boolean;
  /** of a library that is not found: its name */
  readonly library?: string;
  /** of an instruction set: the level that is asked for */
  readonly level?: string;
  /** what the loader or the kernel prints */
  readonly words: string;
}

export interface Fate {
  readonly program: Program;
  /** what keeps it from starting; none where it starts */
  readonly troubles: readonly Trouble[];
  /** libraries that are loaded from a folder for better CPUs, byte paths */
  readonly copies: readonly string[];
}

/** What becomes of a program on a machine. */
export type Foretell = (program: Program, machine: { readonly loader: Loader; readonly limits: MachineLimits }) => Fate;

/** @param best loads the same programs on a machine without limits */
export function createForetell(root: RootFilesystem<NeedFacts>, best: Loader): Foretell {
  const ideals = new Map<Program, ReadonlySet<string>>();
  const idealOf = (program: Program): ReadonlySet<string> => {
    const known = ideals.get(program);
    if (known !== undefined) return known;
    const keys = new Set(best.load(program.path, program.node, program.elf).problems.map(problemKey));
    ideals.set(program, keys);
    return keys;
  };
  return (program, { loader, limits }) => {
    const tooOld = findKernelTrouble(root, program, limits);
    // The loader ends before it looks for anything.
    if (tooOld !== undefined) return { program, troubles: [tooOld], copies: [] };
    if (program.elf.interp === undefined) return { program, troubles: [], copies: [] };
    const result = loader.load(program.path, program.node, program.elf);
    const stopping = result.problems.filter(
      (problem) => problem.secure !== true && ["broken", "unknown"].includes(outcomeOf(problem)),
    );
    return {
      program,
      troubles: stopping.map((problem) => toTrouble(problem, program.path, !idealOf(program).has(problemKey(problem)))),
      copies: loadedObjects(result).flatMap(({ path }) => (COPY.test(path) ? [path] : [])),
    };
  };
}

/**
 * Up to 2.35 the loader itself refuses to run on an older kernel than glibc was built for, which its own ABI tag tells
 * (DL_SYSDEP_OSCHECK of sysdeps/unix/sysv/linux/dl-osinfo.h).
 */
function findKernelTrouble(
  root: RootFilesystem<NeedFacts>,
  { elf }: Program,
  { kernel }: MachineLimits,
): Trouble | undefined {
  const floor = elf.interp === undefined ? undefined : findLoaderFloor(root, elf.interp);
  const running = parseKernel(kernel);
  if (floor === undefined || running === undefined || !floor.isEnforced) return undefined;
  if (compareKernels(running, floor.kernel) >= 0) return undefined;
  return { kind: "kernel", byHost: true, words: "FATAL: kernel too old" };
}

export interface KernelFloor {
  readonly kernel: readonly number[];
  /** whether its loader looks; since 2.36 none does */
  readonly isEnforced: boolean;
  readonly version?: GlibcVersion;
}

/** The oldest kernel that the loader at a path runs on: what it was built for stands in its own notes, or in those of its libc. */
export function findLoaderFloor(root: RootFilesystem<FileFacts>, interp: string): KernelFloor | undefined {
  const [abiTag] = findLoaderFiles(root, interp).flatMap(({ notes }) => notes.abiTag ?? []);
  if (abiTag === undefined) return undefined;
  const version = parseGlibcVersion(findGlibcVersion(root, interp));
  return {
    kernel: abiTag.kernel,
    isEnforced: isOlderThan(version, 2, 36),
    ...(version === undefined ? {} : { version }),
  };
}

/** A loader, and the C library beside it, which is of the same build. */
export function findLoaderFiles(root: RootFilesystem<FileFacts>, interp: string): readonly ElfObject[] {
  const found = resolvePath(root, interp);
  const libc = found && resolvePath(root, joinPath(parentPath(found.path), "libc.so.6"));
  return [found, libc].flatMap((one) =>
    one?.node.kind === "file" && one.node.facts.kind === "elf" ? [one.node.facts.elf] : [],
  );
}

function toTrouble(problem: LoadProblem, path: string, byHost: boolean): Trouble {
  const words = toLoaderMessage(problem, path);
  switch (problem.kind) {
    case "interpreter-missing":
      return { kind: "interpreter", byHost, words };
    case "library-not-found":
      return { kind: "library", byHost, library: problem.name, words };
    case "isa-level-too-high":
      return { kind: "isa", byHost: true, level: problem.needed, words };
    default:
      return { kind: outcomeOf(problem) === "unknown" ? "unreadable" : "other", byHost, words };
  }
}

/** How many libraries come from each folder for better CPUs, the best level first. */
export function countCopies(fates: readonly Fate[]): readonly { readonly level: string; readonly libraries: number }[] {
  const paths = new Set(fates.flatMap(({ copies }) => copies));
  const counts = new Map<string, number>();
  for (const path of paths) {
    const level = COPY.exec(path)?.[1] ?? "";
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  return [...counts].map(([level, libraries]) => ({ level, libraries })).sort((a, b) => (a.level > b.level ? -1 : 1));
}
