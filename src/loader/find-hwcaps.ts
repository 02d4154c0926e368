/** Which glibc-hwcaps folders a root has: copies of libraries that some CPUs get, and others do not. */
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { joinPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { walk } from "../rootfs/walk.js";

/** Their names, wherever they lie: "x86-64-v3". */
export function findHwcaps(root: RootFilesystem<unknown>): readonly string[] {
  const names = new Set<string>();
  for (const { path } of walk(root)) {
    if (!path.endsWith("/glibc-hwcaps")) continue;
    const folder = resolvePath(root, path)?.path ?? path;
    for (const name of root.list(folder)) {
      const copies = resolvePath(root, joinPath(folder, name))?.path;
      if (copies !== undefined && root.list(copies).length > 0) names.add(name);
    }
  }
  return [...names];
}
