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
  const byTarget = new Map(mounts.map((mount) => [mount.target, mount]));
  const extraNames = new Map<string, Set<string>>();
  for (const { target } of mounts) {
    for (let path = target; path !== "/"; path = parentPath(path)) {
      const parent = parentPath(path);
      const names = extraNames.get(parent) ?? new Set();
      extraNames.set(parent, names.add(baseName(path)));
    }
  }
  const folders = mounts.filter(({ source, path }) => source.lookup(path)?.kind === "directory");

  function covering(path: string): { mount: Mount<Facts>; inside: string } | undefined {
    const exact = byTarget.get(path);
    if (exact !== undefined) return { mount: exact, inside: exact.path };
    const folder = folders.findLast(({ target }) => path.startsWith(`${target}/`));
    if (folder === undefined) return undefined;
    return { mount: folder, inside: `${folder.path === "/" ? "" : folder.path}${path.slice(folder.target.length)}` };
  }

  return {
    lookup(path): RootNode<Facts> | undefined {
      const cover = covering(path);
      if (cover !== undefined) {
        const node = cover.mount.source.lookup(cover.inside);
        if (node !== undefined) return node;
      } else {
        const node = lower.lookup(path);
        if (node !== undefined) return node;
      }
      return extraNames.has(path) ? IMPLIED_FOLDER : undefined;
    },
    list(path) {
      const cover = covering(path);
      const names = cover === undefined ? lower.list(path) : cover.mount.source.list(cover.inside);
      const extra = extraNames.get(path);
      return extra === undefined ? names : [...new Set([...names, ...extra])].sort();
    },
  };
}
