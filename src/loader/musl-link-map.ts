/**
 * The objects of one process under musl's loader, in the order in which they come. A name is known again by the file name that a
 * search for it once found, and a file by its inode; DT_SONAME is never read. Names of the C library's parts, as musl and glibc
 * have them, mean the loader itself, and so does any file that looks like a C library.
 * Mirrors load_library, load_direct_deps and fixup_rpath of ldso/dynlink.c. The real loader stops dlopen at the first trouble; this
 * one goes on and lists it all, as the real one does at startup.
 */
import type { ElfObject } from "../elf/object.js";
import type { FileNode } from "../rootfs/filesystem.js";
import { baseName } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { FileFacts } from "./facts.js";
import type { LoadContext } from "./load-context.js";
import type { LoadProblem } from "./problem.js";
import { expandMuslOrigin, originOf, parseMuslPath } from "./musl-search-path.js";
import { NOT_FOUND } from "./musl-search.js";
import { muslSymbolsOf } from "./musl-symbol-table.js";
import type { FoundBy, LoadedObject } from "./scope.js";
import { PLAIN_REQUESTER, type Requester, type SearchFolder } from "./search-path.js";
import type { SearchResult } from "./search-result.js";

const RESERVED_NAME = /^lib(?:c|pthread|rt|m|dl|util|xnet)\./;

export interface MuslEntry extends LoadedObject {
  readonly names: Set<string>;
  readonly requestedBy?: MuslEntry;
  /** the name that a later request is compared with */
  shortName?: string;
}

export interface MuslLinkMap {
  /** in the order in which symbols are looked up */
  readonly objects: readonly MuslEntry[];
  readonly requested: ReadonlySet<string>;
  readonly problems: LoadProblem[];
  /** Enters the program, which the kernel mapped. */
  enterProgram(path: string, node: FileNode<FileFacts>, elf: ElfObject): MuslEntry;
  /** Asks for a name as DT_NEEDED of `by` does; what is not found is reported. */
  request(name: string, by: MuslEntry | undefined): MuslEntry | undefined;
  /** The same, but what is missing is forgotten: about LD_PRELOAD this loader does not even grumble. */
  attempt(name: string): void;
  /** Opens a path as dlopen does. */
  open(path: string): MuslEntry | undefined;
  /** Asks for what the objects need, those that are found on the way included. */
  loadDependencies(): void;
}

/** @param loader the file of the loader, which is the C library too */
export function createMuslLinkMap(context: LoadContext, loader: MuslLoaderFile): MuslLinkMap {
  const { search } = context;
  const objects: MuslEntry[] = [];
  const byShortName = new Map<string, MuslEntry>();
  const requested = new Set<string>();
  const problems: LoadProblem[] = [];
  let self: MuslEntry | undefined;
  let done = 0;

  function add(object: NewObject, names: readonly string[], requester: Requester, by?: MuslEntry): MuslEntry {
    const requestedBy = by === undefined ? {} : { requestedBy: by };
    const entry: MuslEntry = { ...object, ...requestedBy, names: new Set(names), requester };
    objects.push(entry);
    return entry;
  }

  /** The loader is in the process from the start, and among the objects from the first request for it. */
  function enterSelf(name: string): MuslEntry {
    self ??= add({ ...loader, foundBy: { kind: "interpreter" } }, [loader.path], PLAIN_REQUESTER);
    self.names.add(name);
    return self;
  }

  function loadLibrary(name: string, by: MuslEntry | undefined, foundBy?: FoundBy): MuslEntry | SearchResult {
    if (name === "") return { kind: "fatal", path: name, message: "Invalid argument", while: "opening" };
    if (RESERVED_NAME.test(name) || name === loader.path) return enterSelf(name);
    const isPath = name.includes("/");
    const known = isPath ? undefined : byShortName.get(name);
    if (known !== undefined) return known;
    const result = isPath ? search.open(name) : search.find(name, by?.requester ?? PLAIN_REQUESTER);
    if (result.kind !== "found") return result;
    // The program and the loader came from the kernel, which leaves no inode of theirs behind.
    const twin = objects.find(
      ({ node, foundBy: { kind } }) => node === result.node && kind !== "program" && kind !== "interpreter",
    );
    if (twin !== undefined) {
      // What was opened by a path is known by its own file name from now on, and not by the one that was asked for.
      if (!isPath && twin.shortName === undefined) setShortName(twin, baseName(twin.path));
      twin.names.add(name);
      return twin;
    }
    // One libc: whatever exports both is one, musl's or glibc's.
    const { definitions } = muslSymbolsOf(result.elf);
    if (definitions.get("__libc_start_main")?.addressOnly === false && definitions.get("stdin")?.addressOnly === false)
      return enterSelf(name);
    const { path, realPath, node, elf } = result;
    const reason = foundBy ?? (isPath ? ({ kind: "path" } as const) : result.reason);
    const entry = add({ path, realPath, node, elf, foundBy: reason }, [name, path], requesterOf(path, elf, by), by);
    if (!isPath) setShortName(entry, baseName(path));
    return entry;
  }

  function setShortName(entry: MuslEntry, name: string): void {
    entry.shortName = name;
    if (!byShortName.has(name)) byShortName.set(name, entry);
  }

  function report(result: SearchResult, name: string, by: MuslEntry | undefined): void {
    const requiredBy = by?.path ?? name;
    const neededBy = by === undefined ? "" : ` (needed by ${by.path})`;
    const say = (words: string) => ({
      name,
      requiredBy,
      words: `Error loading shared library ${name}: ${words}${neededBy}`,
    });
    if (result.kind === "missing") {
      problems.push({ kind: "library-not-found", ...say(result.skipped ?? NOT_FOUND) });
    } else if (result.kind === "fatal") {
      const { path, message: reason, while: stage } = result;
      problems.push({ kind: "library-not-loadable", path, reason, while: stage, ...say(reason) });
    } else if (result.kind === "unknown") {
      problems.push({ kind: "library-unreadable", name, requiredBy, path: result.path, reason: result.why });
    }
  }

  function request(name: string, by: MuslEntry | undefined, foundBy?: FoundBy): MuslEntry | undefined {
    requested.add(name);
    const loaded = loadLibrary(name, by, foundBy);
    if (!("kind" in loaded)) return loaded;
    report(loaded, name, by);
    return undefined;
  }

  return {
    objects,
    requested,
    problems,
    enterProgram(path, node, elf) {
      const origin = context.secure ? undefined : originOf(path);
      const requester = toRequester(ownFolders(path, elf, origin));
      return add({ path, realPath: path, node, elf, foundBy: { kind: "program" } }, [], requester);
    },
    request,
    attempt(name) {
      const loaded = loadLibrary(name, undefined, { kind: "preload" });
      if ("kind" in loaded && loaded.kind === "unknown") report(loaded, name, undefined);
    },
    open: (path) => request(path, undefined, { kind: "opened" }),
    loadDependencies() {
      for (; done < objects.length; done += 1) {
        const entry = objects[done] as MuslEntry;
        // The loader's own dependencies are none (ldso.deps).
        if (entry === self) continue;
        for (const name of entry.elf.needed) request(name, entry);
      }
    },
  };
}

/** The file that runs as the loader. */
export type MuslLoaderFile = Pick<LoadedObject, "path" | "realPath" | "node" | "elf">;

type NewObject = MuslLoaderFile & Pick<LoadedObject, "foundBy">;

/** The file of the loader of a process, where the root has one that can be read. */
export function findLoaderFile({ root, identity }: LoadContext): MuslLoaderFile | undefined {
  const path = identity.musl?.path ?? identity.interp;
  const found = resolvePath(root, path);
  if (found?.node.kind !== "file" || found.node.facts.kind !== "elf") return undefined;
  return { path, realPath: found.path, node: found.node, elf: found.node.facts.elf };
}

/** RPATH and RUNPATH are one thing, and count for all who are loaded on behalf of the object; where both are there, RUNPATH. */
function ownFolders(path: string, elf: ElfObject, origin: string | undefined): readonly SearchFolder[] {
  const text = elf.runpath ?? elf.rpath;
  const expanded = text === undefined ? undefined : expandMuslOrigin(text, origin);
  const kind = elf.runpath === undefined ? "rpath" : "runpath";
  return parseMuslPath(expanded ?? "").map((folder) => ({ folder, reason: { kind, of: path } }));
}

function requesterOf(path: string, elf: ElfObject, by: MuslEntry | undefined): Requester {
  return toRequester([...ownFolders(path, elf, originOf(path)), ...(by?.requester.rpath ?? [])]);
}

function toRequester(rpath: readonly SearchFolder[]): Requester {
  if (rpath.length === 0) return PLAIN_REQUESTER;
  const key = rpath.map(({ folder, reason }) => `${reason.kind} ${folder}`).join("\0");
  return { rpath, runpath: [], noDefaultFolders: false, key };
}
