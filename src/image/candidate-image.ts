/** One image of those that an archive holds, as its documents describe it, before any layer of it is read. */
import type { ImageConfig, Platform } from "./documents.js";

/** One image that could be analysed. */
export interface CandidateImage {
  /** names that the archive gives it: "app:1", "docker.io/library/app:1" */
  readonly references: readonly string[];
  /** digest of the manifest, or of the config where there is none */
  readonly digest: string;
  /** its manifest as a blob; absent where there is none */
  readonly manifest?: { readonly mediaType: string; readonly size: number };
  /** the same for the platforms of one image: those of one index, and manifests beside each other under one name */
  readonly group: string;
  /** digest of the index that lists it beside other platforms, outermost first where they nest */
  readonly index?: string;
  readonly config: ImageConfig;
  readonly configDigest: string;
  readonly platform: Platform;
  readonly layers: readonly CandidateLayer[];
  /** of its manifest; absent where it has none */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface CandidateLayer {
  /** name of the blob in the archive */
  readonly name: string;
  /** as the manifest says, as the two below; undefined in docker's manifest.json */
  readonly mediaType?: string;
  readonly digest?: string;
  readonly size?: number;
}
