/**
 * Links among the outer entries of an archive: `docker save` and skopeo store a layer once and let other names refer to it. A
 * symlink's target is relative to its folder, a hardlink's is a name in the archive.
 */
import { ContainerspecError } from "../errors.js";

const MAX_LINKS = 40;

/** "./a//b/../c" is "a/c": one name for one thing, and nothing outside. */
export function normalizeName(name: string): string {
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** What a symlink in the archive points to. */
export function linkTarget(name: string, target: string): string {
  const slash = name.lastIndexOf("/");
  return normalizeName(target.startsWith("/") || slash === -1 ? target : `${name.slice(0, slash)}/${target}`);
}

/**
 * The name of the stored blob behind a name.
 *
 * @throws ContainerspecError corrupt-image where links lead in a circle
 */
export function followLinks(name: string, links: ReadonlyMap<string, string>): string {
  let current = normalizeName(name);
  for (let i = 0; i < MAX_LINKS; i += 1) {
    const target = links.get(current);
    if (target === undefined) return current;
    current = target;
  }
  throw new ContainerspecError("corrupt-image", `Cannot find ${name} in the archive: its links lead in a circle`);
}
