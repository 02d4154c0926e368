/**
 * Small worlds for the real loader: a story's build.sh (fixtures/loader) compiles them into a folder of its own, which becomes
 * the root of the process that is watched. The machine's own ld.so and libc lie in it at the places where they lie outside.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FIXTURES = fileURLToPath(new URL("../../fixtures/loader/", import.meta.url));

/** What the head of a build.sh says. */
export interface Story {
  readonly name: string;
  /** the program to start, as the process names it */
  readonly run: string;
  /** the library that is opened instead */
  readonly opens?: string;
  readonly env: Readonly<Record<string, string>>;
  /** the working directory of the process */
  readonly folder: string;
  /** user id of the process; 0 for the test's own */
  readonly user: number;
  /** how the story ends; undefined where that depends on the release of glibc */
  readonly exit?: number;
  /** what not every machine has: a glibc-hwcaps name, "m32" or "mknod" */
  readonly needs?: string;
}

/** The C library of this machine, and what is built once for all stories. */
export interface Workshop {
  readonly folder: string;
  /** paths of ld.so and libc.so.6, as programs find them */
  readonly interp: string;
  readonly libc: string;
  /** glibc-hwcaps names that this loader searches on this CPU, best first */
  readonly hwcaps: readonly string[];
  /** whether gcc makes 32-bit code */
  readonly canBuild32: boolean;
}

export interface RealRun {
  readonly exit: number | null;
  readonly lines: readonly string[];
}

/** Why worlds cannot be built here; undefined where they can. */
export function findObstacle(): string | undefined {
  if (process.platform !== "linux") return "no Linux";
  if (spawnSync("gcc", ["--version"]).status !== 0) return "no gcc";
  if (!/GLIBC|GNU libc/.test(spawnSync("ldd", ["--version"], { encoding: "utf8" }).stdout)) return "no glibc";
  const isRoot = process.geteuid?.() === 0;
  const canMount = spawnSync("unshare", isRoot ? ["-m", "true"] : ["-r", "-m", "true"]).status === 0;
  return canMount ? undefined : "no mount namespaces for this user";
}

/** Builds what all stories share. */
export function openWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), "containerspec-loader-"));
  const launch = join(folder, "launch");
  const open = join(folder, "open");
  run("gcc", ["-O1", "-o", launch, join(FIXTURES, "launch.c")]);
  run("gcc", ["-O1", "-o", open, join(FIXTURES, "open.c"), "-ldl"]);
  const traced = spawnSync(launch, [], { env: { LD_TRACE_LOADED_OBJECTS: "1" }, encoding: "utf8" }).stdout;
  const libc = /=> (\S*\/libc\.so\.6) /.exec(traced)?.[1];
  const interp = /(?:^|\s)(\/\S*\/ld-\S+) \(0x/.exec(traced)?.[1];
  if (libc === undefined || interp === undefined) throw new Error(`ld.so traces no libc and ld.so: ${traced}`);
  const help = spawnSync(interp, ["--help"], { encoding: "utf8" }).stdout;
  const hwcaps = [...help.matchAll(/^ {2}(\S+) \(supported, searched\)$/gm)].map((match) => match[1] as string);
  for (const path of [interp, libc]) {
    mkdirSync(join(folder, "base", dirname(path)), { recursive: true });
    copyFileSync(realpathSync(path), join(folder, "base", path));
  }
  const source = { input: "int x;", encoding: "utf8" } as const;
  const word32 = spawnSync("gcc", ["-m32", "-shared", "-nostdlib", "-x", "c", "-", "-o", "/dev/null"], source);
  return { folder, interp, libc, hwcaps, canBuild32: word32.status === 0 };
}

export function closeWorkshop({ folder }: Workshop): void {
  rmSync(folder, { recursive: true, force: true });
}

export function readStory(name: string): Story {
  const text = readFileSync(join(FIXTURES, name, "build.sh"), "utf8");
  const find = (word: string): string | undefined => new RegExp(`^# ${word}: (.*)$`, "m").exec(text)?.[1];
  const env = new Map([...text.matchAll(/^# env: ([A-Z_]+)=(.*)$/gm)].map((match) => [match[1] ?? "", match[2] ?? ""]));
  const [opens, exit, needs] = [find("opens"), find("exit"), find("needs")];
  return {
    name,
    run: find("run") ?? "/app",
    ...(opens === undefined ? {} : { opens }),
    env: Object.fromEntries(env),
    folder: find("folder") ?? "/",
    user: Number(find("user") ?? 0),
    ...(exit === undefined || exit === "any" ? {} : { exit: Number(exit) }),
    ...(needs === undefined ? {} : { needs }),
  };
}

/** Builds a story's world; returns its root. */
export function buildWorld(workshop: Workshop, { name }: Story): string {
  const root = join(workshop.folder, name);
  for (const path of [workshop.interp, workshop.libc]) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    linkSync(join(workshop.folder, "base", path), join(root, path));
  }
  copyFileSync(join(workshop.folder, "open"), join(root, "open"));
  const folder = dirname(workshop.libc).slice(1);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    TOOLS: FIXTURES,
    ROOT: root,
    DEFAULT: folder,
    LIBWORD: folder.replace(/^usr\//, ""),
  };
  run("sh", ["-c", `. "$TOOLS/build-tools.sh"; . "$TOOLS/${name}/build.sh"`], { cwd: root, env });
  return root;
}

/** Starts the story's program in its world, or the program that opens its library. */
export function runReal(
  workshop: Workshop,
  root: string,
  { run: program, opens, env, folder, user }: Story,
  more: Readonly<Record<string, string>> = {},
): RealRun {
  const variables = Object.entries({ ...env, ...more }).map(([key, value]) => `${key}=${value}`);
  const command = opens === undefined ? [program] : ["/open", opens];
  const { status, stderr } = spawnSync(
    join(workshop.folder, "launch"),
    [root, folder, String(user), ...variables, ...command],
    {
      encoding: "latin1",
      maxBuffer: 1 << 26,
    },
  );
  return { exit: status, lines: stderr.split("\n").filter((line) => line !== "") };
}

function run(command: string, words: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): void {
  const { status, stdout, stderr } = spawnSync(command, words, { ...options, encoding: "utf8" });
  if (status !== 0)
    throw new Error(`${[command, ...words].join(" ")} fails with ${String(status)}:\n${stdout}${stderr}`);
}
