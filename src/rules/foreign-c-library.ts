/** Whether host and image have C libraries of different families, so that nothing of one can be expected to work with the other. */
import type { MountCase } from "../mounts/mount-case.js";

export function hasForeignCLibrary(image: MountCase["image"], host: MountCase["host"]): boolean {
  const { family } = image.libc;
  return (family === "glibc" || family === "musl") && host.libc.family !== family;
}

/** Whether some of these consumers are programs of glibc, which musl's loader runs with the help of gcompat or libc6-compat. */
export function standsInForGlibc({ libc, objects }: MountCase["image"], consumers: readonly string[]): boolean {
  if (libc.family !== "musl") return false;
  const concerned = new Set(consumers);
  return objects.some(({ path, elf }) => elf.interp?.includes("/ld-musl-") === false && concerned.has(path));
}
