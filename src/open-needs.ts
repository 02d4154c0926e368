/** An image, read for the question what it needs, with its loader on whatever machine is asked about. */
import type { ElfObject } from "./elf/object.js";
import { normalizePlatform } from "./image/platform.js";
import type { OpenedImage } from "./image/read-image.js";
import type { MatchOptions } from "./match-options.js";
import type { Launch, Machine } from "./mounts/launch.js";
import { createSide, type Side } from "./mounts/side.js";
import { imageEnvironment, openWithNeeds, type OpenNeedsOptions } from "./open-image.js";
import { toAbsolutePath, toBytePath } from "./rootfs/path.js";
import { describeNeed, type Described } from "./spec/describe.js";
import { createForetell, type Foretell } from "./spec/fate.js";
import type { NeedFacts } from "./spec/facts.js";
import { rememberLoads } from "./spec/remember-loads.js";

/** A machine that can do everything: what fails on it is nobody's fault but the image's. */
const BEST: Machine = { hwcaps: [], limits: {} };

type NeedOptions = Omit<MatchOptions, "hosts"> & Pick<OpenNeedsOptions, "hashesContent">;

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
  const opened = await openWithNeeds(source, machine, options);
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
