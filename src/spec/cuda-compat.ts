/**
 * Forward compatibility: a libcuda that came with CUDA, and not with a driver, for machines whose driver is older than its CUDA. It says
 * itself in a note which drivers it works with. NVIDIA's hook enable-cuda-compat decides for a container whether it stands before the
 * driver's own; one without a note is older than those notes, and is taken where it is of a later branch.
 * Source: cmd/nvidia-cdi-hook/cudacompat of nvidia-container-toolkit.
 */
import type { ElfObject } from "../elf/object.js";
import { baseName, parentPath, toDisplayPath } from "../rootfs/path.js";
import { compareReleases } from "./releases.js";

export interface CudaCompat {
  readonly folder: string;
  /** the driver that it was built with: "590.44.01" */
  readonly driver: string;
  /** what it says itself; absent without a note, or where the note makes no sense */
  readonly note?: {
    /** "13.1" */
    readonly cuda?: string;
    /** the branches of drivers that it works with: 535, 550 */
    readonly drivers: readonly number[];
  };
}

const NAME = /^libcuda\.so\.(\d+(?:\.\d+)+)$/;

/** The first such library among objects: packages put it into a folder "compat". */
export function findCudaCompat(
  objects: Iterable<{ readonly path: string; readonly elf: ElfObject }>,
): CudaCompat | undefined {
  for (const { path, elf } of objects) {
    const driver = NAME.exec(baseName(path))?.[1];
    if (driver === undefined || baseName(parentPath(path)) !== "compat") continue;
    const note = parseNote(elf.notes.cudaCompat);
    return { folder: toDisplayPath(parentPath(path)), driver, ...(note === undefined ? {} : { note }) };
  }
  return undefined;
}

/** {"Format", "CUDA Version", "Driver": [535, …], "Device": […]} */
function parseNote(text: string | undefined): CudaCompat["note"] {
  try {
    const json: unknown = text === undefined ? undefined : JSON.parse(text);
    if (typeof json !== "object" || json === null) return undefined;
    const { "CUDA Version": cuda, Driver: drivers } = json as Readonly<Record<string, unknown>>;
    return {
      ...(typeof cuda === "string" ? { cuda } : {}),
      drivers: Array.isArray(drivers) ? drivers.filter((one): one is number => typeof one === "number") : [],
    };
  } catch {
    return undefined; // whoever wrote no JSON said nothing
  }
}

/**
 * Whether it stands before the libcuda of a host's driver.
 *
 * @param known "driver" and "cuda" of the host to their releases
 */
export function isCompatUsed({ driver, note }: CudaCompat, known: ReadonlyMap<string, string>): boolean {
  const host = known.get("driver");
  if (host === undefined) return false;
  const [own, theirs] = [driver, host].map((release) => Number(release.split(".", 1)[0])) as [number, number];
  if (note === undefined) return own > theirs;
  if (note.drivers.length > 0) return note.drivers.includes(theirs) && compareReleases(driver, host) > 0;
  const cuda = known.get("cuda");
  return note.cuda !== undefined && cuda !== undefined && compareReleases(note.cuda, cuda) > 0;
}
