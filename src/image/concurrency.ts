/** Layers at a time: the one door to p-limit. zlib inflates in threads of its own, so that two layers keep two cores busy. */
import pLimit from "p-limit";

const AT_ONCE = 2;

/** Maps a few items at a time, keeping their order. The first error is thrown, and nothing new is begun after it. */
export async function limitConcurrency<Item, Result>(
  items: readonly Item[],
  map: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const limit = pLimit(AT_ONCE);
  try {
    return await Promise.all(items.map((item, index) => limit(() => map(item, index))));
  } catch (error) {
    limit.clearQueue();
    throw error;
  }
}
