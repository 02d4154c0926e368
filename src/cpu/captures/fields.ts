/** Lines of `key: value`, in which Linux, lscpu and sysctl all write. */

/** Blocks of such lines: a line without a colon ends a block, as the empty line between two processors does. Keys lose their blanks. */
export function* readBlocks(text: string): Generator<ReadonlyMap<string, string>> {
  let block = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, key = "", value = ""] = /^([^:]*):(.*)$/.exec(line) ?? [];
    // The first of a name counts: a later one is of the next processor, or of the next kind of core.
    if (key !== "" && !block.has(key.trim())) block.set(key.trim(), value.trim());
    if (key !== "" || block.size === 0) continue;
    yield block;
    block = new Map();
  }
  if (block.size > 0) yield block;
}

/** A number as these texts have it, decimal or with 0x; undefined for other text and none. */
export function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^(0x[\da-f]+|\d+)$/i.test(text) ? Number(text) : undefined;
}
