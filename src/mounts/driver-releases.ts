/**
 * Mounted files of a driver whose parts, and whose kernel module, must all be of one release: what each tells of its release. The parts of
 * forward compatibility, which are made for older kernel modules, are apart from those of the driver itself.
 */
import { DRIVER_FILES } from "../knowledge/driver-files.js";
import { baseName, parentPath } from "../rootfs/path.js";
import type { LoadedModule } from "../stacks/schema.js";
import type { Landing } from "./landing.js";

export interface DriverReleases {
  /** "NVIDIA's driver" */
  readonly driver: string;
  readonly parts: readonly DriverPart[];
  /** of the kernel module that the host runs, where both are known */
  readonly kernelModule?: { readonly name: string; readonly release: string };
}

export interface DriverPart {
  readonly landing: Landing;
  /** "535.129.03" */
  readonly release: string;
  /** it came with CUDA, to stand before a driver that is older */
  readonly isCompat: boolean;
}

/** What is mounted of each driver; drivers of which nothing is mounted are left out. */
export function findDriverReleases(
  landings: readonly Landing[],
  modules: readonly LoadedModule[] = [],
): readonly DriverReleases[] {
  return DRIVER_FILES.flatMap(({ name: driver, module, released }): readonly DriverReleases[] => {
    const parts = landings.flatMap((landing) => toPart(landing, released));
    if (parts.length === 0) return [];
    const release = modules.find(({ name }) => name === module)?.version;
    return [{ driver, parts, ...(release === undefined ? {} : { kernelModule: { name: module, release } }) }];
  });
}

function toPart(landing: Landing, released: RegExp): readonly DriverPart[] {
  const { realPath, elf } = landing.candidate;
  const release = released.exec(baseName(realPath))?.groups?.["release"];
  if (release === undefined) return [];
  const isCompat = elf.notes.cudaCompat !== undefined || baseName(parentPath(realPath)) === "compat";
  return [{ landing, release, isCompat }];
}
