/** Whether host and image have C libraries of different families, so that nothing of one can be expected to work with the other. */
import type { MountCase } from "../mounts/mount-case.js";

export function hasForeignCLibrary(image: MountCase["image"], host: MountCase["host"]): boolean {
  const { family } = image.libc;
  return (family === "glibc" || family === "musl") && host.libc.family !== family;
}
