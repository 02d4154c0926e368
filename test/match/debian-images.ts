/** Images of Debian releases for several machines, from the packages themselves: a C library and a shell. */
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { findPackageObstacle, packagesOf, readSystem } from "../scenarios/debian-files.js";
import type { Architecture, PackageList, Suite, SystemDescription } from "../scenarios/incident.js";
import { packArchive } from "../support/image-builder.js";
import { dockerArchive } from "../support/image-forms.js";
import { program, type Files } from "../support/story-files.js";
import { toLayer } from "../support/story-image.js";

export const SUITES: readonly Suite[] = ["bullseye", "bookworm", "trixie"];
export const ARCHITECTURES: readonly Architecture[] = ["amd64", "arm64", "s390x"];

/** Where Debian's cross compilers have the C library of s390x: the archive of two releases has no whole port left. */
const CROSS = "/usr/s390x-linux-gnu/lib/";

/** What the image of a release and a machine is made of. */
export function describeSystem(suite: Suite, architecture: Architecture): SystemDescription {
  if (architecture !== "s390x" || suite === "bookworm")
    return { packages: [{ suite, architecture, names: ["libc6", "dash"] }] };
  const cross: PackageList = { suite, names: ["libc6-s390x-cross"] };
  const place = (path: string): string | undefined =>
    path.startsWith(CROSS) ? `/usr/lib/${path.slice(CROSS.length)}` : undefined;
  const dash = program({ machine: "s390x", interp: "/lib/ld64.so.1", needed: ["libc.so.6"], libc: "" });
  return { packages: [], moved: [{ from: cross, place }], files: { "/usr/bin/dash": dash } };
}

/** Why these packages cannot be had; undefined where they are there. */
export function findObstacle(systems: readonly SystemDescription[]): string | undefined {
  return findPackageObstacle(systems.flatMap(packagesOf));
}

/** Writes an image of a system with more files, which starts `start`. */
export function writeImage(
  folder: string,
  name: string,
  { system, files = {}, start = "/bin/dash", architecture, env = [] }: ImageOf,
): string {
  const path = join(folder, name);
  const layers = [toLayer({ ...readSystem(system), ...files })];
  writeFileSync(
    path,
    packArchive(dockerArchive([{ references: ["app:1"], layers, architecture, entrypoint: [start], env }])),
  );
  return path;
}

export interface ImageOf {
  readonly system: SystemDescription;
  readonly architecture: Architecture;
  readonly files?: Files;
  readonly start?: string;
  /** NAME=VALUE */
  readonly env?: readonly string[];
}
