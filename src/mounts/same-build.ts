/** Asked by a mount case and by rules, which must agree: whether a mount changes anything at all. */
import type { Landing } from "./landing.js";

/** The mounted file is the very build that it takes the place of: no symbol changes its meaning. */
export function isSameBuild({ candidate, replaced }: Landing): boolean {
  const build = candidate.elf.notes.buildId;
  return build !== undefined && build === replaced?.elf.notes.buildId;
}
