/**
 * The JSON documents of an image: index, manifest, config, and docker's manifest.json. Each is checked before it is believed: a
 * document that could be two things at once (CVE-2021-41190) is refused.
 * OCI image-spec: image-index.md, manifest.md, config.md; docker's image/spec v1.2.
 */
import { ContainerspecError } from "../errors.js";
import { findDoubleKey, listAlike } from "./json-keys.js";

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** bytes; undefined where a document of another time does not say */
  readonly size?: number;
  readonly platform?: Platform;
  readonly annotations: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  /** the content itself, which a small document may carry in place of a blob */
  readonly data?: Uint8Array;
}

export interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** One step of the making of an image. */
export interface HistoryEntry {
  readonly createdBy: string;
  /** it made no layer: CMD, ENV, LABEL */
  readonly isEmptyLayer: boolean;
}

export interface ImageConfig {
  readonly platform: Platform;
  /** NAME=VALUE */
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly workingDir: string;
  /** whom its processes run as: a name or number, and perhaps a group behind a colon; absent where it does not say */
  readonly user?: string;
  /** what else its processes are started with, or is promised to who starts them */
  readonly rest: RestOfConfig;
  /** base first */
  readonly diffIds: readonly string[];
  /** oldest first; absent where the form has none */
  readonly history?: readonly HistoryEntry[];
}

/** What no loader and no kernel is told of. OCI image-spec, config.md, "Properties"; docker's image/spec v1.2 has the last three. */
export interface RestOfConfig {
  /** "8080/tcp", sorted */
  readonly exposedPorts: readonly string[];
  /** sorted */
  readonly volumes: readonly string[];
  readonly stopSignal: string;
  readonly shell: readonly string[];
  readonly onBuild: readonly string[];
  /** the command that tells how it is; empty where there is none */
  readonly healthcheck: readonly string[];
}

/** Of an image that says nothing of itself. */
export const NO_CONFIG: Omit<ImageConfig, "platform" | "user" | "diffIds" | "history"> = {
  env: [],
  entrypoint: [],
  cmd: [],
  labels: {},
  workingDir: "",
  rest: { exposedPorts: [], volumes: [], stopSignal: "", shell: [], onBuild: [], healthcheck: [] },
};

/** One image of docker's manifest.json. */
export interface DockerItem {
  readonly config: string;
  readonly tags: readonly string[];
  /** names in the archive, base first */
  readonly layers: readonly string[];
}

/** What an object says under a key, in whatever case it is written. */
type Fields = (key: string) => unknown;

/** @throws ContainerspecError corrupt-image where the bytes are no JSON, or say two things under one key */
export function parseJson(bytes: Uint8Array, name: string): unknown {
  let text: string;
  let document: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    document = JSON.parse(text);
  } catch (error) {
    throw corrupt(name, "it is no JSON", error);
  }
  const twice = findDoubleKey(text);
  if (twice !== undefined) throw corrupt(name, `it has the key ${JSON.stringify(twice)} twice in one object`);
  return document;
}

const IS_INDEX = /\.image\.index\.|\.manifest\.list\./;
const IS_MANIFEST = /\.image\.manifest\.|\.distribution\.manifest\.v/;

/** An index, or a manifest, or neither: told by its fields, checked against its media type. */
export function parseIndexOrManifest(
  document: unknown,
  name: string,
): { readonly index: readonly Descriptor[] } | { readonly manifest: Manifest } | undefined {
  const json = toFields(document, name);
  if (Array.isArray(json("fsLayers")) || json("schemaVersion") === 1) {
    throw new ContainerspecError(
      "unsupported-image",
      `Cannot read ${name}: it is a schema 1 manifest, which Docker stopped writing in 2017; push or save the image again with a current tool`,
    );
  }
  const hasManifests = Array.isArray(json("manifests"));
  const hasLayers = Array.isArray(json("layers")) || json("config") !== undefined;
  if (hasManifests && hasLayers)
    throw corrupt(name, "it has the fields of an index and of a manifest, so that tools disagree about what it is");
  const mediaType = toText(json("mediaType"));
  if (hasManifests ? IS_MANIFEST.test(mediaType) : hasLayers && IS_INDEX.test(mediaType))
    throw corrupt(name, `it says that it is of the type ${JSON.stringify(mediaType)}, and has the fields of another`);
  if (hasManifests) return { index: (json("manifests") as unknown[]).map((one) => parseDescriptor(one, name)) };
  if (!hasLayers) return undefined;
  const layers = Array.isArray(json("layers"))
    ? (json("layers") as unknown[]).map((one) => parseDescriptor(one, name))
    : [];
  const annotations = toStringMap(json("annotations"));
  return { manifest: { config: parseDescriptor(json("config"), name), layers, annotations } };
}

export function parseConfig(document: unknown, name: string): ImageConfig {
  const json = toFields(document, name);
  const rootfs = toFields(json("rootfs") ?? {}, name);
  const config = toFields(json("config") ?? {}, name);
  return {
    platform: parsePlatform(json) ?? { os: "", architecture: "" },
    env: toStrings(config("Env"), `${name} config.Env`),
    entrypoint: toStrings(config("Entrypoint"), `${name} config.Entrypoint`),
    cmd: toStrings(config("Cmd"), `${name} config.Cmd`),
    labels: toStringMap(config("Labels")),
    workingDir: toText(config("WorkingDir")),
    ...(toText(config("User")) === "" ? {} : { user: toText(config("User")) }),
    rest: parseRest(config, name),
    diffIds: toStrings(rootfs("diff_ids"), `${name} rootfs.diff_ids`),
    history: toHistory(json("history")),
  };
}

/** What no tool wrote as a history is none: nobody needs it to load an image. */
function toHistory(value: unknown): readonly HistoryEntry[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((one): one is Readonly<Record<string, unknown>> => typeof one === "object" && one !== null)
    .map((one) => ({ createdBy: toText(one["created_by"]), isEmptyLayer: one["empty_layer"] === true }));
}

function parseRest(config: Fields, name: string): RestOfConfig {
  const healthcheck = config("Healthcheck");
  return {
    exposedPorts: toKeys(config("ExposedPorts")),
    volumes: toKeys(config("Volumes")),
    stopSignal: toText(config("StopSignal")),
    shell: toTexts(config("Shell")),
    onBuild: toTexts(config("OnBuild")),
    healthcheck: isObject(healthcheck) ? toTexts(toFields(healthcheck, name)("Test")) : [],
  };
}

export function parseDockerManifest(document: unknown, name: string): readonly DockerItem[] {
  if (!Array.isArray(document)) throw corrupt(name, "it is no array of images");
  return document.map((item: unknown) => {
    const json = toFields(item, name);
    const config = json("Config");
    if (typeof config !== "string") throw corrupt(name, "an image in it names no config");
    return {
      config,
      tags: toStrings(json("RepoTags"), `${name} RepoTags`),
      layers: toStrings(json("Layers"), `${name} Layers`),
    };
  });
}

function parseDescriptor(value: unknown, name: string): Descriptor {
  const json = toFields(value, name);
  const [digest, size, artifactType, data] = [json("digest"), json("size"), json("artifactType"), json("data")];
  if (typeof digest !== "string") throw corrupt(name, "a descriptor in it has no digest");
  const platform = json("platform") === undefined ? undefined : parsePlatform(toFields(json("platform"), name));
  return {
    mediaType: toText(json("mediaType")),
    digest,
    ...(typeof size === "number" ? { size } : {}),
    ...(platform === undefined ? {} : { platform }),
    annotations: toStringMap(json("annotations")),
    ...(typeof artifactType === "string" ? { artifactType } : {}),
    ...(typeof data === "string" ? { data: Buffer.from(data, "base64") } : {}),
  };
}

function parsePlatform(json: Fields): Platform | undefined {
  const [os, architecture, variant] = [json("os"), json("architecture"), json("variant")];
  if (typeof os !== "string" || typeof architecture !== "string") return undefined;
  return { os, architecture, ...(typeof variant === "string" && variant !== "" ? { variant } : {}) };
}

/** An object by its fields. @throws ContainerspecError corrupt-image where it is none */
function toFields(value: unknown, name: string): Fields {
  if (!isObject(value)) throw corrupt(name, "an object was expected in it, and something else found");
  const json = value;
  return (key) => {
    const [own, other] = listAlike(json, key);
    if (other !== undefined)
      throw corrupt(name, `its keys ${own} and ${other} are one key for the tools that load images`);
    return own === undefined ? undefined : json[own];
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The names of what is written as a set. */
function toKeys(value: unknown): readonly string[] {
  return isObject(value) ? Object.keys(value).sort() : [];
}

/** A list of strings; what is something else says nothing. */
function toTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function toStrings(value: unknown, name: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string"))
    throw corrupt(name, "a list of strings was expected, and something else found");
  return value;
}

function toStringMap(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
}

function corrupt(name: string, what: string, cause?: unknown): ContainerspecError {
  return new ContainerspecError("corrupt-image", `Cannot use ${name}: ${what}`, { path: name }, { cause });
}
