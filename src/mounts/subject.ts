/**
 * The image as the loader sees it: its root, how its processes will be started, and every ELF object in it that a process could
 * load. Everything that a mount is judged against.
 */
import type { ElfObject } from "../elf/object.js";
import { hasLoadableType, sameAbi, type ProcessAbi } from "../loader/abi.js";
import type { FileFacts } from "../loader/facts.js";
import { abiOf } from "../loader/identity.js";
import { familyOfInterpreter, findLinkedFamily } from "../loader/linked-family.js";
import { createLoader, isProgram, type Loader, type LoaderSettings } from "../loader/loader.js";
import { isOfPlatform, shareKernel, type Architecture } from "../loader/platform-abi.js";
import type { FileNode, RootFilesystem } from "../rootfs/filesystem.js";
import { hasOrigin } from "../loader/search-path.js";
import { walk } from "../rootfs/walk.js";

/**
 * One ELF object of a root that takes part in dynamic linking. Hardlinked names are one object, under its first path, unless what
 * it searches starts at its own place.
 */
export interface RootObject {
  readonly path: string;
  readonly node: FileNode<FileFacts>;
  readonly elf: ElfObject;
}

export interface Subject {
  readonly root: RootFilesystem<FileFacts>;
  readonly settings: LoaderSettings;
  readonly loader: Loader;
  readonly objects: readonly RootObject[];
  /** an object of the machine that the image is for; undefined where nothing is dynamically linked */
  readonly like?: ElfObject;
  /** whether some process of the image could load an object: of that machine, or of another that its programs are for too */
  readonly uses: (elf: ElfObject) => boolean;
}

/**
 * Reads off a root what the loader will meet there. `settings.interpreterFor` is filled in from the root's own programs.
 *
 * @param platform what the image says that it is for; where it has no program of that machine, most of its programs decide
 */
export function createSubject(
  root: RootFilesystem<FileFacts>,
  settings: Omit<LoaderSettings, "interpreterFor">,
  platform?: Architecture,
): Subject {
  const objects = [...findObjects(root, hasOrigin(settings.libraryPath ?? ""))];
  const interpreters = countInterpreters(objects).map((one) => ({
    ...one,
    family: familyOfInterpreter(root, one.interp),
  }));
  const full: LoaderSettings = {
    ...settings,
    interpreterFor: (elf) => {
      const fitting = interpreters.filter(({ abi }) => sameAbi(abi, elf));
      // Beside most programs there may be some of another C library: what is linked for theirs is opened by their loader.
      const families = new Set(fitting.map(({ family }) => family));
      const own = families.size < 2 ? undefined : findLinkedFamily(root, elf);
      return (fitting.find(({ family }) => family === own) ?? fitting[0])?.interp;
    },
  };
  const isOwn = ({ elf }: { readonly elf: ElfObject }): boolean =>
    platform !== undefined && isOfPlatform(abiOf(elf), platform);
  const { elf: like } = interpreters.find(isOwn) ?? interpreters[0] ?? objects.find(isOwn) ?? objects[0] ?? {};
  const main = like === undefined ? [] : [abiOf(like)];
  const abis = [
    ...main,
    ...interpreters.map(({ abi }) => abi).filter((abi) => main.some((one) => shareKernel(one, abi))),
  ];
  return {
    root,
    settings: full,
    loader: createLoader(root, full),
    objects,
    uses: (elf) => abis.some((abi) => sameAbi(abiOf(elf), abi)),
    ...(like === undefined ? {} : { like }),
  };
}

/** The same root, whose processes are started in another way. */
export function withSettings(
  subject: Subject,
  root: RootFilesystem<FileFacts>,
  changes: Partial<LoaderSettings>,
): Subject {
  const settings = { ...subject.settings, ...changes };
  return { ...subject, root, settings, loader: createLoader(root, settings) };
}

/**
 * Every dynamically linked ELF object of a root: not static programs, object files, kernel modules or debug files.
 *
 * @param isByPlace whether the place of a program tells what all search, as $ORIGIN in LD_LIBRARY_PATH does
 */
function* findObjects(root: RootFilesystem<FileFacts>, isByPlace: boolean): Generator<RootObject> {
  const seen = new Set<object>();
  for (const { path, node } of walk(root)) {
    if (node.kind !== "file" || node.facts.kind !== "elf") continue;
    const { elf } = node.facts;
    if (seen.has(node) && !isByPlace && !searchesFromItsPlace(elf)) continue;
    if (elf.segments.dynamic !== "present" || !hasLoadableType(elf)) continue;
    // A program without an interpreter is started as it is: static, or static-pie.
    if (elf.interp === undefined && isProgram(elf, node.mode)) continue;
    // Whether anybody opens a damaged library nobody can say: it matters where a search reaches it. A program is started.
    if (elf.damage !== undefined && !isProgram(elf, node.mode)) continue;
    seen.add(node);
    yield { path, node, elf };
  }
}

function searchesFromItsPlace({ rpath = "", runpath = "", needed, filtees }: ElfObject): boolean {
  return [rpath, runpath, ...needed, ...filtees.map(({ name }) => name)].some(hasOrigin);
}

export interface MalformedFile {
  readonly path: string;
  readonly problem: string;
  /** a program that takes part all the same, since the kernel starts it */
  readonly isStarted: boolean;
}

/** ELF files of a root that contradict themselves. */
export function findMalformed({ root, objects }: Subject): readonly MalformedFile[] {
  const taken = new Set(objects.map(({ node }) => node));
  return [...walk(root)].flatMap(({ path, node }) => {
    const problem = node.kind === "file" ? problemOf(node.facts) : undefined;
    return node.kind === "file" && problem !== undefined ? [{ path, problem, isStarted: taken.has(node) }] : [];
  });
}

function problemOf(facts: FileFacts): string | undefined {
  return facts.kind === "elf" ? facts.elf.damage?.problem : facts.kind === "broken-elf" ? facts.problem : undefined;
}

/** The interpreters that programs name, the most frequent first. */
function countInterpreters(
  objects: readonly RootObject[],
): { interp: string; abi: ProcessAbi; elf: ElfObject; count: number }[] {
  const counts = new Map<string, { interp: string; abi: ProcessAbi; elf: ElfObject; count: number }>();
  for (const { elf, node } of objects) {
    if (elf.interp === undefined || !isProgram(elf, node.mode)) continue;
    const key = `${elf.interp} ${elf.machine} ${elf.class}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { interp: elf.interp, abi: abiOf(elf), elf, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.interp < b.interp ? -1 : 1));
}
