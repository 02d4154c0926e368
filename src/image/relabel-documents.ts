/**
 * What has to be written anew in an archive for one of its images to have other labels: its config, whose digest its manifest names, whose
 * digest the indexes name. Everything that a document says besides stays as it is, whatever it is.
 */
import { ContainerspecError } from "../errors.js";
import type { CandidateImage } from "./candidate-image.js";
import { digestOf, parseDigest } from "./digest.js";
import { parseJson } from "./documents.js";
import { listAlike } from "./json-keys.js";

/** undefined: the label is to go */
export type WantedLabels = ReadonlyMap<string, string | undefined>;

export interface Relabelled {
  /** documents by their names in the archive */
  readonly written: ReadonlyMap<string, Uint8Array>;
  /** names that nothing refers to any more */
  readonly gone: ReadonlySet<string>;
  /** of the image's manifest, or of its config where there is none */
  readonly digest: string;
  /** entries of an index that speak of the image as it was: attestations and signatures */
  readonly stale: readonly string[];
}

interface Documents {
  readonly names: ReadonlySet<string>;
  document(name: string): Promise<Uint8Array | undefined>;
}

type Json = Readonly<Record<string, unknown>>;
/** What a descriptor has to say of a document that is another now. */
type Place = { readonly digest: string; readonly size: number };

/** The documents of an archive in which `image` has these labels. @throws ContainerspecError unsupported-image */
export async function relabelDocuments(
  source: Documents,
  image: Pick<CandidateImage, "digest" | "configDigest">,
  labels: WantedLabels,
): Promise<Relabelled> {
  const written = new Map<string, Uint8Array>();
  const replaced = new Set<string>();
  const kept = new Set<string>();
  const stale: string[] = [];
  const seen = new Map<string, Promise<Place | undefined>>();
  let digest = image.configDigest;

  const put = (old: string, document: unknown): Place => {
    const bytes = toBytes(document);
    const { algorithm } = parseDigest(old, "a descriptor");
    const place = { digest: digestOf(bytes, algorithm), size: bytes.length };
    written.set(blobName(place.digest), bytes);
    replaced.add(blobName(old));
    return place;
  };

  /** A descriptor as it has to be; the same one where nothing behind it changes. */
  async function follow(descriptor: Json): Promise<Json> {
    const old = textOf(descriptor, "digest");
    const name = old === undefined ? "" : blobName(old);
    if (old === undefined || !source.names.has(name)) return descriptor;
    const visit = seen.get(old) ?? change(old, name);
    seen.set(old, visit);
    const place = await visit;
    if (place === undefined) kept.add(name);
    return place === undefined ? descriptor : point(descriptor, place);
  }

  async function change(old: string, name: string): Promise<Place | undefined> {
    const document = parseObject(await source.document(name), name);
    const manifests = valueOf(document, "manifests");
    if (Array.isArray(manifests)) {
      const index = await changeIndex(document, manifests);
      return index === document ? undefined : put(old, index);
    }
    const config = valueOf(document, "config");
    if (!isObject(config)) return undefined;
    const configDigest = textOf(config, "digest");
    if (textOf(objectOf(document, "subject"), "digest") === image.digest) stale.push(old);
    const isMeant = configDigest === image.configDigest && [old, image.configDigest].includes(image.digest);
    if (!isMeant) {
      if (configDigest !== undefined) kept.add(blobName(configDigest));
      return undefined;
    }
    const changed = relabel(parseObject(await source.document(blobName(configDigest)), configDigest), labels);
    const place = put(old, replace(document, "config", point(config, put(configDigest, changed))));
    digest = place.digest;
    return place;
  }

  async function changeIndex(document: Json, manifests: readonly unknown[]): Promise<Json> {
    const changed: unknown[] = [];
    for (const one of manifests) {
      const speaksOf = isObject(one) ? textOf(objectOf(one, "annotations"), "vnd.docker.reference.digest") : undefined;
      if (isObject(one) && speaksOf === image.digest) stale.push(textOf(one, "digest") ?? "");
      changed.push(isObject(one) ? await follow(one) : one);
    }
    return changed.every((one, at) => one === manifests[at]) ? document : replace(document, "manifests", changed);
  }

  const top = await source.document("index.json");
  if (top !== undefined) {
    const index = parseObject(top, "index.json");
    const manifests = valueOf(index, "manifests");
    const changed = Array.isArray(manifests) ? await changeIndex(index, manifests) : index;
    if (changed !== index) written.set("index.json", toBytes(changed));
  }
  const list = await changeDockerList(source, image.configDigest, labels);
  for (const [name, bytes] of list.written) written.set(name, bytes);
  for (const name of list.replaced) replaced.add(name);
  for (const name of list.kept) kept.add(name);
  if (written.size === 0)
    throw new ContainerspecError(
      "unsupported-image",
      "Cannot write labels: they can be written into docker save archives, OCI archives and OCI layouts; save the image in one of these forms first",
    );
  const gone = [...replaced].filter((name) => !kept.has(name) && !written.has(name));
  const changedDigest = top === undefined ? list.digest : digest;
  return { written, gone: new Set(gone), digest: changedDigest ?? digest, stale: [...new Set(stale)].sort() };
}

/** docker's manifest.json, whose items name their configs by files, which are named after their digests. */
async function changeDockerList(source: Documents, configDigest: string, labels: WantedLabels) {
  const written = new Map<string, Uint8Array>();
  const [replaced, kept] = [new Set<string>(), new Set<string>()];
  const bytes = source.names.has("manifest.json") ? await source.document("manifest.json") : undefined;
  const items = bytes === undefined ? undefined : parseJson(bytes, "manifest.json");
  let digest: string | undefined;
  if (!Array.isArray(items)) return { written, replaced, kept, digest };
  const changed: unknown[] = [];
  for (const item of items) {
    const name = isObject(item) ? textOf(item, "Config") : undefined;
    const config = name === undefined ? undefined : await source.document(name);
    if (!isObject(item) || name === undefined || config === undefined || digestOf(config) !== configDigest) {
      if (name !== undefined) kept.add(name);
      changed.push(item);
      continue;
    }
    const own = toBytes(relabel(parseObject(config, name), labels));
    digest = digestOf(own);
    const [old, hex] = [configDigest, digest].map((one) => one.slice(one.indexOf(":") + 1)) as [string, string];
    const target = name.replace(old, hex);
    written.set(target, own);
    replaced.add(name);
    changed.push(replace(item, "Config", target));
  }
  if (digest !== undefined) written.set("manifest.json", toBytes(changed));
  return { written, replaced, kept, digest };
}

/** A config with other labels; the order of those that stay is kept. */
function relabel(config: Json, labels: WantedLabels): Json {
  const inner = objectOf(config, "config");
  const own = { ...objectOf(inner, "Labels") };
  for (const [key, value] of labels) {
    if (value === undefined) Reflect.deleteProperty(own, key);
    else own[key] = value;
  }
  return replace(config, "config", replace(inner, "Labels", own));
}

/** A descriptor of other bytes; content that it carries itself is the old one, and goes. */
function point(descriptor: Json, { digest, size }: Place): Json {
  const data = listAlike(descriptor, "data");
  const kept = Object.fromEntries(Object.entries(descriptor).filter(([key]) => !data.includes(key)));
  return replace(replace(kept, "digest", digest), "size", size);
}

/** A value under a key in whatever case it is written; a new key where there is none. */
function replace(json: Json, key: string, value: unknown): Json {
  return { ...json, [listAlike(json, key)[0] ?? key]: value };
}

function valueOf(json: Json, key: string): unknown {
  const [own] = listAlike(json, key);
  return own === undefined ? undefined : json[own];
}

function objectOf(json: Json, key: string): Json {
  const value = valueOf(json, key);
  return isObject(value) ? value : {};
}

function textOf(json: Json, key: string): string | undefined {
  const value = valueOf(json, key);
  return typeof value === "string" ? value : undefined;
}

function parseObject(bytes: Uint8Array | undefined, name: string): Json {
  const document = bytes === undefined ? undefined : parseJson(bytes, name);
  return isObject(document) ? document : {};
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function toBytes(document: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(document));
}
