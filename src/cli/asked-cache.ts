/** The cache that a command is to use, by `--cache` and `--no-cache`. */
import { findCacheFolder, openCache, type LayerStore } from "../index.js";
import { warn } from "./output.js";

/** The store that was asked for: a folder by name, none (`false`), or the user's. */
export function openAskedCache(asked: string | false | undefined): LayerStore | undefined {
  if (asked === false) return undefined;
  const folder = asked ?? findCacheFolder(process.env);
  return folder === undefined ? createAbsentStore() : openCache(folder, { onWarning: warn });
}

/** Where no folder is known: said once, and only where a layer would have been kept. */
function createAbsentStore(): LayerStore {
  let isSaid = false;
  return {
    get(key) {
      if (!isSaid && !key.startsWith("host "))
        warn("no cache is used: neither XDG_CACHE_HOME nor HOME names a folder (--cache does, --no-cache wants none)");
      isSaid ||= !key.startsWith("host ");
      return Promise.resolve(undefined);
    },
    put: () => Promise.resolve(),
  };
}
