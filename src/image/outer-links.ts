/**
 * Links among the outer entries of an archive: `docker save` and skopeo store a layer once and let other names refer to it. A
 * symlink's target is relative to its folder, a hardlink's is a name in the archive.
 */
import { ContainerspecError } from "../errors.js";
import type { TarEntry } from "./tar-reader.js";

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

/** The links of an archive, gathered while its entries pass. */
export interface OuterLinks {
  readonly targets: ReadonlyMap<string, string>;
  /** Keeps an entry that is a link; false for one that is none. @throws ContainerspecError corrupt-image */
  add(entry: Pick<TarEntry, "kind" | "link">, name: string): boolean;
  /** @throws ContainerspecError corrupt-image where one name is a link and a file too */
  checkFiles(files: Pick<ReadonlyMap<string, unknown>, "has">): void;
}

/** @param source names the archive in an error */
export function createOuterLinks(source: string): OuterLinks {
  const targets = new Map<string, string>();
  return {
    targets,
    add({ kind, link }, name) {
      if (kind !== "symlink" && kind !== "hardlink") return false;
      const target = kind === "symlink" ? linkTarget(name, link) : normalizeName(link);
      // A writer that was given one file twice stores it, and then a link from the name to itself.
      if (target === name) return true;
      if ((targets.get(name) ?? target) !== target) throw twice(name, source);
      targets.set(name, target);
      return true;
    },
    checkFiles(files) {
      for (const name of targets.keys()) if (files.has(name)) throw twice(name, source);
    },
  };
}

/** Two entries of one name: readers take the first or the last. */
export function twice(name: string, source: string): ContainerspecError {
  return new ContainerspecError(
    "corrupt-image",
    `Cannot read ${source}: the archive holds ${name} twice, with different content`,
  );
}

/** What a symlink in the archive points to. */
function linkTarget(name: string, target: string): string {
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
