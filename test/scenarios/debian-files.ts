/**
 * Debian packages as the files of a side. They are downloaded and unpacked by scripts/fetch-packages.mjs; what no loader looks at is
 * left out, and since bookworm /lib is a link to /usr/lib.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { link, type Files, type StoryFile } from "../support/story-files.js";
import type { PackageList, SystemDescription } from "./incident.js";

const SCRIPT = fileURLToPath(new URL("../../scripts/fetch-packages.mjs", import.meta.url));
const CACHE = process.env["CONTAINERSPEC_TEST_CACHE"] ?? join(tmpdir(), "containerspec-test-cache");
/** documentation, translations, and the hundreds of files that convert character sets */
const IS_NEEDLESS = /^usr\/share\/(?!nvidia)|\/gconv\/|^usr\/lib\/debug\/|\/locale\//;
/** before the release of this name, /lib and /usr/lib are two folders */
const UNMERGED = "bullseye";

/** Everything that a side is made of. */
export function packagesOf({ packages, moved = [] }: SystemDescription): readonly PackageList[] {
  return [...packages, ...moved.map(({ from }) => from)];
}

/** Downloads what is not there yet. Says why that cannot be done; undefined where all is there. */
export function findPackageObstacle(lists: readonly PackageList[]): string | undefined {
  const missing = lists.filter((list) => list.names.some((name) => !existsSync(folderOf(list, name))));
  if (missing.length === 0) return undefined;
  if (process.platform !== "linux" || spawnSync("apt-get", ["--version"]).status !== 0) return "no apt";
  if (spawnSync("dpkg-deb", ["--version"]).status !== 0) return "no dpkg";
  for (const [source, names] of bySource(missing)) {
    const [suite = "", architecture = "", components = ""] = source.split(" ");
    const words = [SCRIPT, "--components", components, suite, architecture, ...names];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
    if (status !== 0) return `apt gets no packages of ${suite}: ${stderr.trim().split("\n").at(-1) ?? ""}`;
  }
  return undefined;
}

/** One call of apt for each release, architecture and component. */
function bySource(lists: readonly PackageList[]): Map<string, string[]> {
  const sources = new Map<string, Set<string>>();
  for (const list of lists) {
    const key = `${list.suite} ${list.architecture ?? "amd64"} ${list.nonFree === true ? "non-free" : "main"}`;
    sources.set(key, new Set([...(sources.get(key) ?? []), ...list.names]));
  }
  return new Map([...sources].map(([key, names]) => [key, [...names].sort()]));
}

/** The files of a side: those of its packages, those that it keeps elsewhere, then its own. The first packages are the base. */
export function readSystem({ packages, moved = [], files }: SystemDescription): Files {
  const isMerged = packages[0]?.suite !== UNMERGED;
  const packaged: Record<string, StoryFile> = isMerged
    ? { "/lib": link("usr/lib"), "/lib64": link("usr/lib64"), "/bin": link("usr/bin"), "/sbin": link("usr/sbin") }
    : {};
  for (const list of packages) {
    for (const name of list.names) {
      for (const [path, file] of readPackage(folderOf(list, name))) {
        packaged[isMerged ? path.replace(/^\/(lib|lib64|bin|sbin)\//, "/usr/$1/") : path] = file;
      }
    }
  }
  for (const { from, place } of moved) {
    for (const name of from.names) {
      for (const [path, file] of readPackage(folderOf(from, name))) {
        const target = place(path);
        if (target !== undefined) packaged[target] = file;
      }
    }
  }
  return { ...packaged, ...files };
}

/** Where a package of a list is unpacked. */
export function folderOf({ suite, architecture = "amd64" }: PackageList, name: string): string {
  return join(CACHE, "packages", suite, architecture, name);
}

function* readPackage(folder: string): Generator<[path: string, file: StoryFile]> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const place = join(entry.parentPath, entry.name);
    const path = relative(folder, place);
    if (IS_NEEDLESS.test(path)) continue;
    if (entry.isSymbolicLink()) yield [`/${path}`, link(readlinkSync(place))];
    else if (entry.isFile()) yield [`/${path}`, { bytes: readFileSync(place), mode: statSync(place).mode & 0o7777 }];
  }
}
