/**
 * Manifests and indexes as a registry gives them: checked against the digest that names them, and refused where they could be two
 * things at once (CVE-2021-41190). OCI image-spec: manifest.md, image-index.md; docker's image manifest v2, schema 2.
 */
import { createHash } from "node:crypto";
import { normalizePlatform, toPlatformText } from "../image/platform.js";
import { cannotGet, describeForm, findJson, isObject, type Asked } from "./asked.js";
import type { HttpAnswer } from "./transport.js";

/** Both families: who does not accept an index is given the manifest of some platform, under a digest that fits no other. */
export const MANIFEST_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

export interface IndexManifest {
  readonly kind: "index";
  /** platforms to digests, in the order of the index */
  readonly platforms: ReadonlyMap<string, string>;
  /** the indexes that it lists besides */
  readonly nested: readonly string[];
}

export type Manifest = IndexManifest | { readonly kind: "manifest"; readonly config: string };

const INDEX_TYPES: ReadonlySet<unknown> = new Set(MANIFEST_TYPES.slice(0, 2));

const HEX_LENGTH: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

/** Whether a text is a digest that can be computed here. OCI image-spec, descriptor.md, "Digests". */
export function isDigest(text: unknown): text is string {
  if (typeof text !== "string") return false;
  const [, algorithm = "", hex = ""] = /^([a-z0-9]+):([0-9a-f]+)$/.exec(text) ?? [];
  return hex.length > 0 && hex.length === HEX_LENGTH[algorithm];
}

export function digestOf(body: Uint8Array, algorithm = "sha256"): string {
  return `${algorithm}:${createHash(algorithm).update(body).digest("hex")}`;
}

/** @throws ContainerspecError digest-mismatch */
export function checkDigest(body: Uint8Array, digest: string, asked: Asked, url: URL): void {
  const found = digestOf(body, digest.slice(0, digest.indexOf(":")));
  if (found === digest) return;
  throw cannotGet(
    "digest-mismatch",
    asked,
    url,
    `its ${body.length} bytes have the digest ${found}, where ${digest} was expected; a server in between may have changed them`,
  );
}

/** @throws ContainerspecError registry-answer for what is neither */
export function parseManifest(answer: HttpAnswer, asked: Asked): Manifest {
  const refuse = (found: string): Error => cannotGet("registry-answer", asked, answer.url, found);
  const json = findJson(answer.body);
  if (json === undefined)
    throw refuse(`it answered with ${describeForm(answer)}, where the JSON of a manifest was expected`);
  if (!isObject(json)) throw refuse("it answered with JSON that is no manifest");
  const { manifests, config, layers, fsLayers } = json;
  if (Array.isArray(fsLayers) || json["schemaVersion"] === 1)
    throw refuse(
      "it has a schema 1 manifest alone, which Docker stopped writing in 2017; push the image again with a current tool",
    );
  if (Array.isArray(manifests)) {
    if (config !== undefined || layers !== undefined)
      throw refuse("its manifest has the fields of an index too, so that tools disagree about what it is");
    return { kind: "index", ...listEntries(manifests, refuse) };
  }
  if (!isObject(config)) throw refuse("it answered with JSON that is no manifest");
  return { kind: "manifest", config: toDigest(config["digest"], refuse) };
}

/** The images of an index by platform; attestations and artifacts have none, and of two for one platform the first counts. */
function listEntries(
  manifests: readonly unknown[],
  refuse: (found: string) => Error,
): Pick<IndexManifest, "platforms" | "nested"> {
  const platforms = new Map<string, string>();
  const nested: string[] = [];
  for (const one of manifests) {
    if (!isObject(one)) throw refuse("its index lists what is no manifest");
    const digest = toDigest(one["digest"], refuse);
    // The platform of an index is told by what is in it.
    if (INDEX_TYPES.has(one["mediaType"])) {
      nested.push(digest);
      continue;
    }
    const platform = toPlatformName(one["platform"]);
    if (platform !== undefined && !platforms.has(platform)) platforms.set(platform, digest);
  }
  return { platforms, nested };
}

function toDigest(digest: unknown, refuse: (found: string) => Error): string {
  if (isDigest(digest)) return digest;
  const found = typeof digest === "string" ? JSON.stringify(digest.slice(0, 80)) : "nothing";
  throw refuse(`its manifest names ${found} where a digest (sha256 or sha512) was expected`);
}

/** `linux/amd64`, in the form that platforms have everywhere here; undefined for what names none. */
export function toPlatformName(platform: unknown): string | undefined {
  if (!isObject(platform)) return undefined;
  const { os, architecture, variant } = platform;
  const isWord = (word: unknown): word is string => typeof word === "string" && /^[A-Za-z0-9._-]{1,64}$/.test(word);
  if (!isWord(os) || !isWord(architecture) || os === "unknown" || architecture === "unknown") return undefined;
  return toPlatformText(normalizePlatform({ os, architecture, ...(isWord(variant) ? { variant } : {}) }));
}
