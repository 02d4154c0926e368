/** Words and evidence that several rules share, so that one thing is called by one name everywhere. */
import type { ConsideredPlace } from "../loader/search-result.js";
import type { LoadProblem } from "../loader/problem.js";
import type { SearchReason } from "../loader/search-path.js";
import type { MountCase } from "../mounts/mount-case.js";
import type { Evidence } from "../report.js";
import { baseName } from "../rootfs/path.js";

type UndefinedSymbol = Extract<LoadProblem, { kind: "symbol-not-defined" }>;

/** "the host's libz.so.1" or "the image's /usr/bin/curl". */
export function nameFile(mountCase: MountCase, path: string): string {
  return isMounted(mountCase, path) ? `the host's ${baseName(path)}` : `the image's ${path}`;
}

/** The same as the first words of a sentence. */
export function beginWithFile(mountCase: MountCase, path: string): string {
  return nameFile(mountCase, path).replace(/^t/, "T");
}

/** Whether a path is one under which the loader met a mounted file. */
function isMounted(mountCase: MountCase, path: string): boolean {
  return mountCase.mountedPaths.has(path);
}

export function fileEvidence(mountCase: MountCase, role: string, path: string): Evidence {
  return { kind: "file", role, path, side: isMounted(mountCase, path) ? "host" : "image" };
}

export function searchEvidence(name: string, requestedBy: string, considered: readonly ConsideredPlace[]): Evidence {
  return {
    kind: "search",
    name,
    requestedBy,
    places: considered.map(({ path, reason, found }) => ({ path, why: describeReason(reason), found })),
  };
}

/** "SSL_new, version OPENSSL_3.0.0" */
export function nameSymbol({ symbol, version }: UndefinedSymbol): string {
  return version === undefined ? symbol : `${symbol}, version ${version}`;
}

export function symbolEvidence({ symbol, version, requiredBy, binding }: UndefinedSymbol): Evidence {
  return { kind: "symbol", name: symbol, ...(version === undefined ? {} : { version }), usedBy: requiredBy, binding };
}

/** ld.so(8)'s words for why a folder is searched. */
function describeReason(reason: SearchReason): string {
  switch (reason.kind) {
    case "rpath":
      return `RPATH of ${reason.of}`;
    case "runpath":
      return `RUNPATH of ${reason.of}`;
    case "library-path":
      return "LD_LIBRARY_PATH";
    case "cache":
      return "ld.so.cache";
    case "default":
      return "default folder";
  }
}

/** "GLIBC_2.31, GLIBC_2.32 and 3 more" */
export function listSome(names: readonly string[], limit: number): string {
  const shown = names.slice(0, limit).join(", ");
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}
