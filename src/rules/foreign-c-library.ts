/** Who meets a C library of another family than its own, where nothing of one can be expected to work with the other. */
import type { MountCase } from "../mounts/mount-case.js";

/** Whether something that is mounted comes to a loader of another C library than the one that it was built for. */
export function hasForeignCLibrary({ foreign }: Pick<MountCase, "foreign">): boolean {
  return foreign.size > 0;
}

/** Those of the consumers that are programs of glibc, which musl's loader runs with the help of gcompat or libc6-compat. */
export function findGlibcPrograms({
  image,
  consumers,
  families,
}: Pick<MountCase, "image" | "consumers" | "families">): MountCase["image"]["objects"] {
  if (image.libc.family !== "musl") return [];
  const concerned = new Set(consumers.filter((path) => families.get(path) !== "glibc"));
  return image.objects.filter(({ path, elf }) => elf.interp?.includes("/ld-musl-") === false && concerned.has(path));
}
