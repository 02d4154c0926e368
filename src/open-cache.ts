/**
 * The cache of layers, for callers: what was learned from a layer is kept in a folder, or in a Redis server that machines share, and the
 * next image that has the same layer need not be inflated and scanned. Reports are the same with and without it.
 */
import { findCacheFolder } from "./cache/cache-folder.js";
import { parseCachePlace, type RedisAddress } from "./cache/cache-place.js";
import { DEFAULT_CACHE_LIMITS, type CacheLimits } from "./cache/clean-folder.js";
import { createFolderStore } from "./cache/folder-store.js";
import { toRedisReason } from "./cache/redis-reason.js";
import { createRedisStore } from "./cache/redis-store.js";
import { fingerprintCode } from "./code-fingerprint.js";
import { findSystemReason } from "./errors.js";
import { packing } from "./image/packing.js";
import type { LayerCache, LayerStore } from "./image/layer-store.js";
import type { FileFacts } from "./loader/facts.js";
import { FACTS_VERSION, factsBytes } from "./loader/facts-bytes.js";
import { VERSION } from "./version.js";

export type { LayerStore } from "./image/layer-store.js";
export { DEFAULT_CACHE_LIMITS, findCacheFolder, type CacheLimits };

export interface OpenCacheOptions {
  /** of a folder */
  readonly limits?: CacheLimits;
  /** of a shared store: what its entries are sealed with, 16 bytes or more; those sealed otherwise are none */
  readonly secret?: string;
  /** of a shared store, where it wants one */
  readonly password?: string;
  /** of a shared store: the folder for what is true of this machine alone, such as the files of a host; none where it is left out */
  readonly folder?: string;
  /** is told, once, why the cache cannot be used; all goes on without it */
  readonly onWarning?: (text: string) => void;
}

/**
 * A cache for `analyze` and `readHost`: a folder, which is made when there is something to keep; or `redis://[user@]host[:port][/database]`
 * (`rediss://` for TLS), which is connected to when it is first asked. What fails later is told to `onWarning`, and never thrown.
 *
 * @throws ContainerspecError usage for a URL that is none of these
 */
export function openCache(place: string, options: OpenCacheOptions = {}): LayerStore {
  const parsed = parseCachePlace(place);
  return parsed.kind === "folder" ? openFolder(parsed.folder, options) : openShared(parsed.address, options);
}

function openFolder(folder: string, { limits, onWarning }: OpenCacheOptions): LayerStore {
  return createFolderStore(folder, {
    packing,
    ...(limits === undefined ? {} : { limits }),
    onFailure: (what, error) => onWarning?.(toWarning(folder, what, toReason(error))),
  });
}

function openShared(address: RedisAddress, options: OpenCacheOptions): LayerStore {
  const { secret = "", password, folder, onWarning } = options;
  return createRedisStore(address, {
    secret,
    packing,
    ...(password === undefined ? {} : { password }),
    ...(folder === undefined ? {} : { ofMachine: openFolder(folder, options) }),
    onFailure: (what, error) => onWarning?.(toWarning(address.name, what, toRedisReason(error))),
  });
}

function toWarning(name: string, what: "read" | "write", reason: string): string {
  return `the cache in ${name} cannot be ${what === "read" ? "read" : "written to"}: ${reason}; all goes on without it (--cache names another one, --no-cache wants none)`;
}

/** A store as reading an image wants it. */
export function toLayerCache(store: LayerStore): LayerCache<FileFacts> {
  return { store, version: factsVersion(), codec: factsBytes };
}

/** Changes with everything that has a say in what is learned of the same bytes. */
export function factsVersion(): string {
  return `${VERSION} ${FACTS_VERSION} ${fingerprintCode()}`;
}

function toReason(error: unknown): string {
  return findSystemReason(error) ?? (error instanceof Error ? error.message : String(error));
}
