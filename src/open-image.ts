/** An image as callers name it, read for its loader, or also for what it needs of a machine; and the environment of its processes. */
import type { AnalyzeOptions } from "./analyze-options.js";
import { fingerprintCode } from "./code-fingerprint.js";
import { checkImageSource } from "./image-source.js";
import type { LayerCache, LayerStore } from "./image/layer-store.js";
import { readImage, type OpenedImage, type ReadImageOptions } from "./image/read-image.js";
import { FACTS_VERSION } from "./loader/facts-bytes.js";
import type { FileFacts } from "./loader/facts.js";
import { fileInspector } from "./loader/inspect.js";
import { toLayerCache } from "./open-cache.js";
import { toBytePath } from "./rootfs/path.js";
import { toSourceError } from "./source-error.js";
import type { NeedFacts } from "./spec/facts.js";
import { needBytes, NEED_VERSION } from "./spec/facts-bytes.js";
import { needInspector } from "./spec/inspect-needs.js";
import { VERSION } from "./version.js";

/** What callers may ask of the reading. */
export type OpenOptions = Pick<
  AnalyzeOptions,
  "platform" | "reference" | "layerMode" | "verify" | "limits" | "cache" | "stdin" | "onProgress"
>;

/** folders whose code has a say in what is learned of a file's needs */
const LEARNING = ["code/", "knowledge/", "packages/", "spec/"];

/**
 * Reads an image for its loader.
 *
 * @param machine `uname -m` of the host, for which an image is chosen where there are several
 * @throws ContainerspecError where the image cannot be read
 */
export function openImage(source: string, machine: string, options: OpenOptions): Promise<OpenedImage<FileFacts>> {
  const { cache } = options;
  return open(source, {
    ...toReadOptions(machine, options),
    inspector: fileInspector,
    ...(cache === undefined ? {} : { cache: toLayerCache(cache) }),
  });
}

export interface OpenNeedsOptions extends OpenOptions {
  /** the content of every file is hashed, which takes a reading and a cache of its own */
  readonly hashesContent?: true;
}

/** The same, with what its files need of a machine and no loader reads: slower, and with a cache of its own. */
export function openWithNeeds(
  source: string,
  machine: string,
  options: OpenNeedsOptions,
): Promise<OpenedImage<NeedFacts>> {
  const { cache, hashesContent } = options;
  return open(source, {
    ...toReadOptions(machine, options),
    inspector: hashesContent === true ? { ...needInspector, hashesContent } : needInspector,
    ...(cache === undefined ? {} : { cache: toNeedCache(cache, hashesContent === true ? " hashed" : "") }),
  });
}

async function open<Facts>(source: string, options: ReadImageOptions<Facts>): Promise<OpenedImage<Facts>> {
  checkImageSource(source);
  return readImage(source, options).catch((error: unknown) => {
    throw toSourceError(error, source);
  });
}

function toReadOptions(
  machine: string,
  { platform, reference, layerMode, verify, limits, stdin, onProgress }: OpenOptions,
): Omit<ReadImageOptions<never>, "inspector" | "cache"> {
  return {
    layerMode: layerMode ?? "overlay",
    verify: verify ?? "always",
    defaultPlatform: `linux/${machine}`,
    ...(platform === undefined ? {} : { platform }),
    ...(reference === undefined ? {} : { reference }),
    ...(limits === undefined ? {} : { limits }),
    ...(stdin === undefined ? {} : { stdin }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

function toNeedCache(store: LayerStore, more: string): LayerCache<NeedFacts> {
  const version = `${VERSION} needs ${NEED_VERSION} ${FACTS_VERSION} ${fingerprintCode(LEARNING)}${more}`;
  return { store, version, codec: needBytes };
}

/** The Env of the image's config, with what the runtime sets over it; values are byte strings. */
export function imageEnvironment(
  { image }: Pick<OpenedImage<unknown>, "image">,
  { env }: Pick<AnalyzeOptions, "env">,
): ReadonlyMap<string, string> {
  const own = image.config.env.map((text): [string, string] => {
    const equals = text.indexOf("=");
    return equals === -1 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
  });
  return new Map([...own, ...(env ?? [])].map(([name, value]) => [name, toBytePath(value)]));
}
