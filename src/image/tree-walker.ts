/**
 * Paths of a tree followed through its links, as an unpacker follows them. A layer of a few bytes can make each of its entries
 * lead through hundreds of links of thousands of parts: what all layers of an image may cost in this way is limited.
 */
import { ContainerspecError } from "../errors.js";
import type { DirectoryNode, RootNode } from "../rootfs/filesystem.js";
import { baseName, joinPath, parentPath, splitPath, toDisplayPath } from "../rootfs/path.js";
import { countKept, weighFolder, type Keep } from "./kept-budget.js";
import { DEFAULT_LIMITS, describeLimit, findPathExcess, type Limits } from "./limits.js";
import type { Tree } from "./tree.js";

/** Links that one path may lead through when it is unpacked: containerd and filepath-securejoin stop here. */
const MAX_LINKS = 255;
/** A long path costs as many steps as it has pieces of this length: it is made and looked up as a whole. */
const STEP_BYTES = 64;

export interface StepCounter {
  readonly limits: Limits;
  /** One step, to this path. @throws ContainerspecError limit-exceeded */
  take(path: string): void;
  /** Counts the memory of a folder that no entry tells of. @throws ContainerspecError limit-exceeded */
  keepFolder(path: string): void;
  /** A counter whose steps begin anew, for layers that are put together once more; memory counts on. */
  renew(): StepCounter;
}

export type MakeFolder<Facts> = (path: string, inTheWay?: RootNode<Facts>) => DirectoryNode | undefined;

export interface TreeWalker<Facts> {
  readonly tree: Tree<Facts>;
  /**
   * The folder at a path, with links followed. Where there is none, `makeFolder` is asked for one, and told what is in its way; it
   * may end the walk. Undefined then, and in a loop.
   */
  makeFolders(path: string, makeFolder: MakeFolder<Facts>): string | undefined;
  /**
   * The path with all links followed, whether something is there or not: what is missing is taken for a folder, and ".." leads out
   * of it again, as containerd's RootPath and umoci's SecureJoin do. Undefined behind more links than they follow, which is a loop.
   */
  resolve(path: string): string | undefined;
  /** The path with the links of its folder followed, and not its own. */
  resolveEntry(path: string): string | undefined;
  /** The node at a path whose folders may be links, and which may itself be one. */
  find(path: string): RootNode<Facts> | undefined;
}

/** Counts the steps of all layers of an image, and has what they make kept. */
export function createStepCounter(
  limits: Limits = DEFAULT_LIMITS,
  keep: Keep = countKept("the layers", limits),
): StepCounter {
  let left = limits.linkSteps;
  return {
    limits,
    take(path) {
      left -= 1 + path.length / STEP_BYTES;
      if (left < 0) throw exceeds(`its links take too many steps to follow, and ${describeLimit(limits, "linkSteps")}`);
    },
    keepFolder: (path) => keep(weighFolder(path)),
    renew: () => createStepCounter(limits, keep),
  };
}

/**
 * A walker of one tree, whose every step counts.
 *
 * @param onMissing told of each path that is taken for a folder, as nothing is there
 */
export function createTreeWalker<Facts>(
  tree: Tree<Facts>,
  steps: StepCounter,
  onMissing?: (path: string) => void,
): TreeWalker<Facts> {
  function resolve(path: string): string | undefined {
    if (tree.get(path)?.kind === "directory") return path;
    const pending = splitPath(path).reverse();
    let current = "/";
    let links = 0;
    for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
      if (part === "..") {
        steps.take(current);
        current = parentPath(current);
        continue;
      }
      const next = joinPath(current, part);
      steps.take(next);
      const node = tree.get(next);
      if (node?.kind === "symlink") {
        links += 1;
        if (links > MAX_LINKS) return undefined;
        if (node.target.startsWith("/")) current = "/";
        pending.push(...splitPath(node.target).reverse());
        continue;
      }
      const excess = findPathExcess(next, steps.limits);
      if (excess !== undefined) throw exceeds(`links lead to ${excess}: ${show(next)}`);
      if (node === undefined) onMissing?.(next);
      current = next;
    }
    return current;
  }

  function makeFolders(path: string, makeFolder: MakeFolder<Facts>): string | undefined {
    const real = resolve(path);
    if (real === undefined || tree.get(real)?.kind === "directory") return real;
    let current = "/";
    for (const part of splitPath(real)) {
      current = joinPath(current, part);
      const inTheWay = tree.get(current);
      if (inTheWay?.kind === "directory") continue;
      const folder = makeFolder(current, inTheWay);
      if (folder === undefined) return undefined;
      steps.keepFolder(current);
      tree.put(current, folder);
    }
    return current;
  }

  const resolveEntry = (path: string): string | undefined => {
    const folder = resolve(parentPath(path));
    return folder === undefined ? undefined : joinPath(folder, baseName(path));
  };
  return {
    tree,
    makeFolders,
    resolve,
    resolveEntry,
    find(path) {
      const real = resolveEntry(path);
      return real === undefined ? undefined : tree.get(real);
    },
  };
}

function exceeds(what: string): ContainerspecError {
  return new ContainerspecError("limit-exceeded", `Cannot put the layers together: ${what}`);
}

function show(path: string): string {
  return toDisplayPath(path.length > 60 ? `${path.slice(0, 60)}...` : path);
}
