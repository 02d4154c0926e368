/** Which programs of an image a drawing starts at. */
import type { InspectReport } from "./inspect-schema.js";
import { matchesAnyGlob } from "./rootfs/glob.js";

/**
 * The paths of the programs that are drawn: those that a pattern matches, by path or by name; where none is given those that the image
 * starts, and where it starts none that is known, all of them.
 */
export function findDrawnPrograms(
  { process, programs }: InspectReport,
  patterns: readonly string[],
): readonly string[] {
  const binary = programs.filter(({ kind }) => kind !== "script").map(({ path }) => path);
  if (patterns.length === 0) return process.programs.length > 0 ? process.programs : binary;
  return binary.filter(
    (path) => matchesAnyGlob(patterns, path) || matchesAnyGlob(patterns, path.slice(path.lastIndexOf("/") + 1)),
  );
}
