/**
 * A host is what a container is, reached in another way: a root filesystem with a loader and libraries. Live machine, root
 * folder, saved profile and image all come to this one shape, and nothing after it asks which of them it was.
 */
import { findHardwareWords } from "../cpu/hardware-words.js";
import { hwcapsOfLevel } from "../cpu/hwcaps.js";
import type { ElfObject } from "../elf/object.js";
import type { FileFacts } from "../loader/facts.js";
import { abiOf } from "../loader/identity.js";
import { isLibraryName } from "../loader/library-name.js";
import { identifyLibc, type LibcIdentity } from "../loader/libc-identity.js";
import { findMachineFacts } from "../loader/machine.js";
import { findLdCache } from "../loader/find-ld-cache.js";
import { isOfPlatform, type Architecture } from "../loader/platform-abi.js";
import { findLibc, findPreloads } from "../loader/root-settings.js";
import { unreadReason, type RootFilesystem } from "../rootfs/filesystem.js";
import { baseName } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { walk } from "../rootfs/walk.js";
import { findRuntimes, listPrograms } from "../stacks/runtimes.js";
import type { LoadedModule, Runtime } from "../stacks/schema.js";
import type { CpuFacts } from "./cpu-info.js";
import type { Emulator } from "./emulators.js";
import { readOsRelease, type OsRelease } from "./os-release.js";

export interface Host {
  /** "live", or the file or folder that was given */
  readonly source: string;
  readonly osRelease: OsRelease;
  readonly kernel?: string;
  readonly cpu?: CpuFacts;
  /** `uname -m` of the machine, where it is known */
  readonly machine?: string;
  /** programs that its kernel starts for those of other machines, where that is known */
  readonly emulators?: readonly Emulator[];
  readonly libc: LibcIdentity;
  readonly root: RootFilesystem<FileFacts>;
  /** a library of each machine that it has libraries of: that of its platform first, then the most frequent */
  readonly examples: readonly ElfObject[];
  /** folders whose libraries the user wants judged too */
  readonly folders: readonly string[];
  /** folders beside libraries that need them (plugins, settings, data), with all that is in them */
  readonly whole: readonly string[];
  /** folders that `root` holds with all that is in them, those among them: what can be mounted as a whole */
  readonly trees: readonly string[];
  /** programs that start containers */
  readonly runtimes: readonly Runtime[];
  /** kernel modules that drivers talk to; known of a live machine alone */
  readonly kernelModules?: readonly LoadedModule[];
  /** folders and libraries that are there, perhaps, and could not be read */
  readonly unread: readonly UnreadPart[];
}

export interface UnreadPart {
  /** byte string */
  readonly path: string;
  /** "permission denied" */
  readonly reason: string;
}

export interface HostFacts {
  readonly source: string;
  readonly kernel?: string;
  readonly cpu?: CpuFacts;
  readonly machine?: string;
  readonly emulators?: readonly Emulator[];
  /** what it says that it is for, where it is an image */
  readonly platform?: Architecture;
  readonly folders?: readonly string[];
  readonly trees?: readonly string[];
  readonly whole?: readonly string[];
  readonly runtimes?: readonly Runtime[];
  readonly kernelModules?: readonly LoadedModule[];
}

/** A host from its root and what is known beside it. */
export function createHost(root: RootFilesystem<FileFacts>, { platform, ...facts }: HostFacts): Host {
  const examples = findExamples(root, platform);
  const machine = facts.machine ?? (examples[0] === undefined ? undefined : findMachineFacts(examples[0])?.name);
  return {
    ...facts,
    ...(machine === undefined ? {} : { machine }),
    folders: facts.folders ?? [],
    whole: facts.whole ?? [],
    trees: [...(facts.folders ?? []), ...(facts.trees ?? []), ...(facts.whole ?? [])],
    osRelease: readOsRelease(root),
    libc: identifyHostLibc(root, examples),
    runtimes: facts.runtimes ?? findRuntimes(listPrograms(root)),
    root,
    examples,
    unread: [...findUnread(root)],
  };
}

/** How processes of a host are started, for its simulated loader. */
export function hostSettings({ root, cpu, libc }: Pick<Host, "root" | "cpu" | "libc">) {
  const cache = findLdCache(root);
  const [words] = cpu === undefined ? [] : findHardwareWords(cpu);
  return {
    ...(cache === undefined ? {} : { cache }),
    ...(libc.version === undefined ? {} : { glibcVersion: libc.version }),
    hwcaps: hwcapsOfLevel(cpu?.level),
    ...(words === undefined ? {} : { words }),
    preload: [],
    preloadFile: findPreloads(root),
  };
}

/** The C library of a host's main machine: glibc where there is one, else musl, whose interpreter is the library itself. */
function identifyHostLibc(root: RootFilesystem<FileFacts>, examples: readonly ElfObject[]): LibcIdentity {
  const cache = findLdCache(root);
  for (const elf of examples) {
    const libc = findLibc(root, elf, { hwcaps: [], ...(cache === undefined ? {} : { cache }) });
    if (libc.family !== "none") return libc;
  }
  const folder = resolvePath(root, "/lib")?.path ?? "/lib";
  const musl = root.list(folder).find((name) => /^ld-musl-.*\.so\.1$/.test(name));
  return identifyLibc(root, undefined, musl === undefined ? undefined : `/lib/${musl}`);
}

/** What could not be read where a loader may look: folders, names in them, files that are called as libraries are. */
function* findUnread(root: RootFilesystem<FileFacts>): Generator<UnreadPart> {
  const top = unreadReason(root.lookup("/"));
  if (top !== undefined) yield { path: "/", reason: top };
  for (const { path, node } of walk(root)) {
    const isLibrary = node.kind === "file" && isLibraryName(baseName(path));
    const reason = isLibrary && node.facts.kind === "unread" ? node.facts.reason : unreadReason(node);
    if (reason !== undefined) yield { path, reason };
  }
}

/** Libraries only: they name no interpreter, so that a search for them uses the one that the root's programs do. */
function findExamples(root: RootFilesystem<FileFacts>, platform: Architecture | undefined): readonly ElfObject[] {
  const counts = new Map<string, { elf: ElfObject; count: number }>();
  for (const { node } of walk(root)) {
    if (node.kind !== "file" || node.facts.kind !== "elf" || node.facts.elf.segments.dynamic !== "present") continue;
    const { elf } = node.facts;
    if (elf.interp !== undefined) continue;
    const key = `${elf.machine} ${elf.class} ${elf.data}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { elf, count: 1 });
    else known.count += 1;
  }
  const all = [...counts.values()].sort((a, b) => b.count - a.count).map(({ elf }) => elf);
  const isOwn = (elf: ElfObject): boolean => platform !== undefined && isOfPlatform(abiOf(elf), platform);
  return [...all.filter(isOwn), ...all.filter((elf) => !isOwn(elf))];
}
