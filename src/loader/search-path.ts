/**
 * The lists of folders that a loader searches: how RPATH, RUNPATH and LD_LIBRARY_PATH are split, and how $ORIGIN, $LIB and
 * $PLATFORM in them are replaced. Mirrors fillin_rpath, decompose_rpath and _dl_dst_substitute of glibc's elf/dl-load.c.
 */
import { toAbsolutePath } from "../rootfs/path.js";
import type { LoaderIdentity } from "./identity.js";

/** Why a folder is searched: what ld.so(8) lists, and whose entry it was. */
export type SearchReason =
  | { readonly kind: "rpath" | "runpath"; readonly of: string }
  | { readonly kind: "library-path" }
  | { readonly kind: "cache" }
  | { readonly kind: "default" };

export interface SearchFolder {
  /** absolute, without a trailing slash */
  readonly folder: string;
  readonly reason: SearchReason;
}

/** What one requester adds to the search: its own folders before LD_LIBRARY_PATH and after it. */
export interface Requester {
  /** the folders of the RPATH chain, empty where the requester has a RUNPATH */
  readonly rpath: readonly SearchFolder[];
  readonly runpath: readonly SearchFolder[];
  readonly noDefaultFolders: boolean;
  /** equal for requesters with equal folders */
  readonly key: string;
}

/** A requester without RPATH and RUNPATH: the plain search. */
export const PLAIN_REQUESTER: Requester = { rpath: [], runpath: [], noDefaultFolders: false, key: "" };

/** The values of the dynamic string tokens for one object; a token without a value discards the element that holds it. */
export interface TokenValues {
  readonly ORIGIN?: string;
  readonly LIB?: string;
  readonly PLATFORM?: string;
}

const HAS_TOKEN = /\$(?:\{(?:ORIGIN|LIB|PLATFORM)\}|(?:ORIGIN|LIB|PLATFORM)(?![A-Za-z0-9_]))/;
const HAS_ORIGIN = /\$(?:\{ORIGIN\}|ORIGIN(?![A-Za-z0-9_]))/;

/** Whether there is anything to replace: what _dl_dst_count counts. */
export function hasToken(text: string): boolean {
  return HAS_TOKEN.test(text);
}

/** Whether a search path differs from program to program. */
export function hasOrigin(text: string): boolean {
  return HAS_ORIGIN.test(text);
}

export function tokensOf(identity: LoaderIdentity, origin: string | undefined): TokenValues {
  return {
    ...(origin === undefined ? {} : { ORIGIN: origin }),
    LIB: identity.lib,
    ...(identity.platform === undefined ? {} : { PLATFORM: identity.platform }),
  };
}

export interface PathSettings {
  /** the working directory: an empty element means it, and relative folders start there */
  readonly workingFolder: string;
  /** the only folders that $ORIGIN may lead to (secure-execution mode); all where it is not given */
  readonly isTrusted?: (folder: string) => boolean;
}

/**
 * A search path as folders: tokens are expanded, trailing slashes go, and repeated folders are named once.
 *
 * @param separators ":" for RPATH and RUNPATH, ":;" for LD_LIBRARY_PATH
 */
export function parseSearchPath(
  text: string,
  separators: ":" | ":;",
  tokens: TokenValues,
  { workingFolder, isTrusted }: PathSettings,
): string[] {
  const folders = new Set<string>();
  for (const element of text.split(separators === ":" ? ":" : /[:;]/)) {
    const expanded = expandTokens(element, tokens);
    // An element that is empty from the start is a folder; one that becomes empty is not.
    if (expanded === undefined || (expanded === "" && element !== "")) continue;
    if (isTrusted !== undefined && hasOrigin(element) && !isTrusted(expanded)) continue;
    const folder = toAbsolutePath(workingFolder, expanded).replace(/\/+$/, "");
    folders.add(folder === "" ? "/" : folder);
  }
  return [...folders];
}

/**
 * Replaces $ORIGIN, $LIB and $PLATFORM, with or without braces. The name after `$` is matched greedily: `$ORIGINX` is no token
 * and stays as it is, like every unknown one. Undefined where a known token has no value.
 */
export function expandTokens(text: string, tokens: TokenValues): string | undefined {
  if (!text.includes("$")) return text;
  const missing: string[] = [];
  const expanded = text.replace(
    /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g,
    (whole, braced, bare) => {
      const name = (braced ?? bare) as string;
      if (name !== "ORIGIN" && name !== "LIB" && name !== "PLATFORM") return whole;
      const value = tokens[name];
      if (value === undefined) missing.push(name);
      return value ?? "";
    },
  );
  return missing.length > 0 ? undefined : expanded;
}
