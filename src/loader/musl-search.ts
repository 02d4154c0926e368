/**
 * Where musl's loader finds a name that some object asks for: LD_LIBRARY_PATH, the RPATH or RUNPATH of the requester and of whoever
 * asked for it, and so on up, then the folders of the system. The first file that opens decides, whatever is in it.
 * Mirrors the middle of load_library, and path_open, of ldso/dynlink.c.
 */
import type { FileNode, RootFilesystem } from "../rootfs/filesystem.js";
import { parentPath, toAbsolutePath } from "../rootfs/path.js";
import { isLinkLoop, resolvePath } from "../rootfs/resolve.js";
import type { FileFacts } from "./facts.js";
import type { LoaderIdentity } from "./identity.js";
import { openMuslLibrary } from "./musl-open.js";
import { parseMuslPath } from "./musl-search-path.js";
import { describeResult, type ConsideredPlace, type Search, type SearchResult } from "./search-result.js";
import type { Requester, SearchFolder, SearchReason } from "./search-path.js";

const NAME_MAX = 255;
/** the loader's buffer: a longer path is passed over */
const LONGEST_PATH = 2 * NAME_MAX + 1;

export const NOT_FOUND = "No such file or directory";

export interface MuslSearchSettings {
  /** LD_LIBRARY_PATH of the processes; its tokens are not expanded */
  readonly libraryPath: string | undefined;
  /** where relative paths start */
  readonly workingFolder: string;
}

export function createMuslSearch(
  root: RootFilesystem<FileFacts>,
  identity: LoaderIdentity,
  { libraryPath, workingFolder }: MuslSearchSettings,
): Search {
  const toFolders = (elements: readonly string[], reason: SearchReason): SearchFolder[] =>
    elements.map((folder) => ({ folder, reason }));
  const first = toFolders(parseMuslPath(libraryPath ?? ""), { kind: "library-path" });
  const last = toFolders(identity.folders, { kind: "default" });
  const answers = new Map<string, SearchResult>();

  function* places(name: string, { rpath }: Requester): Generator<{ path: string; reason: SearchReason }> {
    for (const { folder, reason } of [...first, ...rpath, ...last]) {
      const path = `${folder}/${name}`;
      if (path.length <= LONGEST_PATH) yield { path, reason };
    }
  }

  function tryFile(path: string, reason: SearchReason): SearchResult {
    const place = toAbsolutePath(workingFolder, path);
    const resolved = resolvePath(root, place);
    if (resolved === undefined) {
      if (isLinkLoop(root, place)) return { kind: "fatal", path, message: "Symbolic link loop", while: "opening" };
      return isBelowFile(root, place) ? { kind: "missing", skipped: "Not a directory" } : { kind: "missing" };
    }
    const opened = openMuslLibrary(resolved.node, identity.abi);
    if (opened.kind === "fatal") return { ...opened, path };
    if (opened.kind !== "elf") return { kind: "unknown", path, why: opened.why };
    const node = resolved.node as FileNode<FileFacts>;
    return { kind: "found", path, realPath: resolved.path, node, elf: opened.elf, reason };
  }

  return {
    find(name, requester) {
      const key = `${requester.key}\0${name}`;
      let answer = answers.get(key);
      if (answer === undefined) {
        // Without any attempt there is no error to tell of.
        answer = { kind: "missing", skipped: "No error information" };
        for (const { path, reason } of name.length > NAME_MAX ? [] : places(name, requester)) {
          // The words for a name that is nowhere are those of the last attempt.
          answer = tryFile(path, reason);
          if (answer.kind !== "missing") break;
        }
        answers.set(key, answer);
      }
      return answer;
    },
    consider(name, requester) {
      const considered: ConsideredPlace[] = [];
      for (const { path, reason } of places(name, requester)) {
        const result = tryFile(path, reason);
        considered.push({ path, reason, found: describeResult(result) });
        if (result.kind !== "missing") break;
      }
      return considered;
    },
    open: (path) => tryFile(path, { kind: "default" }),
  };
}

/** Whether some component on the way to a path is no folder. */
function isBelowFile(root: RootFilesystem<FileFacts>, path: string): boolean {
  for (let parent = parentPath(path); parent !== "/"; parent = parentPath(parent)) {
    const node = resolvePath(root, parent)?.node;
    if (node !== undefined) return node.kind !== "directory";
  }
  return false;
}
