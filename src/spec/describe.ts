/** What an image needs, from its root and its config: the answer to "what would it ask of a machine?", before any machine is named. */
import { compareKernels } from "../loader/machine-limits.js";
import { findMachineFacts } from "../loader/machine.js";
import { sameAbi } from "../loader/abi.js";
import { findCpuChoices } from "../loader/find-cpu-choices.js";
import { abiOf } from "../loader/identity.js";
import type { Loader } from "../loader/loader.js";
import { isOfPlatform, type Architecture } from "../loader/platform-abi.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { baseName, toDisplayPath } from "../rootfs/path.js";
import { walk } from "../rootfs/walk.js";
import type { ElfObject } from "../elf/object.js";
import { normalizeMachine } from "../cpu/description.js";
import { C_LIBRARY_FAMILY } from "../knowledge/c-library.js";
import { matchesAnyGlob } from "../rootfs/glob.js";
import { loadedObjects } from "../loader/load-result.js";
import { gatherEvidence } from "./code-evidence.js";
import { readCudaNeed } from "./cuda.js";
import { findCudaCompat } from "./cuda-compat.js";
import { findDrivers } from "./drivers.js";
import type { NeedFacts } from "./facts.js";
import { findLoaderFloor } from "./fate.js";
import { findGlibcFloor, findIsaNeeds, findLibstdcxxFloor, type LibstdcxxFloor } from "./floors.js";
import type { ImageNeed } from "./need.js";
import { findPrograms, type Program } from "./programs.js";
import { findStart, type Start } from "./start.js";
import { findRefusal } from "./refusal.js";
import { findTarget } from "./built-for.js";

export interface DescribedImage {
  readonly root: RootFilesystem<NeedFacts>;
  /** Entrypoint and Cmd */
  readonly command: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** of its processes; values are byte strings */
  readonly env: ReadonlyMap<string, string>;
  readonly workingFolder: string;
  readonly platform: Architecture;
  readonly unreadLayers: readonly number[];
  /** loads its programs on a machine without limits */
  readonly best: Loader;
  /** an object of the machine that it is for, where something in it is linked dynamically */
  readonly like?: ElfObject;
}

export interface Described {
  readonly need: ImageNeed;
  /** the programs of its machine */
  readonly programs: readonly Program[];
  readonly libstdcxx: LibstdcxxFloor;
}

export function describeNeed(image: DescribedImage): Described {
  const { root, best, like, env, platform } = image;
  const all = findPrograms(root);
  const main = like ?? all.find(({ elf }) => isOfPlatform(abiOf(elf), platform))?.elf ?? all[0]?.elf;
  const start = findStart(root, image.command, image);
  const started = new Set(start.programs.map(({ node }) => node));
  // What is started may be for another machine than the rest: 32-bit programs among those of x86-64.
  const programs = all.filter(
    ({ elf, node }) => started.has(node) || (main !== undefined && sameAbi(abiOf(elf), abiOf(main))),
  );
  const counted = start.isOpen || start.programs.length === 0 ? programs : start.programs;
  const objects = [...findElfFiles(root)].filter(({ elf }) => main === undefined || sameAbi(abiOf(elf), abiOf(main)));
  const has = (name: string): boolean => like !== undefined && best.findPlain(name, like).kind === "found";
  const target = findTarget(image.labels, platform);
  const cuda = readCudaNeed(env, findCudaCompat(objects));
  const machine = findMachine(start, main);
  const interps = new Set(counted.flatMap(({ elf }) => elf.interp ?? []));
  const floor = findKernelFloor(root, interps, counted);
  const glibc = findGlibcFloor(objects);
  const code = gatherEvidence(findLoadedCode(best, counted));
  const [refusal] = [...interps].flatMap((interp) => findRefusal(root, interp) ?? []);
  const noted = findHighestNote(best, counted);
  const others = findHighestNote(
    best,
    programs.filter((program) => !counted.includes(program)),
  );
  const isa = refusal !== undefined && refusal.level > noted ? refusal.level : noted;
  return {
    programs,
    libstdcxx: findLibstdcxxFloor(objects),
    need: {
      ...(machine === undefined ? {} : { machine }),
      programs: programs.length,
      start: describeStart(start),
      floors: {
        ...(glibc === undefined ? {} : { glibc }),
        ...(floor === undefined ? {} : { kernel: floor.kernel.join(".") }),
        ...(isa === "" ? {} : { isa }),
      },
      kernelCheck: floor?.check ?? "none",
      ...(others === "" ? {} : { othersIsa: others }),
      ...(refusal === undefined ? {} : { refusal }),
      ...(target === undefined ? {} : { target }),
      drivers: findDrivers(objects, has),
      ...(cuda === undefined ? {} : { cuda }),
      variants: findCpuChoices(root).hwcaps,
      ...(code === undefined ? {} : { code }),
      unreadLayers: image.unreadLayers,
    },
  };
}

/** The highest level that a note of these programs, or of what they load, asks for; "" where none does. */
function findHighestNote(best: Loader, programs: readonly Program[]): string {
  return findIsaNeeds(best, programs).reduce((highest, { level }) => (level > highest ? level : highest), "");
}

/** The code of all that is loaded with these programs. The C library chooses for itself, whoever calls it. */
function* findLoadedCode(best: Loader, programs: readonly Program[]) {
  const seen = new Set<object>();
  for (const { path, node, elf } of programs) {
    const loaded = elf.interp === undefined ? [{ path, node }] : loadedObjects(best.load(path, node, elf));
    for (const one of loaded) {
      if (seen.has(one.node)) continue;
      seen.add(one.node);
      // Its facts are those that were read for needs: every node of the root has them.
      const { extras } = one.node.facts as NeedFacts;
      if (extras?.code !== undefined && !matchesAnyGlob(C_LIBRARY_FAMILY, baseName(one.path)))
        yield { path: toDisplayPath(one.path), code: extras.code };
    }
  }
}

function describeStart({ command, programs, trouble, isRefused, isOpen }: Start): ImageNeed["start"] {
  return {
    command,
    programs: programs.map(({ path }) => toDisplayPath(path)),
    ...(trouble === undefined ? {} : { trouble }),
    ...(isRefused === undefined ? {} : { isRefused }),
    isOpen,
  };
}

/** The machine of what it starts; else that of most of its programs. */
function findMachine({ programs }: Start, main: ElfObject | undefined): string | undefined {
  const elf = programs.at(-1)?.elf ?? main;
  const name = elf === undefined ? undefined : findMachineFacts(abiOf(elf))?.name;
  return name === undefined ? undefined : normalizeMachine(name);
}

function* findElfFiles(root: RootFilesystem<NeedFacts>) {
  const seen = new Set<object>();
  for (const { path, node } of walk(root)) {
    if (node.kind !== "file" || node.facts.kind !== "elf" || seen.has(node)) continue;
    seen.add(node);
    const { elf, extras } = node.facts;
    yield { path, elf, ...(extras === undefined ? {} : { extras }) };
  }
}

/** The latest of the oldest kernels that the loaders of programs, and programs without one, run on. */
function findKernelFloor(root: RootFilesystem<NeedFacts>, interps: Iterable<string>, programs: readonly Program[]) {
  const loaders = [...interps].flatMap((interp) => {
    const floor = findLoaderFloor(root, interp);
    return floor === undefined ? [] : [{ kernel: floor.kernel, check: floor.isEnforced ? "loader" : "none" } as const];
  });
  // A static glibc up to 2.35 looks as well, and no release stands in its notes.
  const own = programs.flatMap(({ elf: { interp, notes } }) =>
    interp !== undefined || notes.abiTag === undefined
      ? []
      : [{ kernel: notes.abiTag.kernel, check: "perhaps" } as const],
  );
  return [...loaders, ...own].sort((a, b) => compareKernels(b.kernel, a.kernel))[0];
}
