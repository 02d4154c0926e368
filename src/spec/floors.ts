/**
 * Floors: the oldest glibc, the oldest kernel and the lowest instruction set on which what is in an image works, as far as its files say
 * so themselves.
 */
import { findNeededLevel } from "../loader/machine-limits.js";
import type { Loader } from "../loader/loader.js";
import { parseGlibcVersion, type GlibcVersion } from "../loader/identity.js";
import { loadedObjects } from "../loader/load-result.js";
import type { ElfObject } from "../elf/object.js";
import type { Program } from "./programs.js";
import { compareReleases } from "./releases.js";

/** The instruction set that the notes of a program, or of something that is loaded with it, ask for. */
export interface IsaNeed {
  /** "x86-64-v3" */
  readonly level: string;
  /** the program */
  readonly program: Program;
  /** the files with that note, byte paths */
  readonly by: readonly string[];
}

/** The highest level that each program asks for together with what is loaded with it; those that ask for none are left out. */
export function findIsaNeeds(best: Loader, programs: readonly Program[]): readonly IsaNeed[] {
  return programs.flatMap((program) => {
    const { path, node, elf } = program;
    const objects = elf.interp === undefined ? [{ path, elf }] : loadedObjects(best.load(path, node, elf));
    const levels = objects.map((object) => ({ path: object.path, level: findNeededLevel(object.elf) ?? "" }));
    const level = levels.map((one) => one.level).reduce((a, b) => (a > b ? a : b), "");
    if (level === "") return [];
    return [{ level, program, by: levels.filter((one) => one.level === level).map((one) => one.path) }];
  });
}

/** "2.34": the highest release of glibc whose symbols some object requires; undefined where none requires any. */
export function findGlibcFloor(objects: Iterable<{ readonly elf: ElfObject }>): string | undefined {
  let floor: GlibcVersion | undefined;
  for (const { elf } of objects) {
    for (const { name, weak } of elf.versions.requirements) {
      const version = weak ? undefined : parseGlibcVersion(/^GLIBC_(\d+\.\d+)/.exec(name)?.[1]);
      if (version !== undefined && (floor === undefined || isNewer(version, floor))) floor = version;
    }
  }
  return floor && `${floor.major}.${floor.minor}`;
}

/** The highest nodes of libstdc++ that some object requires. */
export interface LibstdcxxFloor {
  /** of GLIBCXX_: "3.4.30" */
  readonly glibcxx?: string;
  /** of CXXABI_: "1.3.13" */
  readonly cxxabi?: string;
}

/** GCC's manual, "ABI Policy and Guidelines": both count releases of libstdc++, each by itself; CXXABI_FLOAT128 and its like do not. */
export function findLibstdcxxFloor(objects: Iterable<{ readonly elf: ElfObject }>): LibstdcxxFloor {
  const floor: { glibcxx?: string; cxxabi?: string } = {};
  for (const { elf } of objects) {
    for (const { name, weak } of elf.versions.requirements) {
      const [, node = "", release = ""] = (weak ? null : /^(GLIBCXX|CXXABI)_(\d+(?:\.\d+)*)$/.exec(name)) ?? [];
      const key = node === "GLIBCXX" ? "glibcxx" : "cxxabi";
      if (release !== "" && compareReleases(release, floor[key] ?? "0") > 0) floor[key] = release;
    }
  }
  return floor;
}

function isNewer(a: GlibcVersion, b: GlibcVersion): boolean {
  return a.major > b.major || (a.major === b.major && a.minor > b.minor);
}
