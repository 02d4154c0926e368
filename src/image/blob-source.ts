/**
 * Where an image's pieces come from: named documents (index, manifest, config) and named layers. Behind it stands an archive
 * that can be read by position, one that passes by once, a folder, or a file system that is the whole image.
 */
import type { CandidateImage } from "./candidate-image.js";
import type { LayerFacts, LayerRemark } from "./layer-facts.js";
import type { Compression } from "./decompress.js";
import type { DigestAlgorithm } from "./digest.js";
import type { FileInspector } from "./inspector.js";

/** A layer's blob after one pass over its bytes. */
export interface ScannedBlob<Facts> {
  readonly facts: LayerFacts<Facts>;
  /** digest of the bytes as stored; absent where nobody asked, and computing it would have been work */
  readonly digest?: string;
  /** digest of the uncompressed tar; of a file system, which is no tar, that of its bytes */
  readonly diffId?: string;
  /** bytes as stored */
  readonly size: number;
  readonly compression: Compression;
}

/** A blob as it lies there, before anybody looks into it; its digest where one was asked for. */
export type StoredBlob = Pick<ScannedBlob<unknown>, "digest" | "size" | "compression">;

/** How a layer is named by the bytes it is stored in; `none` where its content need not be what its digests say. */
export type Hashing = DigestAlgorithm | "none";

export interface BlobSource<Facts> {
  /** Names of everything there is, normal and relative: "blobs/sha256/…", "manifest.json". */
  readonly names: ReadonlySet<string>;
  /** What is odd about the archive itself. */
  readonly remarks: readonly LayerRemark[];
  /** The one image of a form that has no documents to tell of it. */
  readonly image?: CandidateImage;
  /** A small JSON document; undefined where the name is not there. */
  document(name: string): Promise<Uint8Array | undefined>;
  /** A layer, scanned; undefined where the name is not there. */
  layer(name: string, hashing: Hashing): Promise<ScannedBlob<Facts> | undefined>;
  /** The same once more, seen with other eyes; absent where what has passed is gone. */
  readonly layerAgain?: (
    name: string,
    hashing: Hashing,
    inspector: FileInspector<Facts>,
  ) => Promise<ScannedBlob<Facts> | undefined>;
  /** What a layer is stored as, without a look into it; absent where reading it twice is no option. */
  readonly identify?: (name: string, hashing: Hashing) => Promise<StoredBlob | undefined>;
  /** What tells a piece's bytes from any others without reading them, undefined where nothing does. */
  readonly mark?: (name: string) => Promise<string | undefined>;
  /** Whether a layer is a squashfs by its bytes, undefined where the name is not there; absent where none could be read by position. */
  readonly isSquashfs?: (name: string) => Promise<boolean | undefined>;
  close(): Promise<void>;
}
