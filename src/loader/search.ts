/**
 * Where a name that some object asks for is found. glibc tries, in this order: the RPATH chain (only while the requester has no
 * RUNPATH), LD_LIBRARY_PATH, the requester's RUNPATH, /etc/ld.so.cache and the default folders; in each folder the glibc-hwcaps
 * subfolders that the CPU can use come first, and in older releases those of the hardware. A file of another class or machine is
 * passed over, a circle of links ends the list that its folder is in, and any other unusable file ends the search. Mirrors _dl_map_object, open_path and open_verify of elf/dl-load.c.
 *
 * One search serves a whole root: the answers depend only on the name and on the requester's own folders, so they are kept.
 */
import { hwcapsOfMachine } from "../cpu/hwcaps.js";
import { unreadReason, type FileNode, type RootFilesystem, type RootNode } from "../rootfs/filesystem.js";
import { joinPath } from "../rootfs/path.js";
import { isLinkLoop, resolvePath } from "../rootfs/resolve.js";
import { LINK_LOOP, openLibrary, WRONG_CLASS } from "./abi.js";
import type { FileFacts } from "./facts.js";
import { findCacheEntry } from "./cache-lookup.js";
import { findUncertainFolders, hardwareSubfolders } from "./hardware-folders.js";
import { isAtLeast, type LoaderIdentity } from "./identity.js";
import type { LdCache } from "./ld-cache.js";
import { findAbiTagObjection, type MachineLimits } from "./machine-limits.js";
import type { ElfObject } from "../elf/object.js";
import type { Requester, SearchFolder, SearchReason } from "./search-path.js";
import { describeResult, type Search, type SearchResult } from "./search-result.js";

const DF_1_NODEFLIB = 0x800;
const DEPENDS_ON_CPU = "only some CPUs of this machine get this copy, and which one runs here is not known";

export interface SearchSettings {
  readonly identity: LoaderIdentity;
  /** LD_LIBRARY_PATH of the process, as folders */
  readonly libraryPath: readonly string[];
  /** /etc/ld.so.cache of the root, where there is a valid one */
  readonly cache?: LdCache;
  /** glibc-hwcaps subfolders that the CPU can use, best first: "x86-64-v3" */
  readonly hwcaps: readonly string[];
  readonly limits?: MachineLimits;
}

interface Place {
  readonly path: string;
  /** false where the loader looks here on some CPUs only, and nobody knows whether on this one */
  readonly certain: boolean;
  readonly reason: SearchReason;
  /** which of the folders that the requester and LD_LIBRARY_PATH list, where it is one of them */
  readonly listed?: number;
}

/** What was found where, for as long as nothing decides. */
type Passed = { readonly kind: "next"; readonly skipped?: string; readonly endsList?: true };

/** A folder that is searched for one element of a path. */
type SearchedFolder = Pick<Place, "path" | "certain">;

/** A result as it is kept, and the listed folder that gave it. */
interface Answer {
  readonly result: SearchResult;
  readonly listed?: number;
}

/** Whether DF_1_NODEFLIB keeps this object's requests away from the default folders. */
export function hasNoDefaultFolders(elf: ElfObject): boolean {
  return (elf.dynamicFlags1 & DF_1_NODEFLIB) !== 0;
}

export function createSearch(root: RootFilesystem<FileFacts>, settings: SearchSettings): Search {
  const { identity } = settings;
  const answers = new Map<string, Answer>();
  const folders = new Map<string, readonly SearchedFolder[]>();
  const libraryPath = settings.libraryPath.map((folder): SearchFolder => ({
    folder,
    reason: { kind: "library-path" },
  }));
  const defaults = identity.folders.map((folder): SearchFolder => ({ folder, reason: { kind: "default" } }));
  const hwcaps = isAtLeast(identity.version, 2, 33) ? hwcapsOfMachine(settings.hwcaps, identity.abi.machine) : [];
  const subfolders = [...hwcaps.map((name) => `glibc-hwcaps/${name}`), ...hardwareSubfolders(identity)];

  /** The folders that really exist for one element of a path: its subfolders for better hardware, then itself. */
  function existingFolders(folder: string): readonly SearchedFolder[] {
    let known = folders.get(folder);
    if (known === undefined) {
      const better = isWhollyUnread(folder) ? [] : subfolders.map((name) => joinPath(folder, name));
      const candidates = [...better, folder];
      const existing = candidates.filter((candidate) => mayBeFolder(resolvePath(root, candidate)?.node));
      known = [
        ...findUncertainFolders(root, identity, folder).map((path) => ({ path, certain: false })),
        ...existing.map((path) => ({ path, certain: true })),
      ];
      folders.set(folder, known);
    }
    return known;
  }

  /** Of a folder in which nothing is known, whatever is in it is as unknown as what is below it. */
  function isWhollyUnread(folder: string): boolean {
    const resolved = resolvePath(root, folder);
    return resolved !== undefined && unreadReason(resolved.node) !== undefined && root.list(resolved.path).length === 0;
  }

  function tryPlace({ path, certain, reason }: Place): SearchResult | Passed {
    const result = tryFile(path, reason);
    return certain || result.kind === "next" ? result : { kind: "unknown", path, why: DEPENDS_ON_CPU };
  }

  function tryFile(path: string, reason: SearchReason): SearchResult | Passed {
    const resolved = resolvePath(root, path);
    if (resolved === undefined) {
      return isLinkLoop(root, path) ? { kind: "next", skipped: LINK_LOOP, endsList: true } : { kind: "next" };
    }
    const opened = openLibrary(resolved.node, identity.abi);
    if (opened.kind === "elf") {
      const objection = findAbiTagObjection(opened.elf, identity, settings.limits ?? {});
      if (objection !== undefined) return { kind: "next", skipped: objection };
    }
    switch (opened.kind) {
      case "skip":
        return { kind: "next", skipped: opened.why };
      case "fatal":
        return { ...opened, path };
      case "unknown":
        return { kind: "unknown", path, why: opened.why };
      case "elf":
        return {
          kind: "found",
          path,
          realPath: resolved.path,
          node: resolved.node as FileNode<FileFacts>,
          elf: opened.elf,
          reason,
        };
    }
  }

  function listedFolders({ rpath, runpath }: Requester): readonly SearchFolder[] {
    return [...rpath, ...libraryPath, ...runpath];
  }

  function* places(name: string, requester: Requester, everyCpu: boolean): Generator<Place> {
    for (const [listed, { folder, reason }] of listedFolders(requester).entries()) {
      for (const { path, certain } of existingFolders(folder))
        yield { path: joinPath(path, name), certain, reason, listed };
    }
    for (const folder of settings.cache?.unread ?? []) {
      const path = joinPath(folder, name);
      if (!(requester.noDefaultFolders && isInside(path, identity.folders)))
        yield { path, certain: true, reason: { kind: "cache" } };
    }
    const cached =
      settings.cache === undefined ? undefined : findCacheEntry(settings.cache, name, identity, { hwcaps, everyCpu });
    if (cached !== undefined && !(requester.noDefaultFolders && isInside(cached.path, identity.folders))) {
      yield { ...cached, reason: { kind: "cache" } };
    }
    if (requester.noDefaultFolders) return;
    for (const { folder, reason } of defaults) {
      for (const { path, certain } of existingFolders(folder)) yield { path: joinPath(path, name), certain, reason };
    }
  }

  /**
   * The places in order, with what is there, up to the one that decides.
   *
   * @param everyCpu only the places where the loader looks whatever the CPU
   */
  function* tryPlaces(name: string, requester: Requester, everyCpu = false): Generator<[Place, SearchResult | Passed]> {
    let ended: string | undefined;
    for (const place of places(name, requester, everyCpu)) {
      const { reason, certain } = place;
      if (everyCpu && !certain) continue;
      const list = "of" in reason ? `${reason.kind} ${reason.of}` : reason.kind;
      if (list === ended) continue;
      const result = tryPlace(place);
      yield [place, result];
      if (result.kind !== "next") return;
      if (result.endsList === true) ended = list;
    }
  }

  function search(name: string, requester: Requester, everyCpu = false): Answer {
    let skipped: string | undefined;
    let last: Passed | undefined;
    for (const [{ listed, certain }, result] of tryPlaces(name, requester, everyCpu)) {
      if (result.kind === "unknown" && !certain)
        return { result: { ...result, otherwise: search(name, requester, true).result } };
      if (result.kind !== "next") return { result, ...(listed === undefined ? {} : { listed }) };
      last = result;
      if (result.endsList === true) continue;
      // The loader's message speaks of another class wherever it met one, and of another machine nowhere.
      if (skipped === undefined || result.skipped?.startsWith(WRONG_CLASS) === true)
        skipped = result.skipped ?? skipped;
    }
    if (skipped?.startsWith(WRONG_CLASS) !== true && last?.endsList === true) skipped = LINK_LOOP;
    return { result: { kind: "missing", ...(skipped === undefined ? {} : { skipped }) } };
  }

  return {
    find(name, requester) {
      const key = `${requester.key}\0${name}`;
      let answer = answers.get(key);
      if (answer === undefined) {
        answer = search(name, requester);
        answers.set(key, answer);
      }
      const { result, listed } = answer;
      // The same folders may be another object's: the answer is shared, the reason is the requester's own.
      const place = listed === undefined ? undefined : listedFolders(requester)[listed];
      return result.kind === "found" && place !== undefined ? { ...result, reason: place.reason } : result;
    },
    consider(name, requester) {
      return [...tryPlaces(name, requester)].map(([{ path, reason }, result]) => ({
        path,
        reason,
        found: result.kind === "next" ? (result.skipped ?? "nothing") : describeResult(result),
      }));
    },
    open(path) {
      const result = tryFile(path, { kind: "default" });
      return result.kind === "next"
        ? { kind: "missing", ...(result.skipped === undefined ? {} : { skipped: result.skipped }) }
        : result;
    },
  };
}

/** What nobody has read may be a folder: a search in it finds out that it is not known. */
function mayBeFolder(node: RootNode<FileFacts> | undefined): boolean {
  return node?.kind === "directory" || node?.kind === "unread";
}

/** glibc compares the cached path's folder with each system folder by prefix. */
function isInside(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}
