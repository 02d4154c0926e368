/**
 * One world, one mount, two judges: containerspec reads the image and the host, and this machine's loader starts every program and
 * opens every library before the mount and after it. Whoever fails after it and did not before must be named, and nobody else.
 */
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { analyze, readHost, type Finding, type MountReport } from "../../src/index.js";
import { runReal, type Workshop } from "../support/gcc-world.js";
import { toImageTar, writeFiles } from "../support/story-image.js";
import type { Files } from "../support/story-files.js";
import { followLinks } from "../support/story-real.js";
import { systemOf } from "./play-mount.js";
import type { RandomWorld } from "./random-world.js";

export interface Disagreement {
  readonly path: string;
  readonly mode: "lazy" | "now";
  /** what the real loader says; empty where it has no objection */
  readonly real: readonly string[];
  /** what the report says of it */
  readonly said: readonly string[];
}

interface Consumer {
  readonly path: string;
  readonly isProgram: boolean;
  /** started as nobody too: then the loader trusts less */
  readonly isSetUser: boolean;
}

type Mode = "lazy" | "now";
type Complaints = ReadonlyMap<string, readonly string[]>;

const MOUNT_FOLDER = "/.containerspec/lib";
const NOBODY = 65534;

/** Plays a world in a folder. */
export async function playWorld(
  workshop: Workshop,
  world: RandomWorld,
  folder: string,
): Promise<{ readonly mount: MountReport; readonly disagreements: readonly Disagreement[] }> {
  const [root, host] = [join(folder, "root"), join(folder, "host")];
  const image = { ...systemOf(workshop), ...world.image };
  writeWorld(root, image);
  writeFiles(host, { ...systemOf(workshop), ...world.host });
  const env = Object.entries(world.env).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(folder, "image.tar"), toImageTar({ layers: [image], env }));
  const level = workshop.hwcaps[0];
  const { mounts } = await analyze(join(folder, "image.tar"), {
    host: await readHost(host),
    libraries: [world.library],
    placement: world.placement,
    ...(level === undefined ? {} : { cpuLevel: level }),
  });
  const [mount] = mounts;
  if (mount === undefined) throw new Error("no library was judged");

  for (const place of [root, host]) copyFileSync(join(workshop.folder, "open"), join(place, "open"));
  const consumers = consumersOf(world.image);
  const before = listen(workshop, root, consumers, world.env);
  const covered = mountInto(root, host, mount);
  const shadowed = world.placement === "first" ? world.library : undefined;
  const staying = consumers.filter(
    ({ path }) => followLinks(root, path) !== covered && basename(path).replace(/\.0\.1$/, "") !== shadowed,
  );
  const after = listen(workshop, root, staying, withLibraryPath(world));
  return { mount, disagreements: [...compare(mount, staying, before, after)] };
}

function writeWorld(root: string, files: Files): void {
  writeFiles(root, files);
  // Writing to a file may take its set-user-ID bit.
  for (const [path, file] of Object.entries(files)) {
    if (!("link" in file) && (file.mode & 0o7000) !== 0) chmodSync(join(root, path), file.mode);
  }
}

function consumersOf(files: Files): readonly Consumer[] {
  return Object.entries(files).flatMap(([path, file]) => {
    if (!("elf" in file)) return [];
    return [{ path, isProgram: file.elf.interp !== undefined, isSetUser: (file.mode & 0o4000) !== 0 }];
  });
}

/** Puts the host's file where the report says; the place on disk that it covers. */
function mountInto(root: string, host: string, { source, target }: MountReport): string {
  const covered = followLinks(root, target);
  mkdirSync(dirname(covered), { recursive: true });
  // A bind covers one name: another hard link of the file stays.
  rmSync(covered, { force: true });
  copyFileSync(followLinks(host, source), covered);
  return covered;
}

function withLibraryPath({ env, placement }: RandomWorld): Readonly<Record<string, string>> {
  const own = env["LD_LIBRARY_PATH"] ?? "";
  const folders = "/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib";
  switch (placement) {
    case "over":
      return env;
    case "first":
      return { LD_LIBRARY_PATH: own === "" ? MOUNT_FOLDER : `${MOUNT_FOLDER}:${own}` };
    case "last":
      return { LD_LIBRARY_PATH: `${own === "" ? folders : own}:${MOUNT_FOLDER}` };
  }
}

/** What the loader complains of, by mode and path. Libraries are opened with RTLD_NOW alone. */
function listen(
  workshop: Workshop,
  root: string,
  consumers: readonly Consumer[],
  env: Readonly<Record<string, string>>,
): Record<Mode, Complaints> {
  const start = ({ path, isProgram }: Consumer, user: number, more: Readonly<Record<string, string>>) =>
    runReal(
      workshop,
      root,
      { name: path, run: path, env, folder: "/", user, ...(isProgram ? {} : { opens: path }) },
      more,
    );
  const hear = (consumer: Consumer, more: Readonly<Record<string, string>>): readonly string[] => {
    const runs = (consumer.isSetUser ? [0, NOBODY] : [0]).map((user) => start(consumer, user, more));
    const failed = runs.find(({ exit }) => exit !== 0);
    return failed === undefined ? [] : [...failed.lines, `exit code ${String(failed.exit)}`];
  };
  const all = (mode: Mode): Complaints =>
    new Map(consumers.map((one) => [one.path, hear(one, mode === "now" ? { LD_BIND_NOW: "1" } : {})]));
  return { lazy: all("lazy"), now: all("now") };
}

function* compare(
  { findings }: MountReport,
  consumers: readonly Consumer[],
  before: Record<Mode, Complaints>,
  after: Record<Mode, Complaints>,
): Generator<Disagreement> {
  for (const { path, isProgram } of consumers) {
    const about = findings.filter(
      ({ subjects, loaderMessage }) => loaderMessage !== undefined && subjects.includes(path),
    );
    const breaks = about.filter((finding) => finding.severity === "error" && !isLate(finding));
    for (const mode of isProgram ? (["lazy", "now"] as const) : (["now"] as const)) {
      if ((before[mode].get(path) ?? []).length > 0) continue;
      const real = after[mode].get(path) ?? [];
      const told = mode === "lazy" ? breaks : [...breaks, ...about.filter(isLate)];
      if (real.length > 0 !== told.length > 0) yield { path, mode, real, said: told.map(({ message }) => message) };
    }
  }
}

/** Whether it goes wrong at a call only, or with LD_BIND_NOW. */
function isLate({ rule, message }: Finding): boolean {
  return rule === "symbol-not-defined-lazily" || message.includes("at the first call");
}
