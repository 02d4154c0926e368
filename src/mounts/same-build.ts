/** Asked by a mount case and by rules, which must agree: whether a mount changes anything at all. */
import type { ElfObject } from "../elf/object.js";
import type { Landing } from "./landing.js";

interface Built {
  readonly elf: ElfObject;
}

/** The mounted file is the very build that it takes the place of: no symbol changes its meaning. */
export function isSameBuild({ candidate, replaced }: Landing): boolean {
  return replaced !== undefined && isOneBuild(candidate, replaced);
}

/** Two files are one build, by NT_GNU_BUILD_ID: without that note nobody can tell. */
export function isOneBuild(a: Built, b: Built): boolean {
  const { buildId } = a.elf.notes;
  return buildId !== undefined && buildId === b.elf.notes.buildId;
}
