/**
 * "The container with host libraries mounted over it" is again a root filesystem. A bind mount covers one path with a node of
 * another root, a file or a whole folder; the kernel follows links in the target first, so a mount's target here is a path
 * without links. What lies below a mounted folder comes from the other root, links inside it resolve in this one.
 */
import type { RootFilesystem, RootNode } from "./filesystem.js";
import { baseName, parentPath } from "./path.js";

export interface Mount<Facts> {
  /** where it lands: absolute, no links on the way */
  readonly target: string;
  readonly source: RootFilesystem<Facts>;
  /** what is mounted: a path in `source`, absolute, no links on the way */
  readonly path: string;
}

const IMPLIED_FOLDER = { kind: "directory", mode: 0o755 } as const;

/** `lower` with the mounts on top, later ones over earlier ones. Folders on the way to a target come into being with it. */
export function createOverlay<Facts>(
  lower: RootFilesystem<Facts>,
  mounts: readonly Mount<Facts>[],
): RootFilesystem<Facts> {
  const folders = mounts
    .map((mount, order) => ({ mount, order }))
    .filter(({ mount: { source, path } }) => source.lookup(path)?.kind === "directory");
  const byTarget = new Map<string, Mount<Facts>>();
  const extraNames = new Map<string, Set<string>>();
  for (const [order, mount] of mounts.entries()) {
    // A folder that is mounted later hides what was mounted inside it before.
    if (folders.some((later) => later.order > order && isBelow(mount.target, later.mount.target))) continue;
    byTarget.set(mount.target, mount);
    for (let path = mount.target; path !== "/"; path = parentPath(path)) {
      const parent = parentPath(path);
      const names = extraNames.get(parent) ?? new Set();
      extraNames.set(parent, names.add(baseName(path)));
    }
  }

  function covering(path: string): { mount: Mount<Facts>; inside: string } | undefined {
    const exact = byTarget.get(path);
    if (exact !== undefined) return { mount: exact, inside: exact.path };
    const mount = folders.findLast((one) => isBelow(path, one.mount.target))?.mount;
    if (mount === undefined) return undefined;
    const rest = mount.target === "/" ? path : path.slice(mount.target.length);
    return { mount, inside: mount.path === "/" ? rest : `${mount.path}${rest}` };
  }

  return {
    lookup(path): RootNode<Facts> | undefined {
      const cover = covering(path);
      if (cover !== undefined) {
        const node = cover.mount.source.lookup(cover.inside);
        if (node !== undefined && node.kind !== "unread") return node;
        return extraNames.has(path) ? IMPLIED_FOLDER : node;
      }
      const node = lower.lookup(path);
      return node ?? (extraNames.has(path) ? IMPLIED_FOLDER : undefined);
    },
    list(path) {
      const cover = covering(path);
      const names = cover === undefined ? lower.list(path) : cover.mount.source.list(cover.inside);
      const extra = extraNames.get(path);
      return extra === undefined ? names : [...new Set([...names, ...extra])].sort();
    },
  };
}

function isBelow(path: string, folder: string): boolean {
  return path !== folder && path.startsWith(folder === "/" ? "/" : `${folder}/`);
}
