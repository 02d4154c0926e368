/**
 * What libraries of a host open or read at run time and no loader searches for: plugins, texts that name drivers and the drivers, settings
 * and data, sockets and devices. Whoever has the profile alone can tell from it what must travel with a library.
 */
import { LIBDIR, ORIGIN, type CompanionNeed } from "../knowledge/companion-need.js";
import { COMPANION_NEEDS } from "../knowledge/companions.js";
import { findDriver } from "../loader/driver-texts.js";
import { findText } from "../loader/ld-conf.js";
import { matchesAnyGlob, matchesGlob } from "../rootfs/glob.js";
import { isPlainName } from "../rootfs/expand-glob.js";
import { createMemoryRoot } from "../rootfs/memory.js";
import { baseName, joinPath, parentPath, splitPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { DiskReader } from "./disk-reader.js";

/** More than any library has in one folder; of more none is taken, so that no list is cut in the middle. */
const MAX_FILES = 10_000;
/** Folders that are many programs' and so are never taken whole. */
const SHARED = /^\/(?:etc|run|tmp|dev|dev\/.*|usr\/share|usr\/local\/share|var\/run|var\/spool)$/;

/**
 * Takes in what the libraries that were found need beside them.
 *
 * @param searched folders that the loader searches: plugins in a folder below them tell of a network, be its library where it may
 * @returns folders of which everything is known now: they can be mounted as a whole
 */
export async function scanCompanions(disk: DiskReader, searched: ReadonlySet<string>): Promise<readonly string[]> {
  const libraries = listLibraries(disk);
  const whole = new Set<string>();
  for (const need of COMPANION_NEEDS) {
    if (!("paths" in need)) continue;
    const homes = new Set(libraries.filter(({ names }) => needs(need, names)).map(({ folder }) => folder));
    if (need.kind === "plugins" && need.weight === "needed") for (const folder of searched) homes.add(folder);
    // A driver is named by texts whether their own loader is there or not.
    for (const home of need.kind === "drivers" ? [""] : homes) {
      for (const pattern of need.paths) {
        const found = await addMatches(disk, pattern.replace(LIBDIR, home).replace(ORIGIN, home));
        if (need.kind === "drivers") await addDrivers(disk, found);
        if (need.kind === "device" || need.kind === "socket") continue;
        for (const folder of new Set(found.map(parentPath))) {
          if (!homes.has(folder) && !SHARED.test(folder) && (await addWhole(disk, folder))) whole.add(folder);
        }
      }
    }
  }
  return [...whole].sort();
}

interface NamedLibrary {
  /** the folder that it lies in */
  readonly folder: string;
  readonly names: readonly string[];
}

/** Every name of every library, its DT_SONAME among them. */
function listLibraries({ nodes }: DiskReader): readonly NamedLibrary[] {
  const root = createMemoryRoot(nodes);
  return [...nodes].flatMap(([path, node]): NamedLibrary[] => {
    if (node.kind === "symlink") {
      const end = resolvePath(root, path);
      return end?.node.kind === "file" && end.node.facts.kind === "elf"
        ? [{ folder: parentPath(end.path), names: [baseName(path)] }]
        : [];
    }
    if (node.kind !== "file" || node.facts.kind !== "elf") return [];
    const { soname } = node.facts.elf;
    return [{ folder: parentPath(path), names: [baseName(path), ...(soname === undefined ? [] : [soname])] }];
  });
}

function needs({ libraries }: CompanionNeed, names: readonly string[]): boolean {
  return names.some((name) => matchesAnyGlob(libraries, name));
}

/** The paths on disk that a glob stands for, each taken in. */
async function addMatches(disk: DiskReader, pattern: string): Promise<readonly string[]> {
  let found: readonly string[] = ["/"];
  for (const component of splitPath(pattern)) {
    const next: string[] = [];
    for (const path of found) {
      if (component === "..") next.push(parentPath(path));
      else if (isPlainName(component)) next.push(joinPath(path, component));
      else {
        const names = (await disk.list(path)).filter((name) => !name.startsWith(".") && matchesGlob(component, name));
        if (names.length <= MAX_FILES) next.push(...names.map((name) => joinPath(path, name)));
      }
    }
    found = next;
  }
  const there: string[] = [];
  for (const path of found) if ((await disk.add(path)) !== undefined) there.push(path);
  return there;
}

/** Texts, and the drivers that they name by their paths; those that they name by name are where a loader searches. */
async function addDrivers(disk: DiskReader, texts: readonly string[]): Promise<void> {
  for (const path of texts) await disk.addText(path);
  const root = createMemoryRoot(disk.nodes);
  for (const path of texts) {
    const driver = findDriver(path, findText(root, path) ?? "");
    if (driver?.startsWith("/") === true) await disk.add(driver);
  }
}

/** Takes in all that is in a folder without folders of its own; whether that is all that may be there. */
async function addWhole(disk: DiskReader, folder: string): Promise<boolean> {
  const names = await disk.list(folder);
  if (names.length > MAX_FILES) return false;
  let isWhole = true;
  for (const name of names) {
    const node = await disk.add(joinPath(folder, name));
    if (node === undefined || node.kind === "directory" || node.kind === "unread") isWhole = false;
  }
  return isWhole;
}
