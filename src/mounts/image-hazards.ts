/**
 * What is dangerous in an image by itself, before anything is mounted: files of a driver that belong to the machine, stand-ins for them
 * that a search finds, a second C++ runtime, parts of a C library without the rest, a cache that leads nowhere.
 */
import { DRIVER_FILES } from "../knowledge/driver-files.js";
import { acceptsFlags } from "../loader/cache-lookup.js";
import { findLdCache } from "../loader/find-ld-cache.js";
import { abiOf } from "../loader/identity.js";
import { baseName, joinPath, parentPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { walk } from "../rootfs/walk.js";
import type { Baseline } from "./baseline.js";
import type { Candidate } from "./candidates.js";
import type { Subject } from "./subject.js";

export interface ImageHazards {
  readonly driverFiles: readonly {
    readonly path: string;
    readonly driver: string;
    readonly release?: string;
    /** nothing is in it: a runtime made it to mount over, and it stayed */
    readonly isEmpty: boolean;
  }[];
  /** stand-ins that the loader finds under a driver's name */
  readonly stubs: readonly { readonly name: string; readonly path: string }[];
  /** builds of one C++ runtime, where there are several */
  readonly runtimes: readonly { readonly path: string; readonly newest: string }[];
  /** libraries of glibc in a folder without its libc.so.6 */
  readonly strayParts: readonly string[];
  /** entries of ld.so.cache whose file is gone */
  readonly stale: readonly string[];
  /** what programs need and nobody finds */
  readonly missing: readonly { readonly name: string; readonly by: readonly string[] }[];
}

const CXX_RUNTIME = "libstdc++.so.6";
const C_LIBRARY = "libc.so.6";
/** Parts that share private data with libc.so.6, by names that no other project uses. */
const PARTS = new Set(["libpthread.so.0", "libm.so.6", "libdl.so.2", "librt.so.1", "libresolv.so.2", "libutil.so.1"]);

/**
 * @param baseline the image's programs, loaded
 * @param mountable libraries that a host could give: what is not in the image may be meant to come from there
 */
export function findImageHazards(
  subject: Subject,
  baseline: Baseline,
  mountable: readonly Pick<Candidate, "name">[] = [],
): ImageHazards {
  return {
    driverFiles: findDriverFiles(subject),
    stubs: findStubs(subject),
    runtimes: findRuntimes(subject),
    strayParts: findStrayParts(subject),
    stale: findStaleEntries(subject),
    missing: findMissing(baseline, new Set(mountable.map(({ name }) => name))),
  };
}

function findDriverFiles({ root }: Subject): ImageHazards["driverFiles"] {
  return [...walk(root)].flatMap(({ path, node }) => {
    if (node.kind !== "file" || ["compat", "stubs"].includes(baseName(parentPath(path)))) return [];
    return DRIVER_FILES.flatMap(({ name, released, any }) => {
      const release = released.exec(baseName(path))?.groups?.["release"];
      const isEmpty = node.size === 0;
      if (isEmpty ? !any.test(baseName(path)) : release === undefined || node.facts.kind !== "elf") return [];
      return [{ path, driver: name, ...(release === undefined ? {} : { release }), isEmpty }];
    });
  });
}

function findStubs({ loader, like }: Subject): ImageHazards["stubs"] {
  if (like === undefined) return [];
  return DRIVER_FILES.flatMap(({ stubs }) => stubs).flatMap((name) => {
    const found = loader.findPlain(name, like);
    return found.kind === "found" && baseName(parentPath(found.realPath)) === "stubs"
      ? [{ name, path: found.realPath }]
      : [];
  });
}

function findRuntimes({ objects, uses }: Subject): ImageHazards["runtimes"] {
  const builds = new Map<unknown, { readonly path: string; readonly newest: string }>();
  for (const { path, node, elf } of objects) {
    if ((elf.soname ?? baseName(path)) !== CXX_RUNTIME || !uses(elf)) continue;
    const newest = elf.versions.definitions
      .map(({ name }) => name)
      .filter((name) => /^GLIBCXX_3\.\d/.test(name))
      .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
      .at(-1);
    const build = elf.notes.buildId ?? node;
    if (!builds.has(build)) builds.set(build, { path, newest: newest ?? "no version" });
  }
  return builds.size < 2 ? [] : [...builds.values()];
}

function findStrayParts({ root, objects, uses }: Subject): readonly string[] {
  return objects.flatMap(({ path, elf }) => {
    const folder = parentPath(path);
    if (!PARTS.has(elf.soname ?? "") || !uses(elf) || path.includes("/glibc-hwcaps/")) return [];
    // Debian before the merge of /usr has links for developers elsewhere, and no file.
    const isWhole = resolvePath(root, joinPath(folder, C_LIBRARY))?.node.kind === "file";
    return isWhole ? [] : [path];
  });
}

function findStaleEntries({ root, like }: Subject): readonly string[] {
  if (like === undefined) return [];
  const paths = [...(findLdCache(root)?.entries.values() ?? [])].flatMap((entries) =>
    entries.filter(({ flags }) => acceptsFlags(abiOf(like), flags)).map(({ path }) => path),
  );
  return [...new Set(paths)].filter((path) => resolvePath(root, path) === undefined).sort();
}

/** Programs alone: a plugin that lacks a library is one that nobody opens here. */
function findMissing({ consumers }: Baseline, mountable: ReadonlySet<string>): ImageHazards["missing"] {
  const by = new Map<string, Set<string>>();
  for (const { path, elf, before } of consumers) {
    if (elf.interp === undefined) continue;
    for (const problem of before.problems) {
      if (problem.kind === "library-not-found" && !mountable.has(problem.name))
        by.set(problem.name, (by.get(problem.name) ?? new Set()).add(path));
    }
  }
  return [...by].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, users]) => ({ name, by: [...users].sort() }));
}
