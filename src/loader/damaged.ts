/**
 * Damaged files in a process: what cannot be read of one may be all that the others miss, or what it wants of them. Each is a
 * question without an answer, and what only it could tell is no failure.
 */
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { FileFacts } from "./facts.js";
import type { LoadProblem } from "./problem.js";
import type { LoadScope } from "./scope.js";

/** The damaged objects of a scope as problems; its interpreter, which the kernel maps, is one of them. */
export function* findDamaged(
  { objects, start }: LoadScope,
  root: RootFilesystem<FileFacts>,
  interp: string,
): Generator<LoadProblem> {
  for (const { path, names, elf, requestedBy } of objects) {
    if (elf.damage === undefined) continue;
    const [name = path] = names;
    const requiredBy = requestedBy?.path ?? path;
    yield { kind: "library-unreadable", name, path, requiredBy, reason: elf.damage.problem };
  }
  const node = resolvePath(root, interp)?.node;
  if (node?.kind !== "file" || node.facts.kind !== "elf" || objects.some((object) => object.node === node)) return;
  const { damage } = node.facts.elf;
  if (damage === undefined) return;
  yield { kind: "library-unreadable", name: interp, path: interp, requiredBy: start, reason: damage.problem };
}

/**
 * Without what is wrong only as far as could be read: a symbol that nobody defines may be one of a file that could not be read, a
 * library that nobody loads may be asked for by it, and what a damaged library lacks may be there.
 */
export function withoutGuesses(problems: readonly LoadProblem[]): readonly LoadProblem[] {
  const unreadable = new Set(problems.flatMap((one) => (one.kind === "library-unreadable" ? [one.path] : [])));
  if (unreadable.size === 0) return problems;
  return problems.filter(
    (one) =>
      one.kind !== "symbol-not-defined" &&
      one.kind !== "version-file-not-loaded" &&
      !("provider" in one && unreadable.has(one.provider)),
  );
}
