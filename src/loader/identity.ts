/**
 * Which loader runs a program, and what it believes: its C library's family and version, the folders that it searches last, and
 * the words behind $LIB and $PLATFORM. The file at PT_INTERP carries most of this itself; the machine's table fills the rest.
 */
import type { HardwareWords } from "../cpu/hardware-words.js";
import { EM_X86_64 } from "../elf/machine-numbers.js";
import type { ElfObject } from "../elf/object.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { baseName, parentPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { ProcessAbi } from "./abi.js";
import type { FileFacts } from "./facts.js";
import { findGlibcVersion } from "./glibc-version.js";
import { defaultFolders, findMachineFacts } from "./machine.js";
import { findMuslInterpreter, findMuslLoader, readMuslFolders, type MuslLoader } from "./musl-identity.js";
import { findMuslArch } from "./musl-machine.js";
import { parseMuslVersion } from "./musl-release.js";

/** A glibc release as comparable numbers: 2.36 is {major: 2, minor: 36}. */
export interface GlibcVersion {
  readonly major: number;
  readonly minor: number;
}

export interface LoaderIdentity {
  readonly family: "glibc" | "musl";
  /** PT_INTERP, as the program names it */
  readonly interp: string;
  readonly abi: ProcessAbi;
  /** of glibc */
  readonly version?: GlibcVersion;
  /** musl's loader, where that is what runs */
  readonly musl?: MuslLoader;
  /** the folders searched last, in order */
  readonly folders: readonly string[];
  /** where it looks for its cache, if it says so */
  readonly cachePath?: string;
  /** what $LIB becomes */
  readonly lib: string;
  /** what $PLATFORM becomes; where absent, a path element that holds it is dropped */
  readonly platform?: string;
  /** words for what the CPU can do, of an x86-64 loader of 2.26 to 2.36 on a CPU that is known */
  readonly capabilities?: readonly string[];
}

/** How distributions name glibc's loader; the program `ld-lsb` is a link to it. */
const GLIBC_LOADER = /^(?:ld-linux|ld64\.so\.|ld\.so\.1$|ld-2\.|ld-lsb)/;

/**
 * The loader that `interp` names, as it would run in this root. The identity is given even where the file is missing: what it
 * would look for is known by its name and machine.
 *
 * @param glibcVersion the version found for the whole root, used where neither the interpreter nor what lies beside it tells
 * @returns undefined for a loader of another C library (uClibc, bionic), of which nothing is known here
 */
export function identifyLoader(
  root: RootFilesystem<FileFacts>,
  interp: string,
  abi: ProcessAbi,
  glibcVersion: string | undefined,
): LoaderIdentity | undefined {
  const musl = findMuslLoader(root, interp);
  if (musl !== undefined) return identifyMuslLoader(root, interp, abi, musl);
  const node = resolvePath(root, interp)?.node;
  const strings = node?.kind === "file" && node.facts.kind === "elf" ? node.facts.strings : undefined;
  if (strings?.family !== "glibc" && !GLIBC_LOADER.test(baseName(interp))) return undefined;
  const machine = findMachineFacts(abi);
  const fallback =
    machine === undefined ? ["/lib", "/usr/lib"] : defaultFolders(machine, (path) => isFolder(root, path));
  const folders = strings?.defaultFolders ?? fallback;
  const version = parseGlibcVersion(findGlibcVersion(root, interp) ?? glibcVersion);
  return {
    family: "glibc",
    interp,
    abi: node?.kind === "file" && node.facts.kind === "elf" ? loaderAbi(abi, node.facts.elf) : abi,
    folders,
    ...(strings?.cachePath === undefined ? {} : { cachePath: strings.cachePath }),
    lib: toLibWord(folders) ?? machine?.slibdir ?? "lib",
    ...(version === undefined ? {} : { version }),
    ...(machine?.platform === undefined ? {} : { platform: machine.platform }),
  };
}

/** The loader on this CPU: what it calls the platform since 2.26, and what it sees in it up to 2.36. */
export function onCpu(identity: LoaderIdentity, words: HardwareWords | undefined): LoaderIdentity {
  const { family, abi, version } = identity;
  const asks = family === "glibc" && isAtLeast(version, 2, 26);
  if (words === undefined || !asks || abi.machine !== EM_X86_64) return identity;
  const { platform, capabilities } = words;
  return { ...identity, platform, ...(isOlderThan(version, 2, 37) ? { capabilities } : {}) };
}

/** musl knows no $LIB and no $PLATFORM. */
function identifyMuslLoader(
  root: RootFilesystem<FileFacts>,
  interp: string,
  abi: ProcessAbi,
  loader: Pick<MuslLoader, "path" | "gcompat">,
): LoaderIdentity {
  const node = resolvePath(root, loader.path)?.node;
  const facts = node?.kind === "file" && node.facts.kind === "elf" ? node.facts : undefined;
  const version = parseMuslVersion(facts?.strings?.version);
  return {
    family: "musl",
    interp,
    abi: facts === undefined ? abi : loaderAbi(abi, facts.elf),
    musl: { ...loader, ...(version === undefined ? {} : { version }) },
    folders: readMuslFolders(root, loader.path, findMuslArch(abi)),
    lib: "lib",
  };
}

/**
 * The interpreter that opens libraries of this ABI where no program names one: glibc's at its own place, or else musl's, if that is
 * what the root has.
 */
export function standardInterpreter(root: RootFilesystem<FileFacts>, abi: ProcessAbi): string | undefined {
  const glibc = findMachineFacts(abi)?.interp;
  if (glibc !== undefined && resolvePath(root, glibc) !== undefined) return glibc;
  return findMuslInterpreter(root, abi) ?? glibc;
}

/** "2.36" as numbers; undefined for anything else. */
export function parseGlibcVersion(text: string | undefined): GlibcVersion | undefined {
  const match = /^(\d+)\.(\d+)/.exec(text ?? "");
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

/** Whether a version is known and at least `major.minor`. */
export function isAtLeast(version: GlibcVersion | undefined, major: number, minor: number): boolean {
  return version !== undefined && (version.major > major || (version.major === major && version.minor >= minor));
}

/** Whether a version is known and older than `major.minor`. */
export function isOlderThan(version: GlibcVersion | undefined, major: number, minor: number): boolean {
  return version !== undefined && !isAtLeast(version, major, minor);
}

/** $LIB is the last component of slibdir, "lib64"; Debian's multiarch folders keep the one before it: "lib/x86_64-linux-gnu". */
function toLibWord(folders: readonly string[]): string | undefined {
  return /(?:^|\/)(lib\/[^/]+-linux-[^/]+|[^/]+)$/.exec(folders[0] ?? "")?.[1];
}

/** The flags that a library must agree with are those of the loader: a program that leaves them open does not open them. */
function loaderAbi(program: ProcessAbi, loader: ElfObject): ProcessAbi {
  const isSame = loader.machine === program.machine && loader.class === program.class && loader.data === program.data;
  return isSame ? abiOf(loader) : program;
}

function isFolder(root: RootFilesystem<FileFacts>, path: string): boolean {
  return resolvePath(root, path)?.node.kind === "directory" && parentPath(path) !== path;
}

/** The ABI of the process that an ELF object starts or joins. */
export function abiOf(elf: ElfObject): ProcessAbi {
  return { machine: elf.machine, class: elf.class, data: elf.data, flags: elf.flags };
}
