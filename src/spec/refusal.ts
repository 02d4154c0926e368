/**
 * A C library that was built for better CPUs refuses the others as the first thing it does, with a sentence that stands in its loader:
 * Enterprise Linux 9 asks for x86-64-v2, z14 and POWER9, Enterprise Linux 10 for x86-64-v3. A loader that was built for every CPU has
 * no such sentence. glibc's sysdeps/x86, sysdeps/s390/s390-64/dl-hwcap-check.h and sysdeps/powerpc/powerpc64/le/dl-hwcap-check.h.
 */
import { findNeededLevel } from "../loader/machine-limits.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { NeedFacts } from "./facts.js";
import { findLoaderFiles } from "./fate.js";

export interface Refusal {
  /** the lowest level that it runs on: "x86-64-v3", "z14", "power9" */
  readonly level: string;
  /** what it says to others */
  readonly words: string;
}

/** How the loader at a path refuses CPUs; undefined where it takes every one of its machine. */
export function findRefusal(root: RootFilesystem<NeedFacts>, interp: string): Refusal | undefined {
  const node = resolvePath(root, interp)?.node;
  const refusals = node?.kind === "file" ? (node.facts.extras?.refusals ?? []) : [];
  for (const words of refusals) {
    const [, x86, other] = /x86-64-v(\d|%d)|\((z\d+|POWER\d+) or later/.exec(words) ?? [];
    if (other !== undefined) return { level: other.toLowerCase(), words };
    // The number may be filled in when it is printed; then the notes of the same build have it.
    const level = x86 === "%d" ? findNoted(root, interp) : x86 === undefined ? undefined : `x86-64-v${x86}`;
    if (level !== undefined) return { level, words: words.replace("x86-64-v%d", level) };
  }
  return undefined;
}

function findNoted(root: RootFilesystem<NeedFacts>, interp: string): string | undefined {
  return findLoaderFiles(root, interp)
    .flatMap((elf) => findNeededLevel(elf) ?? [])
    .sort()
    .at(-1);
}
