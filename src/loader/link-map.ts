/**
 * The link map of one process while it grows: every object in it, the names that each answers to, and the list in which they
 * are gone through breadth first. A name that is already loaded (by path, by any name it was asked for, or by DT_SONAME) is not
 * searched again, so the first requester decides for the whole process.
 * Mirrors _dl_map_object of glibc's elf/dl-load.c and _dl_map_object_deps of elf/dl-deps.c.
 *
 * The real loader stops at the first trouble; this one goes on and lists them all, so that what was wrong before a mount can be
 * told from what the mount breaks.
 */
import { parentPath, toAbsolutePath } from "../rootfs/path.js";
import type { LoadContext } from "./load-context.js";
import type { LoadProblem } from "./problem.js";
import { toRequester, type OwnFolders } from "./requester.js";
import type { SearchResult } from "./search-result.js";
import { expandTokens, hasToken, PLAIN_REQUESTER, tokensOf } from "./search-path.js";
import type { FoundBy, LoadedObject } from "./scope.js";

/** "This object may not be opened with dlopen", nor be a dependency of one that is */
const DF_1_NOOPEN = 0x40;

/** A link map entry while it is built: the names it answers to grow as it is asked for. */
export interface Entry extends LoadedObject {
  readonly names: Set<string>;
  readonly requestedBy: Entry | undefined;
  readonly own: OwnFolders;
}

/** A file as it was mapped, before it is known by any name. */
type MappedFile = Pick<LoadedObject, "path" | "realPath" | "node" | "elf" | "foundBy">;

/** What a name led to: an entry, or nothing, which has been reported. */
type Requested = Entry | undefined;

export interface LinkMap {
  /** the lookup order so far */
  readonly objects: readonly Entry[];
  /** every object in the process: the program first, then ld.so, then the others as they came */
  readonly all: readonly Entry[];
  readonly requested: ReadonlySet<string>;
  readonly problems: LoadProblem[];
  /** Enters an object that the kernel mapped: ld.so is in the process before anything asks for it. */
  enter(object: MappedFile): void;
  /** Asks for a name as DT_NEEDED of `by` does, and appends what is found. */
  request(name: string, by: Entry | undefined): Requested;
  /** The same, with any trouble forgotten that a loader only grumbles about, as it does about a preload. */
  attempt(name: string, by: Entry | undefined): Requested;
  /** Opens a path as dlopen does from the program. */
  open(path: string): Requested;
  /** Goes through the list and loads what the objects in it ask for, until nothing is new. */
  loadDependencies(): void;
}

export function createLinkMap(context: LoadContext): LinkMap {
  const { identity, search } = context;
  const all: Entry[] = [];
  const objects: Entry[] = [];
  /** objects is gone through in order, but a filtee may be inserted before what was handled */
  const listed = new Set<Entry>();
  const handled = new Set<Entry>();
  /** who answers to a name; DT_SONAME counts from the start, and is entered among an object's names when it is asked for */
  const answers = new Map<string, Entry>();
  const requested = new Set<string>();
  const problems: LoadProblem[] = [];
  let main: Entry | undefined;
  /** from dlopen on, DF_1_NOOPEN counts */
  let opening = false;

  function add(object: MappedFile, names: readonly string[], requestedBy?: Entry): Entry {
    const { own, requester } = toRequester(context, object, requestedBy, main);
    const { path, realPath, node, elf, foundBy } = object;
    const entry: Entry = { path, realPath, node, elf, foundBy, names: new Set(names), own, requester, requestedBy };
    all.push(entry);
    for (const name of names) if (!answers.has(name)) answers.set(name, entry);
    const { soname } = object.elf;
    if (soname !== undefined && !answers.has(soname)) answers.set(soname, entry);
    return entry;
  }

  /** DT_SONAME becomes one of an object's names when somebody asks for it, and not before. */
  function findLoaded(name: string): Entry | undefined {
    const loaded = answers.get(name);
    loaded?.names.add(name);
    return loaded;
  }

  function append(entry: Entry): Entry {
    if (!listed.has(entry)) {
      listed.add(entry);
      objects.push(entry);
    }
    return entry;
  }

  /** expand_dst of elf/dl-deps.c: the tokens in a name; undefined where they cannot be replaced, which has been reported. */
  function expand(text: string, by: Entry | undefined): string | undefined {
    if (!hasToken(text)) return text;
    const name = context.secure ? undefined : expandTokens(text, tokensOf(identity, originOf(by)));
    if (name !== undefined && name !== "") return name;
    const reason = context.secure ? "DST not allowed in SUID/SGID programs" : "empty dynamic string token substitution";
    const requiredBy = by?.path ?? text;
    problems.push({ kind: "library-not-loadable", name: text, path: text, requiredBy, reason, while: "opening" });
    return undefined;
  }

  /** _dl_map_object: a loaded object, or a new one. */
  function map(text: string, by: Entry | undefined, foundBy?: FoundBy): Requested {
    const name = expand(text, by);
    if (name === undefined) return undefined;
    // The program's own name in the link map is empty: so is what an empty name means.
    if (name === "") return main;
    const requiredBy = by?.path ?? text;
    requested.add(name);
    const loaded = findLoaded(name);
    if (loaded !== undefined) return loaded;
    const isPath = name.includes("/");
    const result = refuseNoOpen(
      isPath
        ? search.open(toAbsolutePath(context.workingFolder, name))
        : search.find(name, by?.requester ?? PLAIN_REQUESTER),
    );
    if (result.kind !== "found") {
      report(result, name, requiredBy);
      return undefined;
    }
    // Only what the loader mapped itself is known by its inode; the program and ld.so came from the kernel.
    const twin = all.find((entry) => entry.node === result.node && !isFromKernel(entry));
    if (twin !== undefined) {
      twin.names.add(name);
      answers.set(name, twin);
      return twin;
    }
    const { path, realPath, node, elf } = result;
    const reason = foundBy ?? (isPath ? ({ kind: "path" } as const) : result.reason);
    return add({ path, realPath, node, elf, foundBy: reason }, [name, path], by);
  }

  function refuseNoOpen(result: SearchResult): SearchResult {
    if (!opening || result.kind !== "found" || (result.elf.dynamicFlags1 & DF_1_NOOPEN) === 0) return result;
    return { kind: "fatal", path: result.path, message: "shared object cannot be dlopen()ed", while: "mapping" };
  }

  function report(result: SearchResult, name: string, requiredBy: string): void {
    if (result.kind === "missing") {
      const skipped = result.skipped === undefined ? {} : { skipped: result.skipped };
      problems.push({ kind: "library-not-found", name, requiredBy, ...skipped });
    } else if (result.kind === "fatal") {
      const { path, message: reason, while: stage } = result;
      problems.push({ kind: "library-not-loadable", name, path, requiredBy, reason, while: stage });
    } else if (result.kind === "unknown") {
      problems.push({ kind: "library-unreadable", name, path: result.path, requiredBy, reason: result.why });
    }
  }

  function attempt(name: string, by: Entry | undefined): Requested {
    const entry = grumble(() => map(name, by));
    return entry === undefined ? undefined : append(entry);
  }

  /** What was not to be had is forgotten. What could not be read may well have been had by the real loader. */
  function grumble(ask: () => Requested): Requested {
    const before = problems.length;
    const entry = ask();
    const kept = problems.splice(before).filter(({ kind }) => kind === "library-unreadable");
    problems.push(...kept);
    return entry;
  }

  function request(name: string, by: Entry | undefined): Requested {
    const entry = map(name, by);
    return entry === undefined ? undefined : append(entry);
  }

  /** DT_FILTER and DT_AUXILIARY: the filtee's symbols come before those of the object that names it. */
  function insertBefore(entry: Entry, filter: Entry): void {
    const [at, known] = [objects.indexOf(filter), objects.indexOf(entry)];
    if (known !== -1 && known < at) return;
    if (known !== -1) objects.splice(known, 1);
    listed.add(entry);
    objects.splice(at, 0, entry);
  }

  function handle(entry: Entry): void {
    handled.add(entry);
    const { needed, filtees } = entry.elf;
    let asked = 0;
    for (const { name, required, after } of filtees) {
      for (; asked < after; asked += 1) request(needed[asked] as string, entry);
      const filtee = required ? map(name, entry) : grumble(() => map(name, entry));
      if (filtee !== undefined) insertBefore(filtee, entry);
    }
    for (const name of needed.slice(asked)) request(name, entry);
  }

  return {
    objects,
    all,
    requested,
    problems,
    enter(object) {
      // The program is known by no path: its name in the link map is empty.
      if (object.foundBy.kind === "program") append((main = add(object, [])));
      else add(object, [object.path]);
    },
    request,
    attempt,
    open(path) {
      opening = true;
      const entry = map(path, undefined, { kind: "opened" });
      return entry === undefined ? undefined : append(entry);
    },
    loadDependencies() {
      for (let at = 0; at < objects.length; at += 1) {
        const entry = objects[at] as Entry;
        if (handled.has(entry)) continue;
        handle(entry);
        // A filtee that was inserted further up has dependencies of its own.
        if (entry.elf.filtees.length > 0) at = -1;
      }
    },
  };
}

function originOf(by: Entry | undefined): string | undefined {
  return by === undefined ? undefined : parentPath(by.path);
}

function isFromKernel({ foundBy }: Entry): boolean {
  return foundBy.kind === "program" || foundBy.kind === "interpreter";
}
