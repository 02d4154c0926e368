/**
 * Small worlds for musl's own loader, as gcc-world.ts has them for glibc's: a story's build.sh (fixtures/loader/musl-*) fills a
 * folder with the help of musl-gcc, and that folder is the root of the process that is watched.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileFacts } from "../../src/loader/facts.js";
import type { LoadResult } from "../../src/loader/load-result.js";
import { createLoader } from "../../src/loader/loader.js";
import type { RootFilesystem } from "../../src/rootfs/filesystem.js";
import { resolvePath } from "../../src/rootfs/resolve.js";
import { findObstacle as findGlibcObstacle, type RealRun, type Story } from "./gcc-world.js";

const FIXTURES = fileURLToPath(new URL("../../fixtures/loader/", import.meta.url));
const LOADER = "/lib/ld-musl-x86_64.so.1";

export interface MuslWorkshop {
  readonly folder: string;
}

/** Why such worlds cannot be built here; undefined where they can. */
export function findMuslObstacle(): string | undefined {
  const obstacle = findGlibcObstacle();
  if (obstacle !== undefined) return obstacle;
  if (process.arch !== "x64") return "no x86-64";
  if (!existsSync(LOADER)) return "no musl";
  if (spawnSync("musl-gcc", ["--version"]).status !== 0) return "no musl-gcc";
  return spawnSync("patchelf", ["--version"]).status === 0 ? undefined : "no patchelf";
}

/** Builds what all stories share. */
export function openMuslWorkshop(): MuslWorkshop {
  const folder = mkdtempSync(join(tmpdir(), "containerspec-musl-"));
  run("gcc", ["-O1", "-o", join(folder, "launch"), join(FIXTURES, "launch.c")]);
  run("musl-gcc", ["-O1", "-o", join(folder, "open"), join(FIXTURES, "musl-open.c")]);
  copyFileSync(realpathSync(LOADER), join(folder, "loader"));
  return { folder };
}

/** Which symbols a story says come from where. */
export function readBindings(name: string): readonly (readonly [symbol: string, path: string])[] {
  const text = readFileSync(join(FIXTURES, name, "build.sh"), "utf8");
  return [...text.matchAll(/^# bound: (\S+)=(\S+)$/gm)].map((match) => [match[1] as string, match[2] as string]);
}

/** Builds a story's world; returns its root. */
export function buildMuslWorld({ folder }: MuslWorkshop, name: string): string {
  const root = join(folder, name);
  mkdirSync(join(root, "lib"), { recursive: true });
  linkSync(join(folder, "loader"), join(root, LOADER));
  linkSync(join(folder, "open"), join(root, "open"));
  const env = { ...process.env, TOOLS: FIXTURES, ROOT: root };
  run("sh", ["-c", `. "$TOOLS/build-tools.sh"; . "$TOOLS/musl-tools.sh"; . "$TOOLS/${name}/build.sh"`], root, env);
  return root;
}

/** Starts the story's program in its world, or opens its library there. */
export function runMusl(workshop: MuslWorkshop, root: string, story: Story, mode: "now" | "lazy" = "now"): RealRun {
  return launch(workshop, root, story, story.opens === undefined ? [story.run] : ["/open", mode, story.opens]);
}

/** The same in the simulated loader. */
export function simulateMusl(
  root: RootFilesystem<FileFacts>,
  { run: program, opens, env, folder, name }: Story,
): LoadResult {
  const found = resolvePath(root, opens ?? program);
  if (found?.node.kind !== "file" || found.node.facts.kind !== "elf") throw new Error(`no ELF file: ${name}`);
  const loader = createLoader(root, {
    ...(env["LD_LIBRARY_PATH"] === undefined ? {} : { libraryPath: env["LD_LIBRARY_PATH"] }),
    workingFolder: folder,
    hwcaps: [],
    interpreterFor: () => LOADER,
    preload: (env["LD_PRELOAD"] ?? "").split(/[ :]+/).filter((one) => one !== ""),
  });
  return loader.load(found.path, found.node, found.node.facts.elf, opens === undefined ? "use" : "open");
}

/** What the loader loads, in its own words: "libx.so => /d1/libx.so", in the order in which it does. */
export function listMusl(workshop: MuslWorkshop, root: string, story: Story): readonly string[] {
  const { output } = launch(workshop, root, story, [LOADER, "--list", story.run]);
  const lines = [...output.matchAll(/^\t(\S+) => (\S+) \(0x/gm)];
  return lines.map((match) => `${match[1] as string} => ${match[2] as string}`);
}

function launch(
  { folder }: MuslWorkshop,
  root: string,
  { env, folder: workingFolder, user }: Story,
  command: readonly string[],
): RealRun & { readonly output: string } {
  const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const words = [root, workingFolder, String(user), ...variables, ...command];
  const { status, stdout, stderr } = spawnSync(join(folder, "launch"), words, { encoding: "latin1" });
  return { exit: status, lines: stderr.split("\n").filter((line) => line !== ""), output: stdout };
}

function run(command: string, words: readonly string[], cwd?: string, env?: NodeJS.ProcessEnv): void {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd, env, encoding: "utf8" });
  if (status !== 0)
    throw new Error(`${[command, ...words].join(" ")} fails with ${String(status)}:\n${stdout}${stderr}`);
}
