/** Which bytes a blob is stored as, by hashing them and nothing else: enough to know whether its content is known already. */
import type { Hashing, StoredBlob } from "./blob-source.js";
import { sniffCompression } from "./decompress.js";
import { hashRange } from "./hash-range.js";
import type { LayerThreads } from "./layer-threads.js";
import type { Limits } from "./limits.js";
import { fillFrom, type FileRange } from "./range-reader.js";
import { nameTar } from "./tar-header.js";

/** Enough to tell how it is compressed. */
const HEAD = 6;

/** @throws ContainerspecError corrupt-image where the file ends too early */
export async function identifyRange(
  range: FileRange,
  options: { readonly hashing: Hashing; readonly what: string; readonly limits: Limits },
  threads: LayerThreads,
): Promise<StoredBlob> {
  const { hashing, what, limits } = options;
  try {
    const head = Buffer.alloc(Math.min(HEAD, range.size));
    fillFrom(range, head, 0);
    const blob = { size: range.size, compression: sniffCompression(head) };
    if (hashing === "none") return blob;
    const thread = threads.start({ range, algorithm: hashing, wanted: "digest", compression: "none", what, limits });
    return { ...blob, digest: thread === undefined ? hashRange(range, hashing) : await thread.digest };
  } catch (error) {
    throw nameTar(error, what);
  }
}
