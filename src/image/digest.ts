/** Digests in the OCI form "algorithm:hex", computed as the bytes pass. OCI image-spec, descriptor.md, "Digests". */
import { createHash } from "node:crypto";
import { ContainerspecError } from "../errors.js";

export type DigestAlgorithm = "sha256" | "sha512";

const HEX_LENGTH: Readonly<Record<DigestAlgorithm, number>> = { sha256: 64, sha512: 128 };

export interface Digest {
  readonly algorithm: DigestAlgorithm;
  readonly hex: string;
}

/**
 * @param what names the place of the digest in an error
 * @throws ContainerspecError corrupt-image for text that is no digest, unsupported-image for another algorithm
 */
export function parseDigest(text: string, what: string): Digest {
  const match = /^([a-z0-9+._-]+):([a-zA-Z0-9=_-]+)$/.exec(text);
  if (match === null) {
    throw new ContainerspecError(
      "corrupt-image",
      `Cannot use the digest of ${what}: found ${JSON.stringify(text)}, expected algorithm:hex`,
    );
  }
  const [, algorithm, hex] = match as unknown as [string, string, string];
  if (algorithm !== "sha256" && algorithm !== "sha512") {
    throw new ContainerspecError(
      "unsupported-image",
      `Cannot verify ${what}: its digest uses ${algorithm}, and only sha256 and sha512 can be computed here`,
    );
  }
  if (hex.length !== HEX_LENGTH[algorithm] || !/^[0-9a-f]+$/.test(hex)) {
    throw new ContainerspecError(
      "corrupt-image",
      `Cannot use the digest of ${what}: ${algorithm} has ${HEX_LENGTH[algorithm]} lower-case hex digits, found ${JSON.stringify(hex)}`,
    );
  }
  return { algorithm, hex };
}

/** The digest of bytes in memory. */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = "sha256"): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

export interface RunningDigest {
  /** The same chunks, hashed on the way. */
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** Bytes that have passed. */
  size(): number;
  /** The digest, once the stream has ended. */
  finish(): string;
}

/** Hashes a stream as it passes. */
export function hashStream(chunks: AsyncIterable<Uint8Array>, algorithm: DigestAlgorithm): RunningDigest {
  const hash = createHash(algorithm);
  let size = 0;
  async function* pass(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  return { chunks: pass(), size: () => size, finish: () => `${algorithm}:${hash.digest("hex")}` };
}
