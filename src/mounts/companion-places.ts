/**
 * Where what a mounted library needs beside it is to be mounted: the host's plugins and data, whole folders where they are in folders of
 * their own; settings and texts that name drivers, file by file, and where the image has none that would do; sockets as they are.
 */
import type { FileFacts } from "../loader/facts.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { baseName, joinPath, parentPath, splitPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { CompanionAnswer, CompanionFile } from "./companion-files.js";

export interface CompanionPlace extends CompanionFile {
  readonly kind: "file" | "folder" | "socket";
  /** the library that needs it */
  readonly of: string;
  /** what happens without it */
  readonly without: string;
}

interface Host {
  readonly root: RootFilesystem<FileFacts>;
  /** whether everything in a folder is known */
  readonly isWhole: (folder: string) => boolean;
}

/** Folders that hold the parts of many programs: never mounted as a whole. */
const SHARED =
  /^(?:\/(?:usr\/(?:local\/)?)?(?:lib(?:32|64|x32)?|share|etc|bin)(?:\/[^/]+-linux-[^/]+)?|\/|\/run|\/var\/run|\/tmp)$/;

/** The places for all answers, each once, in order of target. */
export function findCompanionPlaces(answers: readonly CompanionAnswer[], host: Host): readonly CompanionPlace[] {
  const places = new Map<string, CompanionPlace>();
  for (const answer of answers) {
    for (const place of placesOf(answer, host)) if (!places.has(place.target)) places.set(place.target, place);
  }
  const folders = [...places.values()].filter(({ kind }) => kind === "folder").map(({ target }) => `${target}/`);
  return [...places.values()]
    .filter(({ target }) => !folders.some((folder) => target.startsWith(folder)))
    .sort((a, b) => (a.target < b.target ? -1 : 1));
}

function placesOf(answer: CompanionAnswer, host: Host): readonly CompanionPlace[] {
  const { need, files, isThere, landing } = answer;
  const about = { of: landing.candidate.name, without: need.without };
  const each = (kind: CompanionPlace["kind"], chosen: readonly CompanionFile[]): readonly CompanionPlace[] =>
    chosen.map((file) => ({ ...about, ...file, kind }));
  switch (need.kind) {
    case "socket":
      return files.map((file) => ({ ...about, ...file, kind: kindOf(file.source, host, "socket") }));
    case "plugins":
    case "data":
      // The image's own are of another build, also where they have the same names.
      return need.weight === "needed"
        ? [...placeFolders(answer, host), ...each("file", placeBrokenLinks(answer, host))]
        : [];
    case "configuration":
    case "drivers":
    case "manifest":
      if (need.weight !== "needed") return [];
      return [...(isThere ? [] : each("file", files)), ...each("file", placeDrivers(answer, host))];
    default:
      return [];
  }
}

function placeFolders({ need, files, landing }: CompanionAnswer, host: Host): readonly CompanionPlace[] {
  const home = parentPath(landing.candidate.realPath);
  const about = { of: landing.candidate.name, without: need.without };
  const byFolder = new Map<string, CompanionFile[]>();
  for (const file of files) {
    const folder = parentPath(file.source);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), file]);
  }
  return [...byFolder].flatMap(([folder, inside]): readonly CompanionPlace[] => {
    const [first] = inside;
    const isOwn = folder !== home && !SHARED.test(folder) && host.isWhole(folder);
    if (!isOwn || first === undefined)
      return inside.map((file) => ({ ...about, ...file, kind: kindOf(file.source, host, "file") }));
    return [{ ...about, source: folder, target: parentPath(first.target), kind: "folder" }];
  });
}

/** Files that links among the plugins lead to, at the places where the links will look for them. */
function placeBrokenLinks({ files, leadNowhere }: CompanionAnswer, { root }: Host): readonly CompanionFile[] {
  return leadNowhere.flatMap(({ path, to }) => {
    const link = files.find(({ target }) => target === path);
    const folder = link === undefined ? undefined : resolvePath(root, parentPath(link.source))?.path;
    const node =
      link === undefined || folder === undefined ? undefined : root.lookup(joinPath(folder, baseName(link.source)));
    return node?.kind === "symlink" ? [{ source: to, target: follow(parentPath(path), node.target) }] : [];
  });
}

/** Drivers that texts name by their paths; those that they name by name are libraries that a loader must find. */
function placeDrivers({ leadNowhere }: CompanionAnswer, { root }: Host): readonly CompanionFile[] {
  return leadNowhere.flatMap(({ to }) => {
    const source = to.startsWith("/") ? resolvePath(root, to)?.path : undefined;
    return source === undefined ? [] : [{ source, target: to }];
  });
}

function follow(folder: string, text: string): string {
  const parts: string[] = [];
  for (const part of splitPath(text.startsWith("/") ? text : `${folder}/${text}`)) {
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function kindOf(path: string, { root }: Host, otherwise: "file" | "socket"): CompanionPlace["kind"] {
  return resolvePath(root, path)?.node.kind === "directory" ? "folder" : otherwise;
}
