/**
 * The cache of layers, for callers: what was learned from a layer is kept in a folder, and the next image that has the same layer need
 * not be inflated and scanned. Reports are the same with and without it.
 */
import { clearFolder, countEntries, findCacheFolder, listCacheFiles } from "./cache/cache-folder.js";
import { DEFAULT_CACHE_LIMITS, type CacheLimits } from "./cache/clean-folder.js";
import { createFolderStore } from "./cache/folder-store.js";
import { fingerprintCode } from "./code-fingerprint.js";
import { ContainerspecError, findSystemReason } from "./errors.js";
import type { LayerCache, LayerStore } from "./image/layer-store.js";
import type { FileFacts } from "./loader/facts.js";
import { FACTS_VERSION, factsBytes } from "./loader/facts-bytes.js";
import { VERSION } from "./version.js";

export type { LayerStore } from "./image/layer-store.js";
export { DEFAULT_CACHE_LIMITS, findCacheFolder, type CacheLimits };

export interface OpenCacheOptions {
  readonly limits?: CacheLimits;
  /** is told, once, why the cache cannot be used; all goes on without it */
  readonly onWarning?: (text: string) => void;
}

/** A folder as cache, for `analyze` and `readHost`; it is made when there is something to keep. Never throws. */
export function openCache(folder: string, { limits, onWarning }: OpenCacheOptions = {}): LayerStore {
  return createFolderStore(folder, {
    ...(limits === undefined ? {} : { limits }),
    onFailure: (what, error) =>
      onWarning?.(
        `the cache in ${folder} cannot be ${what === "read" ? "read" : "written to"}: ${toReason(error)}; all goes on without it (--cache names another folder, --no-cache wants none)`,
      ),
  });
}

/** What a cache holds. */
export interface CacheSize {
  readonly entries: number;
  readonly bytes: number;
}

/** Counts what is in a folder's cache. @throws ContainerspecError file-not-found */
export async function measureCache(folder: string): Promise<CacheSize> {
  return countEntries(await listCacheFiles(folder).catch((error: unknown) => noneOr(error, folder)));
}

/** Removes what is in a folder's cache, and nothing else; returns what that was. @throws ContainerspecError file-not-found */
export async function clearCache(folder: string): Promise<CacheSize> {
  return clearFolder(folder).catch((error: unknown) => countEntries(noneOr(error, folder)));
}

/** A store as reading an image wants it. */
export function toLayerCache(store: LayerStore): LayerCache<FileFacts> {
  return { store, version: factsVersion(), codec: factsBytes };
}

/** Changes with everything that has a say in what is learned of the same bytes. */
export function factsVersion(): string {
  return `${VERSION} ${FACTS_VERSION} ${fingerprintCode()}`;
}

/** A folder that is not there is an empty cache. */
function noneOr(error: unknown, folder: string): readonly never[] {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
  throw new ContainerspecError(
    "file-not-found",
    `Cannot open the cache in ${folder}: ${toReason(error)}; expected a folder that may be read and written`,
    { path: folder },
    { cause: error },
  );
}

function toReason(error: unknown): string {
  return findSystemReason(error) ?? (error instanceof Error ? error.message : String(error));
}
