/** A loader that loads each file once: of one image several questions are asked about the same processes. */
import type { Loader } from "../loader/loader.js";
import type { LoadResult } from "../loader/load-result.js";

export function rememberLoads(loader: Loader): Loader {
  const known = new Map<string, LoadResult>();
  return {
    ...loader,
    load(path, node, elf, how = "use") {
      const key = `${how} ${path}`;
      const result = known.get(key) ?? loader.load(path, node, elf, how);
      known.set(key, result);
      return result;
    },
  };
}
