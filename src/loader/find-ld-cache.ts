/** The cache that a root's loader reads, where there is one that it would believe. */
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { FileFacts } from "./facts.js";
import { parseLdCache, type LdCache } from "./ld-cache.js";

/** Where glibc looks for its cache when it is built for a whole system. */
export const LD_CACHE = "/etc/ld.so.cache";

export function findLdCache(root: RootFilesystem<FileFacts>, path = LD_CACHE): LdCache | undefined {
  const node = resolvePath(root, path)?.node;
  return node?.kind === "file" && node.facts.kind === "data" ? parseLdCache(node.facts.bytes) : undefined;
}
