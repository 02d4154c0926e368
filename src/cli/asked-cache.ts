/** The cache that a command is to use, by `--cache` and `--no-cache`, and by the environment what nobody else may read. */
import { findCacheFolder, openCache, type LayerStore } from "../index.js";
import { warn } from "./output.js";

/** The store that was asked for: a folder or a URL, none (`false`), or the user's folder. @throws ContainerspecError usage */
export function openAskedCache(asked: string | false | undefined): LayerStore | undefined {
  if (asked === false) return undefined;
  const folder = findCacheFolder(process.env);
  const place = asked ?? folder;
  if (place !== undefined)
    return openCache(place, {
      ...readCacheSecrets(process.env),
      ...(folder === undefined ? {} : { folder }),
      onWarning: warn,
    });
  return createAbsentStore();
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

/** What is not for the command line, where others on the machine would read it. An empty variable is none. */
export function readCacheSecrets(env: NodeJS.ProcessEnv): { readonly secret?: string; readonly password?: string } {
  const { CONTAINERSPEC_CACHE_KEY: secret = "", CONTAINERSPEC_CACHE_PASSWORD: password = "" } = env;
  return { ...(secret === "" ? {} : { secret }), ...(password === "" ? {} : { password }) };
}
