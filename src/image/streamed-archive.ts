/**
 * An archive that passes by once: standard input, or a tarball that is compressed as a whole. In most of them the manifest comes
 * last, so every blob is scanned as if it were a layer while it passes; what no manifest names is let go at the end.
 */
import { Readable } from "node:stream";
import { ContainerspecError } from "../errors.js";
import type { BlobSource, ScannedBlob } from "./blob-source.js";
import { createByteQueue } from "./byte-queue.js";
import { sniffCompression } from "./decompress.js";
import { digestOf, type DigestAlgorithm } from "./digest.js";
import { limitsOf, type FileInspector } from "./inspector.js";
import type { LayerRemark } from "./layer-facts.js";
import { checkDocumentSize, raiseHint, type Limits } from "./limits.js";
import { createOuterLinks, followLinks, normalizeName, twice } from "./outer-links.js";
import { scanBlob, toAlgorithm, type ScanOptions } from "./scan-blob.js";
import { hasValidChecksum, isZeroBlock, nameTar } from "./tar-header.js";
import { readTar, type TarEntry } from "./tar-reader.js";
import { checkWhole } from "./seekable-archive.js";

const HEAD = 512;

type Streamed<Facts> =
  | { readonly kind: "document"; readonly bytes: Uint8Array; readonly digest: string }
  | { readonly kind: "layer"; readonly blob: ScannedBlob<Facts> }
  | { readonly kind: "failed"; readonly error: ContainerspecError }
  | { readonly kind: "passed-over"; readonly size: number };

/**
 * Reads the whole stream, keeping documents and the facts of layers.
 *
 * @param inflation how many times the stream is larger than what is stored of it
 */
export async function readStreamedArchive<Facts>(
  chunks: AsyncIterable<Uint8Array>,
  inspector: FileInspector<Facts>,
  source: string,
  inflation: () => number,
): Promise<BlobSource<Facts>> {
  const limits = limitsOf(inspector);
  const blobs = new Map<string, Streamed<Facts>>();
  const links = createOuterLinks(source);
  const remarks: LayerRemark[] = [];
  const queue = createByteQueue(chunks, inflation);
  let kept = 0;
  try {
    for await (const entry of readTar(queue, (remark) => remarks.push(remark), limits)) {
      const name = normalizeName(entry.name);
      if (links.add(entry, name) || entry.kind !== "file") continue;
      checkWhole(entry, name, source);
      const blob = await readBlob(entry, name, { inspector, what: `${name} in ${source}`, inflation });
      const known = blobs.get(name);
      if (known !== undefined && fingerprint(known) !== fingerprint(blob)) throw twice(name, source);
      blobs.set(name, blob);
      kept += blob.kind === "document" ? blob.bytes.length : 0;
      if (kept > limits.documentsBytes) throw tooMuchText(source, limits);
    }
  } catch (error) {
    throw nameTar(error, source);
  } finally {
    await queue.close();
  }
  links.checkFiles(blobs);
  return {
    names: new Set([...blobs.keys(), ...links.targets.keys()]),
    remarks,
    document(name) {
      const blob = blobs.get(followLinks(name, links.targets));
      if (blob?.kind === "passed-over") checkDocumentSize(blob.size, limits, `${name} in ${source}`);
      return Promise.resolve(blob?.kind === "document" ? blob.bytes : undefined);
    },
    layer(name, hashing) {
      const blob = blobs.get(followLinks(name, links.targets));
      if (blob?.kind === "failed") throw blob.error;
      if (blob?.kind === "document" && blob.bytes.length === 0)
        return scanBlob(Readable.from([]), { inspector, algorithm: toAlgorithm(hashing), what: name });
      if (blob?.kind === "document" || blob?.kind === "passed-over") {
        throw new ContainerspecError(
          "corrupt-image",
          `Cannot read ${name} in ${source}: found no tar header at its start, compressed or not`,
        );
      }
      return Promise.resolve(blob?.blob);
    },
    close: () => Promise.resolve(),
  };
}

/** Decides by the first bytes what a blob is, and reads it as that. */
async function readBlob<Facts>(
  entry: TarEntry,
  name: string,
  options: Omit<ScanOptions<Facts>, "algorithm">,
): Promise<Streamed<Facts>> {
  const head = await entry.head(HEAD);
  if (!looksLikeLayer(head)) {
    // What is neither a tar nor JSON is nothing of an image; a root filesystem is full of it.
    if (entry.size > limitsOf(options.inspector).documentBytes || !looksLikeDocument(head))
      return { kind: "passed-over", size: entry.size };
    const body = await entry.body();
    const bytes = new Uint8Array(body.read(0, body.size));
    return { kind: "document", bytes, digest: digestOf(bytes) };
  }
  const algorithm: DigestAlgorithm = name.includes("sha512/") ? "sha512" : "sha256";
  try {
    return { kind: "layer", blob: await scanBlob(entry.stream(), { ...options, algorithm }) };
  } catch (error) {
    // A blob that no manifest names may be anything; the error is told when one does.
    if (error instanceof ContainerspecError) return { kind: "failed", error };
    throw error;
  }
}

function looksLikeLayer(head: Uint8Array): boolean {
  return sniffCompression(head) !== "none" || hasValidChecksum(head) || (head.length === HEAD && isZeroBlock(head));
}

function looksLikeDocument(head: Uint8Array): boolean {
  return head.length === 0 || /^[ \t\r\n]*[[{]/.test(Buffer.from(head).toString("latin1"));
}

function tooMuchText(source: string, limits: Limits): ContainerspecError {
  return new ContainerspecError(
    "limit-exceeded",
    `Cannot read ${source}: its JSON documents have more than ${limits.documentsBytes} bytes together ${raiseHint("documentsBytes")}`,
  );
}

function fingerprint<Facts>(blob: Streamed<Facts>): string {
  return blob.kind === "document" ? blob.digest : blob.kind === "layer" ? String(blob.blob.digest) : blob.kind;
}
