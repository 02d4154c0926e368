/**
 * One side of the question, image or host, as a loader meets it: what its processes get in their environment joins what its own
 * files say, and the C library that answers there is found out.
 */
import { findLdCache, findLibc, findPreloads } from "../loader/root-settings.js";
import type { FileFacts } from "../loader/facts.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import type { SideFacts } from "./mount-case.js";
import { createSubject, withSettings, type Subject } from "./subject.js";

/** How processes of a side are started. */
export interface Launch {
  /** NAME -> value: of interest are LD_LIBRARY_PATH and LD_PRELOAD */
  readonly env: ReadonlyMap<string, string>;
  /** glibc-hwcaps subfolders that the CPU can use, best first */
  readonly hwcaps: readonly string[];
}

export interface Side {
  readonly subject: Subject;
  readonly facts: SideFacts;
}

/** A root as the loader of its programs sees it. */
export function createSide(root: RootFilesystem<FileFacts>, { env, hwcaps }: Launch): Side {
  const cache = findLdCache(root);
  const libraryPath = env.get("LD_LIBRARY_PATH");
  const preload = [...splitPreload(env.get("LD_PRELOAD")), ...findPreloads(root)];
  const bare = createSubject(root, {
    hwcaps,
    preload,
    ...(cache === undefined ? {} : { cache }),
    ...(libraryPath === undefined ? {} : { libraryPath }),
  });
  const libc = findLibc(root, bare.like, bare.settings);
  const subject = libc.version === undefined ? bare : withSettings(bare, root, { glibcVersion: libc.version });
  return { subject, facts: { libc, objects: subject.objects } };
}

/** LD_PRELOAD separates names by spaces or colons (ld.so(8)). */
function splitPreload(text: string | undefined): readonly string[] {
  return (text ?? "").split(/[ :]+/).filter((name) => name !== "");
}
