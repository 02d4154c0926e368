/**
 * Images that are read at the same time share layers. Whoever comes second to a layer waits until the first has kept what it learned,
 * and finds it in the store; where the first failed, it reads the layer itself.
 */
import type { LayerStore } from "./layer-store.js";

/** by store, the last piece of work on each layer */
const queues = new WeakMap<LayerStore, Map<string, Promise<unknown>>>();

/** Does the work when all earlier work on this layer with this store, in this process, is over. Work that takes turns itself would wait for ever. */
export async function inTurn<Result>(store: LayerStore, layer: string, work: () => Promise<Result>): Promise<Result> {
  const queue = queues.get(store) ?? new Map<string, Promise<unknown>>();
  queues.set(store, queue);
  const before = queue.get(layer);
  const turn = before === undefined ? work() : before.then(work, work);
  queue.set(layer, turn);
  try {
    return await turn;
  } finally {
    if (queue.get(layer) === turn) queue.delete(layer);
  }
}
