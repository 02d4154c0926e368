/**
 * What the live machine's own loader makes of its CPU. A kernel may hide what a CPU can do from /proc/cpuinfo (a virtual machine's that
 * shows no `abm`) and programs find it all the same, since they ask the CPU itself; glibc then takes libraries from folders that the
 * text would rule out. From 2.33 on, its loader says which (elf/dl-usage.c, print_hwcaps_subdirectories).
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findLevelFeatures, X86_64_LEVELS } from "../cpu/level.js";

/** By machine, at the path that the ABI gives it. */
const LOADERS: Readonly<Record<string, string>> = { x86_64: "/lib64/ld-linux-x86-64.so.2" };
const PATIENCE_MS = 2000;

/** The features of the best level that the loader would take libraries for; none where it is asked in vain. */
export async function readLoaderFeatures(machine: string | undefined): Promise<readonly string[]> {
  const loader = machine === undefined ? undefined : LOADERS[machine];
  if (loader === undefined) return [];
  try {
    const { stdout } = await promisify(execFile)(loader, ["--help"], {
      env: {},
      timeout: PATIENCE_MS,
      encoding: "utf8",
    });
    return parseLoaderHelp(stdout);
  } catch {
    // No glibc, or one that knows no --help: what the kernel tells is all that there is.
    return [];
  }
}

/** The features that `ld.so --help` vouches for. */
export function parseLoaderHelp(help: string): readonly string[] {
  const found = X86_64_LEVELS.findLast((level) => new RegExp(`^ +${level} \\(supported, searched\\)$`, "m").test(help));
  return found === undefined ? [] : (findLevelFeatures(found) ?? []);
}
