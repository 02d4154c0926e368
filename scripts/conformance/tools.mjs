/** The small programs of the run, compiled when they are needed. */
import { join } from "node:path";
import { run } from "../debian/archive.mjs";

const SOURCES = import.meta.dirname;

/** No protection that would make the compiler add a need, and no start files. */
export const BARE = ["-O1", "-nostdlib", "-nostartfiles", "-fno-stack-protector", "-fcf-protection=none"];

/**
 * @param {string} folder where they are put
 * @returns {{ runTasks: string, ready: string }} the static program that starts others, and the object that ends them
 */
export function compileTools(folder) {
  const runTasks = join(folder, "run-tasks");
  const ready = join(folder, "ready.so");
  run("gcc", ["-O1", "-static", "-o", runTasks, join(SOURCES, "run-tasks.c")]);
  run("gcc", [...BARE, "-shared", "-fPIC", "-Wl,-z,initfirst", "-o", ready, join(SOURCES, "ready.c")]);
  return { runTasks, ready };
}

/**
 * The program that opens libraries, for one root.
 *
 * @param {string} file where it is put
 * @param {{ interp: string, libraries: readonly string[] }} against the root's loader, and files of its C library
 */
export function compileOpener(file, { interp, libraries }) {
  const link = ["-Wl,--no-as-needed", "-Wl,--allow-shlib-undefined", `-Wl,-dynamic-linker,${interp}`];
  run("gcc", [...BARE, "-no-pie", ...link, "-o", file, join(SOURCES, "open-library.c"), ...libraries]);
}
