/** Layers, or images, some at a time: the one door to p-limit. */
import pLimit from "p-limit";

/** Layers of an image: each is read and inflated in a thread of its own, so that two keep two cores busy. */
const LAYERS_AT_ONCE = 2;

/**
 * Maps a few items at a time, keeping their order. After an error nothing new is begun; of several errors the first item's is thrown,
 * whichever came first, so that the same input fails in the same words.
 */
export async function limitConcurrency<Item, Result>(
  items: readonly Item[],
  map: (item: Item, index: number) => Promise<Result>,
  atOnce = LAYERS_AT_ONCE,
): Promise<Result[]> {
  const limit = pLimit(atOnce);
  let hasFailed = false;
  const settled = await Promise.allSettled(
    items.map((item, index) =>
      limit(async () => {
        // What had not begun is not the trouble; it is never looked at.
        if (hasFailed) throw new Error("not begun");
        try {
          return await map(item, index);
        } catch (error) {
          hasFailed = true;
          throw error;
        }
      }),
    ),
  );
  return settled.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}
