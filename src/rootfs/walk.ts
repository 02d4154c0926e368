/** Walking a whole root in one fixed order: folders before what they hold, names by byte value. */
import type { RootFilesystem, RootNode } from "./filesystem.js";
import { joinPath } from "./path.js";

/** Every path of the root with its node, links not followed. */
export function* walk<Facts>(
  root: RootFilesystem<Facts>,
  from = "/",
): Generator<{ readonly path: string; readonly node: RootNode<Facts> }> {
  const pending = [from];
  while (pending.length > 0) {
    const folder = pending.pop() as string;
    const below: string[] = [];
    for (const name of root.list(folder)) {
      const path = joinPath(folder, name);
      const node = root.lookup(path);
      if (node === undefined) continue;
      yield { path, node };
      if (node.kind === "directory") below.push(path);
    }
    pending.push(...below.reverse());
  }
}
