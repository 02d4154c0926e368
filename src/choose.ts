/** What a user asked for, found on the host and in the image. A name that leads to nothing is an error: a gate passes by no slip of the pen. */
import type { AnalyzeOptions } from "./analyze-options.js";
import type { Host } from "./host/host.js";
import { ContainerspecError } from "./errors.js";
import { matchesGlob } from "./rootfs/glob.js";
import { parseBind, resolveBind, type Bind } from "./mounts/bind.js";
import { chooseCandidates, type Candidate } from "./mounts/candidates.js";
import type { Side } from "./mounts/side.js";
import type { RootObject } from "./mounts/subject.js";
import { unreadReason } from "./rootfs/filesystem.js";
import { toBytePath, toDisplayPath } from "./rootfs/path.js";
import { resolvePath } from "./rootfs/resolve.js";

/**
 * The libraries to judge: those that --library names; none where only binds or profiles were given; else the names that both sides have.
 *
 * @throws ContainerspecError usage
 */
export function chooseLibraries(
  libraries: readonly Candidate[],
  { subject }: Side,
  { libraries: globs = [], wanted = [], mounts = [], profiles = [], host }: AnalyzeOptions,
): readonly Candidate[] {
  const { loader, like } = subject;
  const has = (name: string): boolean => like !== undefined && loader.findPlain(name, like).kind === "found";
  for (const glob of globs) {
    if (glob === "*" || chooseCandidates(libraries, [toBytePath(glob)], has).length > 0) continue;
    throw new ContainerspecError(
      "usage",
      `Cannot judge --library ${glob}: no library that the loader of the host (${host.source}) finds has this name, DT_SONAME or path${tellUnread(host)}; \`containerspec host\` lists what it finds`,
    );
  }
  const isFound = (glob: string): boolean => chooseCandidates(libraries, [toBytePath(glob)], has).length > 0;
  const all = [...globs, ...wanted.filter(isFound)];
  if (all.length === 0 && mounts.length + wanted.length + profiles.length > 0) return [];
  return chooseCandidates(libraries, all.map(toBytePath), has);
}

/** What was not found may be where nobody could look. */
function tellUnread({ unread: [first] }: Host): string {
  return first === undefined ? "" : ` (${toDisplayPath(first.path)} could not be read: ${first.reason})`;
}

/** The binds of --mount. @throws ContainerspecError usage */
export function chooseBinds({ subject }: Side, hostSide: Side, { mounts = [], host }: AnalyzeOptions): readonly Bind[] {
  return mounts.map((text) => {
    const parsed = parseBind(toBytePath(text));
    if (parsed === undefined) {
      throw new ContainerspecError(
        "usage",
        `Cannot use --mount ${text}: expected source:target[:options] with two absolute paths, such as /opt/mpi/lib/libmpi.so.12:/usr/lib/libmpi.so.12`,
      );
    }
    const reason = unreadReason(resolvePath(host.root, parsed.source)?.node);
    if (reason !== undefined) {
      throw new ContainerspecError(
        "usage",
        `Cannot use --mount ${text}: its source on the host (${host.source}) could not be read: ${reason}; let somebody read it who may`,
      );
    }
    const bind = resolveBind(parsed, subject.root, hostSide.subject.root);
    if (bind !== undefined && isWhole(bind, host)) return bind;
    throw new ContainerspecError(
      "usage",
      `Cannot use --mount ${text}: the host (${host.source}) has nothing at its source, or not all of it; a saved profile holds what its loader finds and, whole, the folders that \`containerspec host --folder\` named`,
    );
  });
}

/** A folder can be judged where all that is in it is known: a profile may hold some of its files and miss the one that matters. */
function isWhole({ source, mount }: Bind, host: Host): boolean {
  if (host.root.lookup(mount.path)?.kind !== "directory") return true;
  return isKnownWhole(host, source) || isKnownWhole(host, mount.path);
}

/** Whether all that is below a path of the host is known. */
export function isKnownWhole({ trees }: Pick<Host, "trees">, path: string): boolean {
  return trees.some((tree) => tree === "/" || path === tree || path.startsWith(`${tree}/`));
}

/** Which of the image's programs and libraries the verdict is asked for. @throws ContainerspecError usage */
export function chooseConsumers(
  { subject }: Side,
  { consumers = [] }: AnalyzeOptions,
): (object: RootObject) => boolean {
  const globs = consumers.map(toBytePath);
  for (const [index, glob] of globs.entries()) {
    if (subject.objects.some(({ path }) => matchesGlob(glob, path))) continue;
    throw new ContainerspecError(
      "usage",
      `Cannot judge by --consumer ${consumers[index] ?? glob}: the image has no dynamically linked program or library at such a path`,
    );
  }
  return ({ path }) => globs.length === 0 || globs.some((glob) => matchesGlob(glob, path));
}
