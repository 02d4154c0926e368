/** An image's pieces that lie in one open file, each in a range of its own: an uncompressed archive, or the objects of an OCI-SIF. */
import type { FileHandle } from "node:fs/promises";
import type { BlobSource, Hashing } from "./blob-source.js";
import { identifyRange } from "./identify-range.js";
import { limitsOf, type FileInspector } from "./inspector.js";
import type { LayerRemark } from "./layer-facts.js";
import { createLayerThreads } from "./layer-threads.js";
import { markRange } from "./mark-range.js";
import { readDocument, type FileRange } from "./range-reader.js";
import { scanRange } from "./scan-range.js";
import { isSquashfsRange } from "./squashfs-layer.js";

export interface RangeSourceOptions<Facts> {
  readonly file: FileHandle;
  /** names the image in an error */
  readonly source: string;
  readonly inspector: FileInspector<Facts>;
  readonly names: ReadonlySet<string>;
  readonly remarks: readonly LayerRemark[];
  /** Where the piece of a name is; undefined where there is none. */
  readonly find: (name: string) => FileRange | undefined;
}

/** Reads pieces where they are, several at a time; `close` closes the file. */
export function createRangeSource<Facts>(options: RangeSourceOptions<Facts>): BlobSource<Facts> {
  const { file, source, inspector, names, remarks, find } = options;
  const limits = limitsOf(inspector);
  const threads = createLayerThreads();
  async function scan(name: string, hashing: Hashing, eyes: FileInspector<Facts>) {
    const range = find(name);
    if (range === undefined) return undefined;
    return scanRange(range, { inspector: eyes, hashing, what: `${name} in ${source}` }, threads);
  }
  return {
    names,
    remarks,
    async document(name) {
      const range = find(name);
      return range === undefined ? undefined : readDocument(range, limits, `${name} in ${source}`);
    },
    layer: (name, hashing) => scan(name, hashing, inspector),
    layerAgain: scan,
    async identify(name, hashing) {
      const range = find(name);
      if (range === undefined) return undefined;
      return identifyRange(range, { hashing, what: `${name} in ${source}`, limits }, threads);
    },
    mark(name) {
      const range = find(name);
      return Promise.resolve(range && markRange(range));
    },
    isSquashfs(name) {
      const range = find(name);
      return Promise.resolve(range === undefined ? undefined : isSquashfsRange(range));
    },
    async close() {
      await threads.close();
      await file.close();
    },
  };
}
