/**
 * A layer that was scanned before, by this run or another one, is not inflated and not scanned again. Facts lie under the layer's
 * diffID. That a blob inflates to what this diffID names is a fact of its own, which is kept under the digest of the stored bytes:
 * a config's word alone would let one layer pass for another.
 */
import { endianness } from "node:os";
import type { BlobSource, Hashing, ScannedBlob, StoredBlob } from "./blob-source.js";
import type { CandidateLayer } from "./candidate-image.js";
import { findDigest, keepDigest, type Hashed } from "./hashed-before.js";
import { limitsOf, type FileInspector } from "./inspector.js";
import { withMeter } from "./kept-budget.js";
import { packLayer, unpackLayer } from "./layer-codec.js";
import type { LayerCache } from "./layer-store.js";
import { inTurn } from "./layer-turns.js";
import type { LimitKey } from "./limits.js";

/** Raised with every change of what a layer's bytes are read as, and of the form in which it is kept. */
const LAYER_VERSION = 5;

/** Limits that decide whether a layer can be read at all; an entry holds for a reader with the same ones. */
const SCAN_LIMITS: readonly LimitKey[] = [
  "entries",
  "pathBytes",
  "pathDepth",
  "bodyBytes",
  "bodyInflation",
  "inflatedBodyBytes",
  "inflatedBytes",
  "inflationRatio",
];

export interface LayerRequest<Facts> {
  readonly blobs: BlobSource<Facts>;
  readonly layer: CandidateLayer;
  readonly diffId: string;
  readonly hashing: Hashing;
  /** whether bytes that were hashed before are what they were, where their file has not changed since */
  readonly believesFiles: boolean;
  readonly inspector: FileInspector<Facts>;
  readonly cache: LayerCache<Facts> | undefined;
  /** Holds what was read against the image's documents. @throws ContainerspecError digest-mismatch */
  verify(blob: ScannedBlob<Facts>): void;
}

/** The layer, from the cache or scanned and then kept there; undefined where the archive does not have it. */
export async function readLayer<Facts>(request: LayerRequest<Facts>): Promise<ScannedBlob<Facts> | undefined> {
  const { blobs, layer, hashing, cache, diffId, verify } = request;
  const scan = blobs.layerAgain;
  if (cache === undefined || scan === undefined || blobs.identify === undefined) {
    const blob = await blobs.layer(layer.name, hashing);
    if (blob !== undefined) verify(blob);
    return blob;
  }
  return inTurn(
    cache.store,
    diffId,
    async () => (await findKnown(request, cache)) ?? scanAndKeep(request, cache, scan),
  );
}

async function scanAndKeep<Facts>(
  request: LayerRequest<Facts>,
  cache: LayerCache<Facts>,
  scan: NonNullable<BlobSource<Facts>["layerAgain"]>,
): Promise<ScannedBlob<Facts> | undefined> {
  const { layer, hashing, inspector, diffId, verify } = request;
  const meter = withMeter(inspector);
  const blob = await keepDigest(toHashed(request, cache), () => scan(layer.name, hashing, meter.inspector));
  if (blob === undefined) return undefined;
  verify(blob);
  // Where nothing was verified, nobody knows that these are the bytes which the diffID names.
  if (hashing !== "none" && blob.digest !== undefined && blob.diffId === diffId) {
    const kept = { facts: blob.facts, memory: meter.memory() };
    const entry = packLayer(kept, cache.codec, inspector);
    if (entry === undefined) return blob;
    await cache.store.put(keyOf("layer", diffId, cache, inspector), entry);
    if (blob.digest !== diffId)
      await cache.store.put(keyOf("blob", blob.digest, cache, inspector), Buffer.from(diffId, "latin1"));
  }
  return blob;
}

async function findKnown<Facts>(
  request: LayerRequest<Facts>,
  cache: LayerCache<Facts>,
): Promise<ScannedBlob<Facts> | undefined> {
  const { diffId, hashing, inspector, verify } = request;
  const entry = await cache.store.get(keyOf("layer", diffId, cache, inspector));
  // Hashed only now: whoever scans the layer hashes it on the way.
  if (entry === undefined) return undefined;
  const identifying = identify(request, cache);
  // While another thread hashes; what is unpacked counts only where the hash is the right one.
  const kept = unpack(entry, cache, inspector);
  const stored = await identifying;
  if (stored === undefined || kept === undefined) return undefined;
  inspector.keep?.(kept.memory);
  const blob = { ...stored, facts: kept.facts, ...(hashing === "none" ? {} : { diffId }) };
  verify(blob);
  return blob;
}

/** The blob as it is stored; undefined where nobody knows yet that it is the layer of this diffID. */
async function identify<Facts>(
  request: LayerRequest<Facts>,
  cache: LayerCache<Facts>,
): Promise<StoredBlob | undefined> {
  const { layer, diffId, hashing, inspector } = request;
  const stored = await identifyStored(request, cache);
  if (stored === undefined) return undefined;
  const { compression, digest } = stored;
  if (hashing === "none") {
    // All is believed. Of a compressed blob the report has the digest, which somebody must say.
    if (compression === "none") return stored;
    return layer.digest === undefined ? undefined : { ...stored, digest: layer.digest };
  }
  if (digest === undefined) return undefined;
  if (compression === "none" && digest === diffId) return stored;
  const named = await cache.store.get(keyOf("blob", digest, cache, inspector));
  return named !== undefined && Buffer.from(named).toString("latin1") === diffId ? stored : undefined;
}

/** The blob with its digest: that of bytes which were hashed before, or which are hashed now. */
async function identifyStored<Facts>(
  request: LayerRequest<Facts>,
  cache: LayerCache<Facts>,
): Promise<StoredBlob | undefined> {
  const { blobs, layer, hashing, believesFiles } = request;
  const hashed = toHashed(request, cache);
  const digest = believesFiles ? await findDigest(hashed) : undefined;
  if (digest === undefined) return keepDigest(hashed, async () => blobs.identify?.(layer.name, hashing));
  const stored = await blobs.identify?.(layer.name, "none");
  return stored && { ...stored, digest };
}

function toHashed<Facts>({ blobs, layer, hashing }: LayerRequest<Facts>, { store }: LayerCache<Facts>): Hashed {
  return { blobs, name: layer.name, hashing, store };
}

/** Bytes that are no layer although they are what was put there would be a fault of ours; the layer itself still tells. */
function unpack<Facts>(bytes: Uint8Array, { codec }: LayerCache<Facts>, inspector: FileInspector<Facts>) {
  try {
    return unpackLayer(bytes, codec, inspector);
  } catch {
    return undefined;
  }
}

function keyOf<Facts>(kind: string, digest: string, cache: LayerCache<Facts>, inspector: FileInspector<Facts>): string {
  const limits = limitsOf(inspector);
  const reader = [LAYER_VERSION, cache.version, endianness(), ...SCAN_LIMITS.map((key) => limits[key])].join(" ");
  return `${kind} ${digest} ${reader}`;
}
