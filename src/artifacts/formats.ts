/** All forms of compatibility artifacts, those that can say the most first. */
import type { Claims } from "./claims.js";
import { compspec } from "./compspec/compspec.js";
import type { ArtifactFormat } from "./format.js";
import { nfd } from "./nfd/nfd.js";
import { ociB } from "./oci-b/oci-b.js";
import { ociH } from "./oci-h/oci-h.js";
import { ociJ } from "./oci-j/oci-j.js";
import { ocifit } from "./ocifit/ocifit.js";

/** ocifit's stands before J, whose shape it has with keys of its own. */
export const ARTIFACT_FORMATS: readonly ArtifactFormat[] = [compspec, ociB, ociH, ocifit, ociJ, nfd];

/** What an artifact says, and in which form it says so. */
export interface ReadArtifact {
  readonly format: ArtifactFormat;
  readonly claims: Claims;
}

/** @returns undefined where a document is none of these */
export function readArtifactDocument(document: unknown): ReadArtifact | undefined {
  for (const format of ARTIFACT_FORMATS) {
    const claims = format.read(document);
    if (claims !== undefined) return { format, claims };
  }
  return undefined;
}
