/**
 * The breadth-first load of a program, or of a library that is opened alone. Every object's DT_NEEDED entries are taken in
 * order and appended to one list; a name that is already loaded (by path, by any name it was asked for, or by DT_SONAME) is not
 * searched again, so the first requester decides for the whole process. Mirrors _dl_map_object_deps and _dl_map_object.
 *
 * The real loader stops at the first trouble; this one goes on and lists them all, so that what was wrong before a mount can be
 * told from what the mount breaks.
 */
import type { ElfObject } from "../elf/object.js";
import type { FileNode, RootFilesystem } from "../rootfs/filesystem.js";
import { parentPath, splitPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { LoaderIdentity } from "./identity.js";
import type { FileFacts } from "./facts.js";
import type { LoadProblem } from "./problem.js";
import { hasNoDefaultFolders, type Search, type SearchResult } from "./search.js";
import { expandTokens, parseSearchPath, PLAIN_REQUESTER, tokensOf, type SearchFolder } from "./search-path.js";
import type { FoundBy, LoadedObject, LoadScope } from "./scope.js";
import { checkVersions } from "./version-check.js";

export interface LoadContext {
  readonly root: RootFilesystem<FileFacts>;
  readonly identity: LoaderIdentity;
  readonly search: Search;
  /** the names in /etc/ld.so.preload */
  readonly preload: readonly string[];
}

/** A link map entry while it is built: the names it answers to grow as it is asked for. */
interface Entry extends LoadedObject {
  readonly names: Set<string>;
  /** DT_RPATH as folders; empty where a RUNPATH overrides it */
  readonly ownRpath: readonly SearchFolder[];
}

/** Starts a program as the kernel and its interpreter do. `path` has no links left. */
export function loadProgram(context: LoadContext, path: string, node: FileNode<FileFacts>, elf: ElfObject): LoadScope {
  const link = createLinkMap(context, "program");
  if (resolvePath(context.root, context.identity.interp) === undefined) {
    link.problems.push({ kind: "interpreter-missing", interp: context.identity.interp, requiredBy: path });
  }
  link.addInterpreter();
  link.add({ path, realPath: path, node, elf, foundBy: { kind: "program" } }, path);
  for (const name of context.preload) link.preload(name);
  link.loadDependencies();
  return link.finish(path);
}

/**
 * Opens a library by its path, as dlopen(path, RTLD_NOW) does in an empty program that needs only the C library.
 *
 * @param libc the name of the C library: "libc.so.6"
 */
export function openAlone(context: LoadContext, path: string, libc: string): LoadScope {
  const link = createLinkMap(context, "library");
  link.addInterpreter();
  link.request(libc, undefined);
  link.loadDependencies();
  const opened = context.search.open(path);
  if (opened.kind === "found") {
    link.add({ ...opened, foundBy: { kind: "opened" } }, path);
    link.loadDependencies();
  } else {
    link.report(opened, path, path);
  }
  return link.finish(path);
}

function createLinkMap(context: LoadContext, kind: LoadScope["kind"]) {
  const { identity, search } = context;
  const entries: Entry[] = [];
  const requested = new Set<string>();
  const problems: LoadProblem[] = [];
  /** ld.so is in the process from the start, but enters the lookup order only when something asks for it. */
  let interpreter: Entry | undefined;
  let main: Entry | undefined;
  let next = 0;

  function add(object: Omit<LoadedObject, "requester">, name: string): Entry {
    const origin = parentPath(object.path);
    const tokens = tokensOf(identity, origin);
    const { rpath, runpath } = object.elf;
    const toFolders = (text: string | undefined, reasonKind: "rpath" | "runpath"): SearchFolder[] =>
      text === undefined || text === ""
        ? []
        : parseSearchPath(text, ":", tokens).map((folder) => ({
            folder,
            reason: { kind: reasonKind, of: object.path },
          }));
    const ownRpath = runpath === undefined ? toFolders(rpath, "rpath") : [];
    const chain = runpath === undefined ? rpathChain(ownRpath, object.requestedBy as Entry | undefined, main) : [];
    const runpathFolders = toFolders(runpath, "runpath");
    const noDefaultFolders = hasNoDefaultFolders(object.elf);
    const folderKey = [...chain, ...runpathFolders].map(({ folder, reason }) => `${reason.kind} ${folder}`).join("\0");
    const key = folderKey === "" && !noDefaultFolders ? "" : `${String(noDefaultFolders)}\0${folderKey}`;
    const entry: Entry = {
      ...object,
      names: new Set(object.elf.soname === undefined ? [name, object.path] : [name, object.path, object.elf.soname]),
      requester: { rpath: chain, runpath: runpathFolders, noDefaultFolders, key },
      ownRpath,
    };
    main ??= object.foundBy.kind === "program" ? entry : undefined;
    entries.push(entry);
    return entry;
  }

  function findLoaded(name: string): Entry | undefined {
    return entries.find((entry) => entry.names.has(name));
  }

  /** One DT_NEEDED entry (or preload, or DT_FILTER) of `by`. */
  function request(name: string, by: Entry | undefined): SearchResult["kind"] | "loaded" {
    requested.add(name);
    const loaded = findLoaded(name);
    if (loaded !== undefined) {
      loaded.names.add(name);
      return "loaded";
    }
    if (interpreter?.names.has(name) === true) {
      entries.push(interpreter);
      return "loaded";
    }
    const requester = by?.requester ?? PLAIN_REQUESTER;
    const result = name.includes("/") ? openByPath(name, by) : search.find(name, requester);
    if (result.kind === "found") {
      const twin =
        entries.find((entry) => entry.node === result.node) ??
        (interpreter?.node === result.node ? interpreter : undefined);
      if (twin !== undefined) {
        twin.names.add(name);
        if (!entries.includes(twin)) entries.push(twin);
        return "loaded";
      }
      const foundBy: FoundBy = name.includes("/") ? { kind: "path" } : result.reason;
      const { path, realPath, node, elf } = result;
      add({ path, realPath, node, elf, foundBy, ...(by === undefined ? {} : { requestedBy: by }) }, name);
    }
    return result.kind === "found" ? "found" : (report(result, name, by?.path ?? name), result.kind);
  }

  function openByPath(name: string, by: Entry | undefined): SearchResult {
    const expanded = expandTokens(name, tokensOf(identity, by === undefined ? undefined : parentPath(by.path)));
    if (expanded === undefined) return { kind: "missing" };
    return search.open(`/${splitPath(expanded).join("/")}`);
  }

  function report(result: SearchResult, name: string, requiredBy: string): void {
    if (result.kind === "missing") {
      problems.push({
        kind: "library-not-found",
        name,
        requiredBy,
        ...(result.skipped === undefined ? {} : { skipped: result.skipped }),
      });
    } else if (result.kind === "fatal") {
      problems.push({ kind: "library-not-loadable", name, path: result.path, requiredBy, reason: result.message });
    } else if (result.kind === "unknown") {
      problems.push({ kind: "library-unreadable", name, path: result.path, requiredBy, reason: result.why });
    }
  }

  function loadDependencies(): void {
    for (; next < entries.length; next += 1) {
      const entry = entries[next] as Entry;
      if (entry === interpreter) continue;
      for (const name of entry.elf.filter) request(name, entry);
      for (const name of entry.elf.needed) request(name, entry);
    }
  }

  /** The interpreter was mapped by the kernel: no search, no check of its own. */
  function addInterpreter(): void {
    const found = search.open(identity.interp);
    if (found.kind !== "found") return;
    interpreter = add({ ...found, foundBy: { kind: "interpreter" } }, identity.interp);
    entries.pop();
  }

  function preload(name: string): void {
    const before = problems.length;
    request(name, main);
    problems.length = before; // a preload that cannot be loaded is ignored with a message
  }

  function finish(start: string): LoadScope {
    const loaded = interpreter === undefined || entries.includes(interpreter) ? entries : [...entries, interpreter];
    problems.push(...checkVersions(loaded, identity, kind));
    return { start, kind, objects: entries, requested, problems };
  }

  return { problems, add, request, report, addInterpreter, preload, loadDependencies, finish };
}

/** DT_RPATH of the requester, of whoever loaded it, and so on up; at last the program's own, if it was not on the way. */
function rpathChain(
  own: readonly SearchFolder[],
  requestedBy: Entry | undefined,
  main: Entry | undefined,
): SearchFolder[] {
  const chain = [...own];
  let sawMain = false;
  for (let entry = requestedBy; entry !== undefined; entry = entry.requestedBy as Entry | undefined) {
    chain.push(...entry.ownRpath);
    sawMain ||= entry === main;
  }
  if (!sawMain && main !== undefined) chain.push(...main.ownRpath);
  return chain;
}
