/**
 * A host is what a container is, reached in another way: a root filesystem with a loader and libraries. Live machine, root
 * folder, saved profile and image all come to this one shape, and nothing after it asks which of them it was.
 */
import { hwcapsOfLevel } from "../cpu/level.js";
import type { ElfObject } from "../elf/object.js";
import type { FileFacts } from "../loader/facts.js";
import type { LibcIdentity } from "../loader/libc-identity.js";
import { findLdCache, findLibc, findPreloads } from "../loader/root-settings.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { walk } from "../rootfs/walk.js";
import type { CpuFacts } from "./cpu-info.js";
import { readOsRelease, type OsRelease } from "./os-release.js";

export interface Host {
  /** "live", or the file or folder that was given */
  readonly source: string;
  readonly osRelease: OsRelease;
  readonly kernel?: string;
  readonly cpu?: CpuFacts;
  /** `uname -m` of the machine, where it is known */
  readonly machine?: string;
  readonly libc: LibcIdentity;
  readonly root: RootFilesystem<FileFacts>;
  /** folders whose libraries the user wants judged too */
  readonly folders: readonly string[];
}

export interface HostFacts {
  readonly source: string;
  readonly kernel?: string;
  readonly cpu?: CpuFacts;
  readonly machine?: string;
  readonly folders?: readonly string[];
}

/** A host from its root and what is known beside it. */
export function createHost(root: RootFilesystem<FileFacts>, facts: HostFacts): Host {
  return { ...facts, folders: facts.folders ?? [], osRelease: readOsRelease(root), libc: identifyHostLibc(root), root };
}

/** How processes of a host are started, for its simulated loader. */
export function hostSettings({ root, cpu, libc }: Pick<Host, "root" | "cpu" | "libc">) {
  const cache = findLdCache(root);
  return {
    ...(cache === undefined ? {} : { cache }),
    ...(libc.version === undefined ? {} : { glibcVersion: libc.version }),
    hwcaps: hwcapsOfLevel(cpu?.level),
    preload: findPreloads(root),
  };
}

function identifyHostLibc(root: RootFilesystem<FileFacts>): LibcIdentity {
  const cache = findLdCache(root);
  let best: LibcIdentity = { family: "none" };
  for (const elf of findExamples(root)) {
    const libc = findLibc(root, elf, { hwcaps: [], ...(cache === undefined ? {} : { cache }) });
    if (libc.family === "glibc") return libc;
    if (libc.family === "musl") best = libc;
  }
  return best;
}

/** One object of each machine that the root has libraries of, the most frequent first. */
function findExamples(root: RootFilesystem<FileFacts>): readonly ElfObject[] {
  const counts = new Map<string, { elf: ElfObject; count: number }>();
  for (const { node } of walk(root)) {
    if (node.kind !== "file" || node.facts.kind !== "elf" || node.facts.elf.segments.dynamic !== "present") continue;
    const { elf } = node.facts;
    const key = `${elf.machine} ${elf.class} ${elf.data}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { elf, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).map(({ elf }) => elf);
}
