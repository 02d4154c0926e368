/**
 * One of elfBinaryTests: an ELF file as the image's own loader would take it. What `ldd` tells in a running container is told here by
 * the simulated loader; what that cannot know is no pass.
 */
import { X86_64_LEVELS } from "../cpu/level.js";
import type { ElfObject } from "../elf/object.js";
import { loadedObjects, type LoadResult } from "../loader/load-result.js";
import { toLoaderMessage } from "../loader/loader-message.js";
import { findNeededLevel } from "../loader/machine-limits.js";
import { outcomeOf, type LoadProblem } from "../loader/problem.js";
import type { FileFacts } from "../loader/facts.js";
import type { FileNode } from "../rootfs/filesystem.js";
import { matchesAnyGlob, matchesGlob } from "../rootfs/glob.js";
import { baseName, toBytePath, toDisplayPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { findGlibcFloor } from "../spec/floors.js";
import type { TestFindings } from "./test-result.js";
import type { TestedImage } from "./tested-image.js";
import type { ElfTest } from "./tests-schema.js";

/** What the kernel brings into every process, from no file. vdso(7), "ARCH-specific notes". */
const BY_KERNEL = ["linux-vdso.so.1", "linux-gate.so.1", "linux-vdso32.so.1", "linux-vdso64.so.1"];
/** keys whose answer is in the load, and not in the file alone */
const OF_LOAD = ["noMissingLibs", "noLoaderErrors", "libraries", "excludedLibraries", "maxIsaLevel"] as const;

interface Tested {
  readonly path: string;
  readonly node: FileNode<FileFacts>;
  readonly elf: ElfObject;
}

export function runElfTest(image: TestedImage, test: ElfTest): TestFindings {
  const found = resolvePath(image.root, toBytePath(test.path));
  if (found === undefined) return { failures: [`there is no ${test.path}`], doubts: [] };
  const { node, path } = found;
  if (node.kind === "unread") return { failures: [], doubts: [`${test.path} cannot be read: ${node.reason}`] };
  if (node.kind !== "file") return { failures: [`${test.path} is a ${node.kind}, and no file`], doubts: [] };
  switch (node.facts.kind) {
    case "elf":
      return runOn(image, test, { path, node, elf: node.facts.elf });
    case "broken-elf":
      return { failures: [], doubts: [`${test.path} cannot be read: ${node.facts.problem}`] };
    case "unread":
      return { failures: [], doubts: [`${test.path} cannot be read: ${node.facts.reason}`] };
    default:
      return { failures: [`${test.path} is no ELF file`], doubts: [] };
  }
}

function runOn({ loader }: TestedImage, test: ElfTest, tested: Tested): TestFindings {
  const { elf } = tested;
  if (elf.damage !== undefined) return { failures: [], doubts: [`${test.path} cannot be read: ${elf.damage.problem}`] };
  const isStatic = elf.segments.dynamic !== "present" || (elf.interp === undefined && elf.needed.length === 0);
  const asksLoad = OF_LOAD.some((key) => test[key] !== undefined);
  const result = asksLoad && !isStatic ? loader.load(tested.path, tested.node, elf) : undefined;
  const failures = checkFile(test, elf);
  const ofLoad = result === undefined ? checkAlone(test, elf) : checkLoad(test, result);
  return { ...ofLoad, failures: [...failures, ...ofLoad.failures] };
}

function checkFile(
  { path, versions = [], interpreter, runpath, maxGlibc, noExecutableStack }: ElfTest,
  elf: ElfObject,
) {
  const defined = new Set(elf.versions.definitions.map(({ name }) => toDisplayPath(name)));
  const interp = elf.interp === undefined ? "none" : toDisplayPath(elf.interp);
  const folders = splitFolders(elf.runpath ?? elf.rpath ?? "");
  const glibc = findGlibcFloor([{ elf }]);
  return [
    ...versions.filter((name) => !defined.has(name)).map((name) => `${path} defines no version ${name}`),
    ...(interpreter === undefined || interpreter === interp
      ? []
      : [`the interpreter of ${path} is ${interp}, expected ${interpreter}`]),
    ...(runpath === undefined || JSON.stringify(runpath) === JSON.stringify(folders)
      ? []
      : [`${path} searches ${describeFolders(folders)}, expected ${describeFolders(runpath)}`]),
    ...(maxGlibc === undefined || glibc === undefined || minorOf(glibc) <= minorOf(maxGlibc)
      ? []
      : [`${path} asks for glibc ${glibc}, expected no newer one than ${maxGlibc}`]),
    ...(noExecutableStack === undefined || elf.stack === "plain"
      ? []
      : [
          `${path} asks for an executable stack${elf.stack === "unmarked" ? ", since it does not say that it needs none" : ""}`,
        ]),
  ];
}

/** What is started or opened without a loader: it loads nothing, and asks the CPU for what its own notes say. */
function checkAlone({ path, libraries = [], maxIsaLevel }: ElfTest, elf: ElfObject): TestFindings {
  const missing = libraries.map((name) => `${path} loads nothing, and so no ${name}`);
  return { failures: [...missing, ...checkLevel(maxIsaLevel, [{ path, level: findNeededLevel(elf) }])], doubts: [] };
}

function checkLoad(test: ElfTest, result: LoadResult): TestFindings {
  const { path, libraries = [], excludedLibraries = [], maxIsaLevel } = test;
  const objects = loadedObjects(result);
  const names = objects.flatMap((one) => [
    ...[...one.names].map(baseName),
    baseName(one.path),
    ...(one.elf.soname === undefined ? [] : [one.elf.soname]),
  ]);
  const problems = result.problems.filter((problem) => isAsked(test, problem));
  const unknown = result.problems.filter((problem) => outcomeOf(problem) === "unknown");
  const wrong = problems.filter((problem) => outcomeOf(problem) !== "unknown");
  const isLoaded = (glob: string): boolean =>
    [...names, ...BY_KERNEL].some((name) => matchesGlob(toBytePath(glob), name));
  const start = result.scope.kind === "program" ? result.scope.start : undefined;
  const messages = wrong.map((problem) => toDisplayPath(toLoaderMessage(problem, start)));
  return {
    failures: [
      ...wrong.map((problem) => describeProblem(problem, path)),
      ...libraries.filter((glob) => !isLoaded(glob)).map((glob) => `${path} loads no ${glob}`),
      ...new Set(
        names
          .filter((name) => matchesAnyGlob(excludedLibraries.map(toBytePath), name))
          .map((name) => `${path} loads ${toDisplayPath(name)}`),
      ),
      ...checkLevel(
        maxIsaLevel,
        objects.map((one) => ({ path: toDisplayPath(one.path), level: findNeededLevel(one.elf) })),
      ),
    ],
    doubts: [...new Set(unknown.map((problem) => describeProblem(problem, path)))],
    loaderMessages: [...new Set(messages)].filter((message) => message !== ""),
  };
}

const MISSING: readonly LoadProblem["kind"][] = ["library-not-found", "library-not-loadable"];

/** What loads at first and fails at the first call is an error, too: `ldd -r` tells of it. */
function isAsked({ noMissingLibs, noLoaderErrors }: ElfTest, problem: LoadProblem): boolean {
  if (outcomeOf(problem) === "none") return false;
  return noLoaderErrors === true || (noMissingLibs === true && MISSING.includes(problem.kind));
}

function describeProblem(problem: LoadProblem, path: string): string {
  const by = "requiredBy" in problem ? toDisplayPath(problem.requiredBy) : path;
  switch (problem.kind) {
    case "library-not-found":
      return `${toDisplayPath(problem.name)} is not found, which ${by} needs`;
    case "library-not-loadable":
      return `${toDisplayPath(problem.path)} cannot be loaded, which ${by} needs: ${problem.reason}`;
    case "library-unreadable":
      return `${toDisplayPath(problem.path)} cannot be read, which ${by} needs: ${problem.reason}`;
    default: {
      const words = toDisplayPath(toLoaderMessage(problem, undefined));
      return words === "" ? `${by}: ${problem.kind}` : words;
    }
  }
}

function checkLevel(
  most: ElfTest["maxIsaLevel"],
  objects: readonly { readonly path: string; readonly level: string | undefined }[],
): readonly string[] {
  if (most === undefined) return [];
  const rankOf = (level: string): number => (X86_64_LEVELS as readonly string[]).indexOf(level);
  return objects.flatMap(({ path, level }) =>
    level !== undefined && rankOf(level) > rankOf(most)
      ? [`${path} asks for ${level}, expected no more than ${most}`]
      : [],
  );
}

function splitFolders(text: string): readonly string[] {
  return text === "" ? [] : text.split(":").map(toDisplayPath);
}

function describeFolders(folders: readonly string[]): string {
  return folders.length === 0 ? "no folder of its own" : folders.join(" and ");
}

function minorOf(release: string): number {
  return Number(release.split(".")[1]);
}
