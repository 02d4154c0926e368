/**
 * The JSON of a Sarus hook: the MPI hook is told its libraries by variables, the mount hook by options.
 * Source: eth-cscs/sarus, doc/config/mpi-hook.rst and doc/config/mount-hook.rst.
 */
import { fieldOf, textsOf, toPathEntry, type ListEntry, type SiteList } from "./site-list.js";

/** Variables of the MPI and glibc hooks that list paths with a colon between two. */
const LISTS = /^(?:MPI_LIBS|MPI_DEPENDENCY_LIBS|BIND_MOUNTS|GLIBC_LIBS)=(.*)$/s;
const MOUNT = /^--mount=(.*)$/s;

/** What a hook mounts; undefined for other data. */
export function toSarusList(data: unknown): SiteList | undefined {
  const hook = fieldOf(data, "hook");
  if (typeof fieldOf(hook, "path") !== "string") return undefined;
  const listed = textsOf(fieldOf(hook, "env")).flatMap((text) => LISTS.exec(text)?.[1]?.split(":") ?? []);
  const mounted = textsOf(fieldOf(hook, "args")).flatMap((text): readonly ListEntry[] => {
    const source = /(?:^|,)(?:src|source)=([^,]*)/.exec(MOUNT.exec(text)?.[1] ?? "")?.[1];
    return source === undefined ? [] : [toPathEntry(source, text)];
  });
  const entries = [...listed.filter((path) => path !== "").map((path) => toPathEntry(path)), ...mounted];
  return { format: "hook of Sarus", entries };
}
