/**
 * Where a library lands in the image, for each placement: over the file that the image's own search finds, or in a folder of
 * its own that LD_LIBRARY_PATH puts before or after the image's libraries.
 */
import type { ElfObject } from "../elf/object.js";
import type { FileFacts } from "../loader/facts.js";
import type { FileNode, RootFilesystem } from "../rootfs/filesystem.js";
import type { Mount } from "../rootfs/overlay.js";
import { joinPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { Candidate } from "./candidates.js";
import { withSettings, type Subject } from "./subject.js";

export type Placement = "over" | "first" | "last";

export interface Landing {
  readonly candidate: Candidate;
  /** the path as the loader searches it */
  readonly target: string;
  readonly mount: Mount<FileFacts>;
  /** the image's own file for the name, as the loader searches it: covered (`over`) or shadowed (`first`); none with `last` */
  readonly replaced?: { readonly path: string; readonly node: FileNode<FileFacts>; readonly elf: ElfObject };
}

/**
 * Where `candidate` lands.
 *
 * @param mountFolder the folder of `first` and `last`
 */
export function findLanding(
  subject: Subject,
  host: RootFilesystem<FileFacts>,
  candidate: Candidate,
  placement: Placement,
  mountFolder: string,
): Landing {
  const like = subject.like ?? candidate.elf;
  const plain = subject.loader.findPlain(candidate.name, like);
  // Users bind over the copy that every CPU gets; what becomes of the others is for the search to say.
  const found = plain.kind === "unknown" ? (plain.otherwise ?? plain) : plain;
  const replaced =
    found.kind === "found" && placement !== "last"
      ? { replaced: { path: found.path, node: found.node, elf: found.elf } }
      : {};
  const mountAt = (target: string): Mount<FileFacts> => ({ target, source: host, path: candidate.realPath });
  if (placement !== "over") {
    const target = joinPath(mountFolder, candidate.name);
    return { candidate, target, mount: mountAt(target), ...replaced };
  }
  if (found.kind === "found") return { candidate, target: found.path, mount: mountAt(found.realPath), ...replaced };
  // A file that is there and cannot be loaded is what the bind would cover.
  const path = found.kind === "missing" ? findNewPlace(subject, candidate.name, like) : found.path;
  return {
    candidate,
    target: path,
    mount: mountAt(resolvePath(subject.root, path)?.path ?? followParent(subject, path)),
  };
}

/**
 * A name that the image lacks becomes a new file in the first default folder of the image's loader that exists; a runtime makes
 * the folder where there is none.
 */
function findNewPlace(subject: Subject, name: string, like: ElfObject): string {
  const folders = subject.loader.identityOf(like)?.folders ?? [];
  const folder = folders.find((one) => resolvePath(subject.root, one)?.node.kind === "directory");
  return joinPath(folder ?? folders[0] ?? "/usr/lib", name);
}

/** The path of a file that does not exist yet, with the links of its folder followed. */
function followParent(subject: Subject, path: string): string {
  const slash = path.lastIndexOf("/");
  const folder = resolvePath(subject.root, path.slice(0, slash))?.path ?? path.slice(0, slash);
  return joinPath(folder, path.slice(slash + 1));
}

/** LD_LIBRARY_PATH of the image's processes under a placement. */
export function toLibraryPath(subject: Subject, placement: Placement, mountFolder: string): string | undefined {
  const own = subject.settings.libraryPath;
  const isSet = own !== undefined && own !== "";
  switch (placement) {
    case "over":
      return own;
    case "first":
      return isSet ? `${mountFolder}:${own}` : mountFolder;
    case "last": {
      const folders = subject.like === undefined ? [] : (subject.loader.identityOf(subject.like)?.folders ?? []);
      return isSet ? `${own}:${mountFolder}` : [...folders, mountFolder].join(":");
    }
  }
}

/**
 * The image in the environment that a placement gives its processes, still without any mount. Only `last` changes anything there:
 * the folder that `first` puts in front is empty.
 */
export function placeSubject(subject: Subject, placement: Placement, mountFolder: string): Subject {
  const libraryPath = placement === "last" ? toLibraryPath(subject, placement, mountFolder) : undefined;
  return libraryPath === undefined ? subject : withSettings(subject, subject.root, { libraryPath });
}
