/**
 * The platforms of an index, those of the indexes in it among them: OCI image-spec, image-index.md, allows an index to list others, and who
 * puts indexes of several builds together has such a one.
 */
import type { IndexManifest, Manifest } from "./manifest.js";

/** Indexes that one leads to; a real one has a handful. */
export const MAX_INDEXES = 32;

/**
 * Platforms to the digests of their manifests. Of two for one platform that counts which is nearer to the top, and then the first.
 *
 * @param get what a digest is
 * @returns undefined where it leads to more indexes than anybody has
 */
export async function expandIndex(
  index: IndexManifest,
  get: (digest: string) => Promise<Manifest>,
): Promise<ReadonlyMap<string, string> | undefined> {
  const platforms = new Map(index.platforms);
  const seen = new Set<string>();
  const waiting = [...index.nested];
  for (let digest = waiting.shift(); digest !== undefined; digest = waiting.shift()) {
    if (seen.has(digest)) continue;
    seen.add(digest);
    if (seen.size > MAX_INDEXES) return undefined;
    const inner = await get(digest);
    if (inner.kind !== "index") continue;
    for (const [platform, manifest] of inner.platforms) {
      if (!platforms.has(platform)) platforms.set(platform, manifest);
    }
    waiting.push(...inner.nested);
  }
  return platforms;
}
