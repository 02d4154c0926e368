/** Two lists put together by what names their items. Of one name there may be several: the second then meets the second. */

export interface ComparedLists<Item> {
  /** each in the order of its own list */
  readonly added: readonly Item[];
  readonly removed: readonly Item[];
  readonly pairs: readonly { readonly before: Item; readonly after: Item }[];
}

export function compareByKey<Item>(
  before: readonly Item[],
  after: readonly Item[],
  keyOf: (item: Item) => string,
): ComparedLists<Item> {
  const left = new Map<string, Item[]>();
  for (const item of before) {
    const key = keyOf(item);
    const items = left.get(key);
    if (items === undefined) left.set(key, [item]);
    else items.push(item);
  }
  const added: Item[] = [];
  const pairs: { before: Item; after: Item }[] = [];
  for (const item of after) {
    const other = left.get(keyOf(item))?.shift();
    if (other === undefined) added.push(item);
    else pairs.push({ before: other, after: item });
  }
  const paired = new Set(pairs.map((pair) => pair.before));
  return { added, removed: before.filter((item) => !paired.has(item)), pairs };
}
