/**
 * The breadth-first load of a program, or of a library that is opened alone, and the version check that follows it. Mirrors
 * dl_main of glibc's elf/rtld.c and dl_open_worker of elf/dl-open.c.
 */
import type { ElfObject } from "../elf/object.js";
import type { FileNode } from "../rootfs/filesystem.js";
import { resolvePath } from "../rootfs/resolve.js";
import { sameAbi } from "./abi.js";
import type { FileFacts } from "./facts.js";
import { abiOf } from "./identity.js";
import { checkIsaLevels } from "./machine-limits.js";
import { createLinkMap, type LinkMap } from "./link-map.js";
import type { LoadContext } from "./load-context.js";
import type { LoadProblem } from "./problem.js";
import { checkProtectedSymbols } from "./protected-symbols.js";
import type { LoadScope } from "./scope.js";
import { PLAIN_REQUESTER } from "./search-path.js";
import { checkStaticTls } from "./static-tls.js";
import { checkStacks, checkVersions } from "./version-check.js";

/** "Set user ID on execution" in a file's mode */
const S_ISUID = 0o4000;

/** Starts a program as the kernel and its interpreter do. `path` has no links left. */
export function loadProgram(context: LoadContext, path: string, node: FileNode<FileFacts>, elf: ElfObject): LoadScope {
  const link = createLinkMap(context);
  link.problems.push(...checkInterpreter(context, path, elf));
  link.enter({ path, realPath: path, node, elf, foundBy: { kind: "program" } });
  enterInterpreter(context, link);
  const [program] = link.objects;
  loadPreloads(context, link, program);
  link.loadDependencies();
  const scope = finish(context, link, path, "program");
  return { ...scope, problems: [...scope.problems, ...checkProtectedSymbols(scope, context.identity)] };
}

/**
 * Opens a library by its path, as dlopen(path, RTLD_NOW) does in an empty program that needs only the C library.
 *
 * @param libc the name of the C library: "libc.so.6"
 */
export function openAlone(context: LoadContext, path: string, libc: string): LoadScope {
  const link = createLinkMap(context);
  enterInterpreter(context, link);
  loadPreloads(context, link);
  // Where there is no C library, whoever needs one says so.
  link.attempt(libc, undefined);
  link.loadDependencies();
  const startup = [...link.all];
  link.open(path);
  link.loadDependencies();
  const scope = finish(context, link, path, "library");
  const opened = link.all.slice(startup.length);
  const shortages = checkStaticTls(startup, opened, scope.objects, context);
  return { ...scope, problems: [...scope.problems, ...shortages] };
}

function finish(
  { identity, limits, tunables }: LoadContext,
  link: LinkMap,
  start: string,
  kind: LoadScope["kind"],
): LoadScope {
  const { objects, requested } = link;
  const problems = [
    ...link.problems,
    ...checkVersions(link.all, identity, link.problems.length === 0),
    ...(kind === "library" && !tunables.isStackExecutable ? checkStacks(link.all, identity) : []),
    ...checkIsaLevels(link.all, identity, limits),
  ];
  return { start, kind, family: identity.family, objects, requested, problems };
}

/**
 * LD_PRELOAD, then /etc/ld.so.preload (handle_preload_list and do_preload of elf/rtld.c). In secure-execution mode the environment
 * may not name paths, and what is searched must be set-user-ID itself (open_path of elf/dl-load.c).
 */
function loadPreloads(context: LoadContext, link: LinkMap, program?: LinkMap["objects"][number]): void {
  const { preload, preloadFile, secure, search } = context;
  const isSetUser = (name: string): boolean => {
    const found = search.find(name, PLAIN_REQUESTER);
    return found.kind === "unknown" || (found.kind === "found" && (found.node.mode & S_ISUID) !== 0);
  };
  const named = secure ? preload.filter((name) => !name.includes("/")) : preload;
  for (const name of [...named, ...preloadFile]) {
    if (secure && !name.includes("/") && !isSetUser(name)) continue;
    link.attempt(name, program);
  }
}

/** The interpreter was mapped by the kernel: no search, no check of its own. */
function enterInterpreter({ root, identity }: LoadContext, link: LinkMap): void {
  const found = resolvePath(root, identity.interp);
  if (found?.node.kind !== "file" || found.node.facts.kind !== "elf") return;
  const { node, path: realPath } = found;
  link.enter({ path: identity.interp, realPath, node, elf: found.node.facts.elf, foundBy: { kind: "interpreter" } });
}

/** execve(2) starts the program's interpreter, and fails where there is none or one of another machine. */
export function* checkInterpreter(
  { root, identity }: LoadContext,
  path: string,
  elf: ElfObject,
): Generator<LoadProblem> {
  const { interp } = identity;
  const node = resolvePath(root, interp)?.node;
  if (node === undefined) {
    yield { kind: "interpreter-missing", interp, requiredBy: path };
    return;
  }
  const about = { name: interp, path: interp, requiredBy: path };
  const facts = node.kind === "file" ? node.facts : undefined;
  if (node.kind === "unread") yield { kind: "library-unreadable", ...about, reason: node.reason };
  else if (facts?.kind === "unread") yield { kind: "library-unreadable", ...about, reason: facts.reason };
  else if (facts?.kind === "broken-elf") yield { kind: "library-unreadable", ...about, reason: facts.problem };
  else if (facts?.kind !== "elf" || !sameAbi(abiOf(facts.elf), { ...abiOf(elf), flags: facts.elf.flags }))
    yield { kind: "library-not-loadable", ...about, reason: "Accessing a corrupted shared library", while: "opening" };
}
