/** Whether host and image have C libraries of different families, so that nothing of one can be expected to work with the other. */
import type { MountCase } from "../mounts/mount-case.js";

export function hasForeignCLibrary(image: MountCase["image"], host: MountCase["host"]): boolean {
  const { family } = image.libc;
  return (family === "glibc" || family === "musl") && host.libc.family !== family;
}

/** Those of the consumers that are programs of glibc, which musl's loader runs with the help of gcompat or libc6-compat. */
export function findGlibcPrograms(
  { libc, objects }: MountCase["image"],
  consumers: readonly string[],
): MountCase["image"]["objects"] {
  if (libc.family !== "musl") return [];
  const concerned = new Set(consumers);
  return objects.filter(({ path, elf }) => elf.interp?.includes("/ld-musl-") === false && concerned.has(path));
}
