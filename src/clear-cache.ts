/** What a cache holds, and how it is emptied: a folder of one's own, or the entries of all in a store that machines share. */
import { clearFolder, countEntries, listCacheFiles } from "./cache/cache-folder.js";
import { parseCachePlace, type RedisAddress } from "./cache/cache-place.js";
import { clearRedis, measureRedis } from "./cache/redis-entries.js";
import { toRedisReason } from "./cache/redis-reason.js";
import { ContainerspecError, findSystemReason } from "./errors.js";

/** What a cache holds. */
export interface CacheSize {
  readonly kind: "folder" | "store";
  /** the folder as it was named; of a store its URL, without the user */
  readonly name: string;
  readonly entries: number;
  readonly bytes: number;
}

export interface CachePassword {
  /** of a shared store, where it wants one */
  readonly password?: string;
}

/**
 * Counts what is in a cache, a folder or a URL as for `openCache`.
 *
 * @throws ContainerspecError file-not-found, or usage for a URL that is none of these
 */
export function measureCache(place: string, { password }: CachePassword = {}): Promise<CacheSize> {
  return count(place, {
    folder: async (folder) => countEntries(await listCacheFiles(folder)),
    store: (address) => measureRedis(address, password),
  });
}

/** Removes what is in a cache, and nothing else; returns what that was. @throws as `measureCache` */
export function clearCache(place: string, { password }: CachePassword = {}): Promise<CacheSize> {
  return count(place, { folder: clearFolder, store: (address) => clearRedis(address, password) });
}

type Count = Promise<{ readonly entries: number; readonly bytes: number }>;

async function count(
  place: string,
  by: { folder(folder: string): Count; store(address: RedisAddress): Count },
): Promise<CacheSize> {
  const parsed = parseCachePlace(place);
  if (parsed.kind === "folder") {
    const { folder } = parsed;
    return { kind: "folder", name: folder, ...(await by.folder(folder).catch(noneOr(folder))) };
  }
  const { address } = parsed;
  return { kind: "store", name: address.name, ...(await by.store(address).catch(cannotOpen(address.name))) };
}

/** A folder that is not there is an empty cache. */
function noneOr(folder: string): (error: unknown) => { readonly entries: 0; readonly bytes: 0 } {
  return (cause) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return { entries: 0, bytes: 0 };
    const reason = findSystemReason(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    throw new ContainerspecError(
      "file-not-found",
      `Cannot open the cache in ${folder}: ${reason}; expected a folder that may be read and written`,
      { path: folder },
      { cause },
    );
  };
}

function cannotOpen(name: string): (error: unknown) => never {
  return (cause) => {
    throw new ContainerspecError(
      "file-not-found",
      `Cannot open the cache in ${name}: ${toRedisReason(cause)}; expected a Redis server that may be read and written`,
      { path: name },
      { cause },
    );
  };
}
