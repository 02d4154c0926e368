/**
 * What one object adds to the search for the names that it asks for: the RPATH chain, or its RUNPATH. Mirrors decompose_rpath
 * and the first half of _dl_map_object (elf/dl-load.c).
 */
import { parentPath, splitPath } from "../rootfs/path.js";
import type { LoaderIdentity } from "./identity.js";
import type { LoadContext } from "./load-context.js";
import { hasNoDefaultFolders } from "./search.js";
import { parseSearchPath, PLAIN_REQUESTER, tokensOf, type Requester, type SearchFolder } from "./search-path.js";
import type { LoadedObject } from "./scope.js";

/** DT_RPATH as folders; empty where a RUNPATH overrides it. */
export type OwnFolders = readonly SearchFolder[];

interface Ancestor {
  readonly own: OwnFolders;
  readonly requestedBy?: Ancestor | undefined;
}

const NO_FOLDERS: OwnFolders = [];
const PLAIN = { own: NO_FOLDERS, requester: PLAIN_REQUESTER };

/**
 * The folders of an object.
 *
 * @param requestedBy who first asked for it; undefined for the program, and for what dlopen opens
 * @param main the program, once it is there
 */
export function toRequester(
  process: Pick<LoadContext, "identity" | "secure" | "workingFolder">,
  { path, elf, foundBy }: Pick<LoadedObject, "path" | "elf" | "foundBy">,
  requestedBy: Ancestor | undefined,
  main: Ancestor | undefined,
): { readonly own: OwnFolders; readonly requester: Requester } {
  if (elf.runpath === undefined && elf.rpath === undefined && !hasNoDefaultFolders(elf)) {
    const inherited = rpathChain(NO_FOLDERS, requestedBy, main);
    if (inherited.length === 0) return PLAIN;
  }
  const tokens = tokensOf(process.identity, parentPath(path));
  const isTrusted =
    process.secure && foundBy.kind === "program" ? (folder: string) => isSystem(folder, process.identity) : undefined;
  const { workingFolder } = process;
  const settings = { workingFolder, ...(isTrusted === undefined ? {} : { isTrusted }) };
  const toFolders = (text: string | undefined, kind: "rpath" | "runpath"): SearchFolder[] =>
    text === undefined || text === ""
      ? []
      : parseSearchPath(text, ":", tokens, settings).map((folder) => ({ folder, reason: { kind, of: path } }));
  const own = elf.runpath === undefined ? toFolders(elf.rpath, "rpath") : [];
  const rpath = elf.runpath === undefined ? rpathChain(own, requestedBy, main) : [];
  const runpath = toFolders(elf.runpath, "runpath");
  const noDefaultFolders = hasNoDefaultFolders(elf);
  const folderKey = [...rpath, ...runpath].map(({ folder, reason }) => `${reason.kind} ${folder}`).join("\0");
  const key = folderKey === "" && !noDefaultFolders ? "" : `${String(noDefaultFolders)}\0${folderKey}`;
  return { own, requester: { rpath, runpath, noDefaultFolders, key } };
}

/** DT_RPATH of the requester, of whoever loaded it, and so on up; at last the program's own, if it was not on the way. */
function rpathChain(own: OwnFolders, requestedBy: Ancestor | undefined, main: Ancestor | undefined): SearchFolder[] {
  const chain: SearchFolder[] = [...own];
  let sawMain = false;
  for (let ancestor = requestedBy; ancestor !== undefined; ancestor = ancestor.requestedBy) {
    chain.push(...ancestor.own);
    sawMain ||= ancestor === main;
  }
  if (!sawMain && main !== undefined) chain.push(...main.own);
  return chain;
}

/** is_trusted_path_normalize: `..` is taken away by the text alone, and the rest lies in a folder that the loader searches last. */
function isSystem(folder: string, { folders }: LoaderIdentity): boolean {
  const parts: string[] = [];
  for (const part of splitPath(folder)) {
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  const path = `/${parts.join("/")}/`;
  return folder.startsWith("/") && folders.some((one) => path.startsWith(`${one}/`));
}
