/**
 * Starting a program under musl's loader, and opening a library alone, with what the loader does not check but trips over: packed
 * relative relocations before release 1.2.4, and thread-local storage at fixed offsets in what dlopen brings in.
 * Mirrors __dls3 and dlopen of ldso/dynlink.c.
 */
import type { ElfObject } from "../elf/object.js";
import { nameAt } from "../elf/symbol-names.js";
import { STT_TLS } from "../elf/symbol-values.js";
import type { FileNode } from "../rootfs/filesystem.js";
import type { FileFacts } from "./facts.js";
import type { LoadContext } from "./load-context.js";
import { checkInterpreter } from "./load.js";
import type { LoadProblem } from "./problem.js";
import { bindMuslSymbols, findMuslBinding } from "./musl-bind.js";
import { createMuslLinkMap, findLoaderFile, type MuslLinkMap, type MuslLoaderFile } from "./musl-link-map.js";
import { hasRelrAndLfs64 } from "./musl-release.js";
import { muslSymbolsOf } from "./musl-symbol-table.js";
import type { LoadedObject, LoadScope } from "./scope.js";

/** "Uses the static thread-local storage model" in DT_FLAGS */
const DF_STATIC_TLS = 0x10;
const GLIBC_NODE = /^GLIBC_/;

/** Starts a program as the kernel and its interpreter do. `path` has no links left. */
export function loadMuslProgram(
  context: LoadContext,
  path: string,
  node: FileNode<FileFacts>,
  elf: ElfObject,
): LoadScope {
  const before = [...checkInterpreter(context, path, elf)];
  const loader = findLoaderFile(context);
  if (before.length > 0 || loader === undefined) {
    const problems = before.length > 0 ? before : [noLoader(context, path)];
    return { start: path, kind: "program", family: "musl", objects: [], requested: new Set(), problems };
  }
  const link = createMuslLinkMap(context, loader);
  link.enterProgram(path, node, elf);
  if (context.identity.musl?.gcompat !== undefined) link.attempt(context.identity.musl.gcompat);
  loadPreloads(context, link);
  link.loadDependencies();
  return finish(context, loader, link, path, "program");
}

/**
 * Opens a library by its path, as dlopen does in an empty program that needs only the C library. Where gcompat is there, and the
 * library was linked with glibc, the program is one that gcompat runs.
 */
export function openMuslAlone(context: LoadContext, path: string, elf: ElfObject): LoadScope {
  const loader = findLoaderFile(context);
  if (loader === undefined) {
    const problems = [noLoader(context, path)];
    return { start: path, kind: "library", family: "musl", objects: [], requested: new Set(), problems };
  }
  const link = createMuslLinkMap(context, loader);
  const { gcompat } = context.identity.musl ?? {};
  if (gcompat !== undefined && elf.versions.requirements.some(({ name }) => GLIBC_NODE.test(name))) {
    link.attempt(gcompat);
    link.loadDependencies();
  }
  loadPreloads(context, link);
  link.loadDependencies();
  link.request(loader.path, undefined);
  const startup = new Set<LoadedObject>(link.objects);
  link.open(path);
  link.loadDependencies();
  const scope = finish(context, loader, link, path, "library");
  const opened = scope.objects.filter((object) => !startup.has(object));
  return { ...scope, problems: [...scope.problems, ...checkStaticTls(scope, opened)] };
}

/** LD_PRELOAD alone: there is no file of preloads. In secure-execution mode the environment is not read. */
function loadPreloads({ secure, preload }: LoadContext, link: MuslLinkMap): void {
  for (const name of secure ? [] : preload) link.attempt(name);
}

function finish(
  { identity }: LoadContext,
  loader: MuslLoaderFile,
  { objects, requested, problems }: MuslLinkMap,
  start: string,
  kind: LoadScope["kind"],
): LoadScope {
  const scope: LoadScope = { start, kind, family: "musl", objects, requested, problems };
  const isNew = hasRelrAndLfs64(loader.elf, identity.musl?.version);
  const symbols = bindMuslSymbols(scope, isNew ? loader.elf : undefined);
  return { ...scope, problems: [...problems, ...(isNew ? [] : checkRelr(scope)), ...symbols] };
}

/** Before 1.2.4 the loader knows nothing of DT_RELR, and leaves the addresses as they are in the file. */
function* checkRelr({ objects }: LoadScope): Generator<LoadProblem> {
  for (const { path, elf, foundBy } of objects) {
    if (!elf.relr || foundBy.kind === "interpreter") continue;
    yield { kind: "relr-unsupported", requiredBy: path, reason: "musl-too-old", words: "" };
  }
}

/**
 * Thread-local storage at offsets that are fixed when the process starts has room for what is loaded then. A library that insists
 * on it (DF_STATIC_TLS), for data of its own or of another that comes later, cannot be opened.
 */
function* checkStaticTls(scope: LoadScope, opened: LoadScope["objects"]): Generator<LoadProblem> {
  for (const object of opened) {
    const { elf, path } = object;
    if ((elf.dynamicFlags & DF_STATIC_TLS) === 0) continue;
    const found =
      elf.tls === undefined ? findOpenedTls(object, scope, opened) : { symbol: findOwnTls(elf) ?? "", provider: path };
    if (found === undefined) continue;
    const reason = `initial-exec TLS resolves to dynamic definition in ${found.provider}`;
    const names = { name: [...object.names][0] ?? path, path, requiredBy: object.requestedBy?.path ?? path };
    const words = `Error relocating ${path}: ${found.symbol === "" ? "" : `${found.symbol}: `}${reason}`;
    yield { kind: "library-not-loadable", ...names, reason, while: "mapping", words };
  }
}

/** The thread-local symbol of its own that an object asks for by name. */
function findOwnTls({ symbols }: ElfObject): string | undefined {
  const found = symbols.type.findIndex((type, i) => type === STT_TLS && symbols.uses[i] !== 0);
  return found === -1 ? undefined : nameAt(symbols.names, found);
}

/** A thread-local symbol that an object takes from another one which came with dlopen. */
function findOpenedTls(object: LoadedObject, scope: LoadScope, opened: LoadScope["objects"]) {
  for (const [index, { name: symbol, isTls }] of muslSymbolsOf(object.elf).references.entries()) {
    const provider = isTls ? findMuslBinding(object, index, scope)?.provider : undefined;
    if (provider !== undefined && opened.includes(provider)) return { symbol, provider: provider.path };
  }
  return undefined;
}

function noLoader({ identity }: LoadContext, path: string): LoadProblem {
  const name = identity.musl?.path ?? identity.interp;
  return {
    kind: "library-unreadable",
    name,
    path: name,
    requiredBy: path,
    reason: "musl's loader cannot be read there",
  };
}
