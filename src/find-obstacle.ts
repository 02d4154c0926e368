/** What is in the way of a new file: a folder that is none, or one that is elsewhere. */
import { lstat, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";

/**
 * Why nothing is put into a folder of a folder, in words; undefined where it is there, or can be made. A link that leads out is no place to
 * write to: nobody who names a folder means what lies elsewhere.
 *
 * @throws the system's errors
 */
export async function findObstacle(parent: string, name: string): Promise<string | undefined> {
  const path = join(parent, name);
  if (!(await isThere(lstat(path)))) return undefined;
  if (!(await isThere(stat(path)))) return `${path} is a link that cannot be followed`;
  if (!(await stat(path)).isDirectory()) return `${path} is no folder`;
  const [root, real] = [await realpath(parent), await realpath(path)];
  if (real === root || real.startsWith(join(root, sep))) return undefined;
  return `${path} is a link that leads out of ${parent}, to ${real}`;
}

async function isThere(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch {
    return false;
  }
}
