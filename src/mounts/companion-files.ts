/**
 * What a mounted library needs beside it: what the host has of it, where the library will look for it in the image, and what it finds
 * there once everything is mounted. A library of the host looks in the folders that it was built for, which are the host's.
 */
import { LIBDIR, ORIGIN, type CompanionNeed, type FileNeed } from "../knowledge/companion-need.js";
import { COMPANION_NEEDS } from "../knowledge/companions.js";
import { findDriver } from "../loader/driver-texts.js";
import { findText } from "../loader/ld-conf.js";
import { expandGlob } from "../rootfs/expand-glob.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import type { FileFacts } from "../loader/facts.js";
import { matchesAnyGlob } from "../rootfs/glob.js";
import { baseName, joinPath, parentPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { Candidate } from "./candidates.js";
import type { HostSide } from "./host-side.js";
import type { Landing } from "./landing.js";
import type { Subject } from "./subject.js";

const DRIVER_NEEDS = COMPANION_NEEDS.filter((need): need is FileNeed => need.kind === "drivers");

export interface CompanionFile {
  /** on the host */
  readonly source: string;
  /** where the mounted library looks for it in the image */
  readonly target: string;
}

export interface LeadsNowhere {
  /** in the image */
  readonly path: string;
  /** a path, or a name that a loader searches */
  readonly to: string;
}

/** One need of one mounted library, of which the host has something. */
export interface CompanionAnswer {
  readonly landing: Landing;
  readonly need: CompanionNeed;
  /** what the host has of files, in order of path; none for libraries and variables */
  readonly files: readonly CompanionFile[];
  /** what the host has of libraries that it opens by name */
  readonly libraries: readonly Candidate[];
  /** whether it finds some of that in the image; of variables nobody knows, since the runtime sets them */
  readonly isThere: boolean;
  /** links and texts that the mounts bring, and what they lead to on the host and not in the image */
  readonly leadNowhere: readonly LeadsNowhere[];
}

/** What is mounted, and where. */
interface Mounted {
  readonly host: HostSide;
  /** the image with everything mounted */
  readonly after: Subject;
}

/** The needs of all that is mounted, but for those of which the host itself has nothing. */
export function findCompanionAnswers(landings: readonly Landing[], mounted: Mounted): readonly CompanionAnswer[] {
  return landings.flatMap((landing) =>
    [...findNeeds(landing), ...findManifestNeeds(landing, mounted)].flatMap((need) => {
      const answer = answerNeed(landing, need, mounted);
      return answer === undefined ? [] : [answer];
    }),
  );
}

/** What is known of a library by its names. */
function findNeeds({ candidate: { name, realPath, elf } }: Pick<Landing, "candidate">): readonly CompanionNeed[] {
  const names = [...new Set([name, baseName(realPath), ...(elf.soname === undefined ? [] : [elf.soname])])];
  return COMPANION_NEEDS.filter(
    ({ libraries, unlessNeeded = [] }) =>
      names.some((one) => matchesAnyGlob(libraries, one)) &&
      !elf.needed.some((needed) => matchesAnyGlob(unlessNeeded, needed)),
  );
}

/** A driver that texts of the host name is opened by nobody who has not such a text, be it another one of the image. */
function* findManifestNeeds({ candidate, target }: Landing, { host, after }: Mounted): Generator<CompanionNeed> {
  const there = { ...candidate, path: target, realPath: resolvePath(after.root, target)?.path ?? target };
  for (const { paths, source } of DRIVER_NEEDS) {
    const naming = (root: RootFilesystem<FileFacts>, driver: Candidate): readonly string[] =>
      paths
        .flatMap((pattern) => expandGlob(root, pattern))
        .filter((text) => names(root, readDriver(root, text), driver));
    const manifests = naming(host.root, candidate);
    if (manifests.length === 0 || naming(after.root, there).length > 0) continue;
    yield {
      id: `manifest-of-${candidate.name}`,
      libraries: [candidate.name],
      kind: "manifest",
      paths: manifests,
      weight: "needed",
      without: "no loader of drivers knows of it",
      isSilent: true,
      source,
    };
  }
}

/** Whether what a text tells to open is this library. */
function names(
  root: RootFilesystem<FileFacts>,
  driver: string | undefined,
  { name, realPath, elf }: Candidate,
): boolean {
  if (driver === undefined) return false;
  return driver.startsWith("/") ? resolvePath(root, driver)?.path === realPath : [name, elf.soname].includes(driver);
}

function answerNeed(landing: Landing, need: CompanionNeed, mounted: Mounted): CompanionAnswer | undefined {
  const { host, after } = mounted;
  const common = { landing, need, files: [], libraries: [], leadNowhere: [] };
  switch (need.kind) {
    case "environment":
      return { ...common, isThere: false };
    case "library": {
      const libraries = host.libraries.filter(({ name }) => matchesAnyGlob(need.names, name));
      const isThere = libraries.some(({ name, elf }) => after.loader.findPlain(name, elf).kind === "found");
      return libraries.length === 0 ? undefined : { ...common, libraries, isThere };
    }
    default: {
      const files = findFiles(landing, need.paths, host.root);
      if (files.length === 0) return undefined;
      if (need.kind === "drivers") return { ...common, files, ...answerDrivers(landing, need.paths, files, mounted) };
      // Settings of the image's own do as well; a plugin is one by its name.
      const own = need.kind === "configuration" ? findOwn(landing, need.paths, after.root) : [];
      const isThere = own.length > 0 || files.some(({ target }) => resolvePath(after.root, target) !== undefined);
      return { ...common, files, isThere, leadNowhere: need.kind === "plugins" ? findBrokenLinks(files, mounted) : [] };
    }
  }
}

/** Links among plugins that were mounted without the files that they lead to. */
function findBrokenLinks(files: readonly CompanionFile[], { host, after }: Mounted): readonly LeadsNowhere[] {
  return files.flatMap(({ source, target }): readonly LeadsNowhere[] => {
    const node = lookupName(after.root, target);
    if (node?.kind !== "symlink" || node !== lookupName(host.root, source)) return [];
    const end = resolvePath(host.root, source)?.path;
    return end === undefined || resolvePath(after.root, target) !== undefined ? [] : [{ path: target, to: end }];
  });
}

/** What has a name, be it a link: only those on the way to it are followed. */
function lookupName(root: RootFilesystem<FileFacts>, path: string) {
  const folder = resolvePath(root, parentPath(path))?.path;
  return folder === undefined ? undefined : root.lookup(joinPath(folder, baseName(path)));
}

/** What the host has at the places of a need, and where the library looks for the same in the image. */
function findFiles(
  landing: Landing,
  patterns: readonly string[],
  host: RootFilesystem<FileFacts>,
): readonly CompanionFile[] {
  const found = patterns.flatMap((pattern) => {
    const { home, place, rest } = placePattern(pattern, landing);
    return expandGlob(host, home + rest).map((source) => ({ source, target: place + source.slice(home.length) }));
  });
  return [...new Map(found.map((file) => [file.target, file])).values()];
}

/** What the image has at the places of a need, whatever it is called. */
function findOwn(landing: Landing, patterns: readonly string[], image: RootFilesystem<FileFacts>): readonly string[] {
  return patterns.flatMap((pattern) => {
    const { place, rest } = placePattern(pattern, landing);
    return expandGlob(image, place + rest);
  });
}

/** Where a pattern begins on the host and in the image, and what follows: LIBDIR is the host's on both, since it is compiled in. */
function placePattern(pattern: string, { candidate, target }: Pick<Landing, "candidate" | "target">) {
  const folder = parentPath(candidate.realPath);
  if (pattern.startsWith(LIBDIR)) return { home: folder, place: folder, rest: pattern.slice(LIBDIR.length) };
  if (!pattern.startsWith(ORIGIN)) return { home: "", place: "", rest: pattern };
  const [, ups = "", rest = ""] = /^((?:\/\.\.)*)(.*)$/.exec(pattern.slice(ORIGIN.length)) ?? [];
  const climb = (from: string): string =>
    Array.from({ length: ups.length / 3 })
      .reduce<string>(parentPath, from)
      .replace(/\/$/, "");
  return { home: climb(folder), place: climb(parentPath(target)), rest };
}

/** Texts are there where one of them leads to a driver; those that the mount brought must all do so that did on the host. */
function answerDrivers(
  landing: Landing,
  patterns: readonly string[],
  files: readonly CompanionFile[],
  { host, after }: Mounted,
): Pick<CompanionAnswer, "isThere" | "leadNowhere"> {
  const like = landing.candidate.elf;
  const texts = patterns.flatMap((pattern) => expandGlob(after.root, pattern));
  const leads = (text: string): boolean => {
    const driver = readDriver(after.root, text);
    if (driver === undefined) return false;
    return driver.startsWith("/")
      ? resolvePath(after.root, driver) !== undefined
      : after.loader.findPlain(driver, like).kind === "found";
  };
  const leadNowhere = files.flatMap(({ source, target }) => {
    const driver = readDriver(host.root, source);
    const isBrought = resolvePath(after.root, target)?.node === resolvePath(host.root, source)?.node;
    const isAtHome =
      driver !== undefined &&
      (driver.startsWith("/")
        ? resolvePath(host.root, driver) !== undefined
        : host.loader.findPlain(driver, like).kind === "found");
    return isBrought && isAtHome && !leads(target) ? [{ path: target, to: driver }] : [];
  });
  return { isThere: texts.some(leads), leadNowhere };
}

function readDriver(root: RootFilesystem<FileFacts>, path: string): string | undefined {
  const text = findText(root, path);
  return text === undefined ? undefined : findDriver(path, text);
}
