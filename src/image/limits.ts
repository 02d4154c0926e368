/**
 * What one image may cost. An image is written by strangers; each limit is far above what real ones hold, and far below what
 * would hurt the machine that reads it.
 */
export const LIMITS = {
  /** bytes of index.json, a manifest or a config; peers stop between 1 and 20 MiB */
  documentBytes: 8 << 20,
  /** bytes of all JSON documents of one archive */
  documentsBytes: 64 << 20,
  /** indexes inside indexes */
  indexDepth: 8,
  /** descriptors over all indexes */
  descriptors: 4096,
  /** layers of one image; moby stops at 125 */
  layers: 512,
  /** entries of one tar */
  entries: 5_000_000,
  /** bytes of a path or a link's text: Linux' PATH_MAX */
  pathBytes: 4096,
  /** steps from name to name on the way through links, for all entries of an image; real ones take a few an entry */
  linkSteps: 50_000_000,
  /** bytes of one PAX header or GNU long name; Go stops at 1 MiB */
  extendedHeaderBytes: 1 << 20,
  /** bytes of one file that is kept for inspection */
  bodyBytes: 4 * 2 ** 30,
  /** bytes of memory, estimated, for all that is kept of one archive: paths, symbols, texts */
  keptBytes: 2 ** 30,
  /** Of a stream that inflates more than so many times, no more bytes of one file are kept than this. */
  inflatedBodyBytes: 256 << 20,
  bodyInflation: 100,
  /** bytes that one layer may inflate to: 16 GiB, or 1,000 times its compressed size where that is more */
  inflatedBytes: 16 * 2 ** 30,
  inflationRatio: 1000,
} as const;
