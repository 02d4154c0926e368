/** Paths inside a root folder, as a process in that root would follow them. */
import { lstatSync, readlinkSync } from "node:fs";
import { posix } from "node:path";

/**
 * The path with all links followed, absolute ones from the root.
 *
 * @param {string} root
 * @param {string} path absolute, inside the root
 * @returns {string | undefined} undefined where nothing is there
 */
export function findRealPath(root, path) {
  const pending = path.split("/").reverse();
  let current = "/";
  for (let links = 0; pending.length > 0;) {
    const part = pending.pop();
    if (part === "" || part === ".") continue;
    const next = part === ".." ? posix.dirname(current) : posix.join(current, part);
    const stats = lstatSync(root + next, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (!stats.isSymbolicLink()) {
      current = next;
      continue;
    }
    if ((links += 1) > 40) return undefined;
    const target = readlinkSync(root + next);
    if (target.startsWith("/")) current = "/";
    pending.push(...target.split("/").reverse());
  }
  return current;
}

/** The path of a file that need not exist yet, with the links of its folder followed. */
export function toRealPlace(root, path) {
  const found = findRealPath(root, path);
  if (found !== undefined) return found;
  const folder = posix.dirname(path);
  return posix.join(folder === "/" ? "/" : toRealPlace(root, folder), posix.basename(path));
}
