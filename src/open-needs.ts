/** An image, read for the question what it needs, with its loader on whatever machine is asked about. */
import { imageEnvironment } from "./analyze.js";
import type { ElfObject } from "./elf/object.js";
import { fingerprintCode } from "./code-fingerprint.js";
import { checkImageSource } from "./image-source.js";
import type { LayerCache, LayerStore } from "./image/layer-store.js";
import { normalizePlatform } from "./image/platform.js";
import { readImage, type OpenedImage } from "./image/read-image.js";
import { FACTS_VERSION } from "./loader/facts-bytes.js";
import type { MatchOptions } from "./match-options.js";
import type { Launch, Machine } from "./mounts/launch.js";
import { createSide, type Side } from "./mounts/side.js";
import { toAbsolutePath, toBytePath } from "./rootfs/path.js";
import { toSourceError } from "./source-error.js";
import { describeNeed, type Described } from "./spec/describe.js";
import { createForetell, type Foretell } from "./spec/fate.js";
import type { NeedFacts } from "./spec/facts.js";
import { needBytes, NEED_VERSION } from "./spec/facts-bytes.js";
import { rememberLoads } from "./spec/remember-loads.js";
import { needInspector } from "./spec/inspect-needs.js";
import { VERSION } from "./version.js";

/** A machine that can do everything: what fails on it is nobody's fault but the image's. */
const BEST: Machine = { hwcaps: [], limits: {} };

/** folders whose code has a say in what is learned of a file's needs */
const LEARNING = ["code/", "knowledge/", "packages/", "spec/"];

type NeedOptions = Omit<MatchOptions, "hosts">;

export interface OpenedNeeds {
  readonly source: string;
  readonly opened: OpenedImage<NeedFacts>;
  /** the archive holds no other image */
  readonly isOnly: boolean;
  readonly env: ReadonlyMap<string, string>;
  readonly side: Side;
  readonly like: ElfObject | undefined;
  readonly described: Described;
  /** its loader on a machine */
  readonly sideOn: (machine: Machine) => Side;
  readonly foretell: Foretell;
}

/** @param machine `uname -m` of the host, for which an image is chosen where there are several */
export async function openNeeds(source: string, machine: string, options: NeedOptions): Promise<OpenedNeeds> {
  const { platform, reference, limits, cache, stdin, onProgress } = options;
  checkImageSource(source);
  const opened = await readImage<NeedFacts>(source, {
    inspector: needInspector,
    layerMode: options.layerMode ?? "overlay",
    verify: options.verify ?? "always",
    defaultPlatform: `linux/${machine}`,
    ...(platform === undefined ? {} : { platform }),
    ...(reference === undefined ? {} : { reference }),
    ...(limits === undefined ? {} : { limits }),
    ...(cache === undefined ? {} : { cache: toNeedCache(cache) }),
    ...(stdin === undefined ? {} : { stdin }),
    ...(onProgress === undefined ? {} : { onProgress }),
  }).catch((error: unknown) => {
    throw toSourceError(error, source);
  });
  return describe(source, opened, options);
}

function describe(source: string, opened: OpenedImage<NeedFacts>, options: NeedOptions): OpenedNeeds {
  const { config } = opened.image;
  const env = imageEnvironment(opened, options);
  const workingFolder = toAbsolutePath("/", toBytePath(config.workingDir));
  const architecture = normalizePlatform(opened.image.platform);
  const sides = new Map<string, Side>();
  const sideOn = (machine: Machine): Side => {
    const key = JSON.stringify(machine);
    const launch: Launch = { env, workingFolder, ...machine };
    const side = sides.get(key) ?? createSide(opened.snapshot, launch, architecture);
    sides.set(key, side);
    return side;
  };
  const side = sideOn(BEST);
  const { like } = side.subject;
  const loader = rememberLoads(side.subject.loader);
  const described = describeNeed({
    root: opened.snapshot,
    command: [...config.entrypoint, ...config.cmd],
    labels: config.labels,
    env,
    workingFolder,
    platform: architecture,
    unreadLayers: opened.unreadLayers,
    best: loader,
    ...(like === undefined ? {} : { like }),
  });
  const foretell = createForetell(opened.snapshot, loader);
  return { source, opened, isOnly: opened.isOnly, env, side, like, described, sideOn, foretell };
}

function toNeedCache(store: LayerStore): LayerCache<NeedFacts> {
  const version = `${VERSION} needs ${NEED_VERSION} ${FACTS_VERSION} ${fingerprintCode(LEARNING)}`;
  return { store, version, codec: needBytes };
}
