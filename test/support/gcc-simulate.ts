/** The same world in the simulated loader: its files on disk as a root filesystem, and what the real loader would print there. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findHardwareWords } from "../../src/cpu/hardware-words.js";
import { parseCpuInfo } from "../../src/host/cpu-info.js";
import { createDiskReader } from "../../src/host/disk-reader.js";
import type { LoadResult } from "../../src/loader/load-result.js";
import { createLoader } from "../../src/loader/loader.js";
import { toLoaderMessage } from "../../src/loader/loader-message.js";
import { outcomeOf, type LoadProblem } from "../../src/loader/problem.js";
import { findLdCache } from "../../src/loader/find-ld-cache.js";
import { findLibc, findPreloads } from "../../src/loader/root-settings.js";
import type { FileFacts } from "../../src/loader/facts.js";
import type { RootFilesystem } from "../../src/rootfs/filesystem.js";
import { createMemoryRoot } from "../../src/rootfs/memory.js";
import { resolvePath } from "../../src/rootfs/resolve.js";
import type { Story } from "./gcc-world.js";

/** Every file below a folder, as the root of a world. */
export async function readWorld(folder: string): Promise<RootFilesystem<FileFacts>> {
  const disk = createDiskReader(folder);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    await disk.add(join(entry.parentPath, entry.name).slice(folder.length));
    // A link is taken in with what it leads to; here it also counts as itself.
    if (entry.isSymbolicLink()) await disk.add(dirname(join(entry.parentPath, entry.name)).slice(folder.length));
  }
  return createMemoryRoot(disk.nodes);
}

/** Loads the story's program or library. */
export function simulate(root: RootFilesystem<FileFacts>, story: Story, hwcaps: readonly string[]): LoadResult {
  const cache = findLdCache(root);
  const preload = (story.env["LD_PRELOAD"] ?? "").split(/[ :]+/).filter((name) => name !== "");
  const found = resolvePath(root, story.opens ?? story.run);
  if (found?.node.kind !== "file" || found.node.facts.kind !== "elf") throw new Error(`no ELF file: ${story.name}`);
  const { elf } = found.node.facts;
  // ld.so has a banner of its own since 2.36; before, its C library tells its release.
  const glibcVersion = findLibc(root, elf, { hwcaps: [] }).version;
  const cpu = parseCpuInfo(readFileSync("/proc/cpuinfo", "utf8"));
  const [words] = cpu === undefined ? [] : findHardwareWords(cpu);
  const loader = createLoader(root, {
    ...(cache === undefined ? {} : { cache }),
    ...(story.env["LD_LIBRARY_PATH"] === undefined ? {} : { libraryPath: story.env["LD_LIBRARY_PATH"] }),
    ...(story.env["GLIBC_TUNABLES"] === undefined ? {} : { tunables: story.env["GLIBC_TUNABLES"] }),
    ...(glibcVersion === undefined ? {} : { glibcVersion }),
    workingFolder: story.folder,
    ...(words === undefined ? {} : { words }),
    hwcaps,
    preload,
    preloadFile: findPreloads(root),
  });
  return loader.load(found.path, found.node, elf);
}

/** What the real loader does first, and so the only thing that it says. */
export interface Foretold {
  /** undefined where the program starts (and then has an exit code of its own) */
  readonly exit: number | undefined;
  /** lines that come in this order */
  readonly lines: readonly string[];
  /** after them, some of these; when the program does not start, the last line is one of `last` */
  readonly more: readonly string[];
  readonly last: readonly string[];
}

const LOAD = new Set<LoadProblem["kind"]>([
  "library-not-found",
  "library-not-loadable",
  "library-unreadable",
  "interpreter-missing",
]);
const VERSION = new Set<LoadProblem["kind"]>([
  "version-not-defined",
  "version-not-defined-weak",
  "version-information-missing",
  "version-file-not-loaded",
  "relr-unsupported",
]);

/**
 * The part of the simulated loader's list that a real one would come to: it stops after the first library that it cannot load,
 * after the version check, or at the first symbol.
 *
 * @param start the program as it was started; undefined for a library that is opened, where only the error is told
 * @param bindNow LD_BIND_NOW, or dlopen with RTLD_NOW
 */
export function foretell(problems: readonly LoadProblem[], start: string | undefined, bindNow: boolean): Foretold {
  const say = (some: readonly LoadProblem[]): string[] => some.map((problem) => toLoaderMessage(problem, start));
  const isBroken = (problem: LoadProblem): boolean =>
    outcomeOf(problem) === "broken" || (bindNow && outcomeOf(problem) === "latent");
  const load = problems.find(({ kind }) => LOAD.has(kind));
  if (load !== undefined) return { exit: 127, lines: say([load]), more: [], last: say([load]) };
  const versions = problems.filter(({ kind }) => VERSION.has(kind));
  const abort = versions.findIndex(({ kind }) => kind === "version-file-not-loaded" || kind === "relr-unsupported");
  const told = versions.slice(0, abort === -1 ? undefined : abort + 1);
  if (told.some(isBroken)) {
    const broken = told.filter(isBroken);
    if (start === undefined) return { exit: 127, lines: [], more: say(broken), last: say(broken.slice(0, 1)) };
    return { exit: abort === -1 ? 1 : 127, lines: say(told), more: [], last: say(told.slice(-1)) };
  }
  const symbols = problems.filter(({ kind }) => !LOAD.has(kind) && !VERSION.has(kind));
  const broken = symbols.filter(isBroken);
  const quiet = symbols.filter((problem) => outcomeOf(problem) === "none");
  return {
    exit: broken.length > 0 ? 127 : undefined,
    lines: start === undefined ? [] : say(versions),
    more: say([...quiet, ...broken]),
    last: say(broken),
  };
}
