/** One mount of one program, or one library that is opened: what the report says, and what this machine's loader does. */
import { copyFileSync, cpSync, linkSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { analyze, readHost, type Verdict } from "../../src/index.js";
import { runReal, type Workshop } from "../support/gcc-world.js";
import type { Files } from "../support/story-files.js";
import { toEntries, toImageTar, writeFiles } from "../support/story-image.js";
import { followLinks } from "../support/story-real.js";
import { tarEntry, tarOf } from "../support/tar-builder.js";

export interface MountedWorld {
  readonly image: Files;
  readonly host: Files;
  /** further names of files of the image: hard links */
  readonly names?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** --mount; or else --library */
  readonly mount?: string;
  readonly library?: string;
  /** what is started, or opened where it is a library */
  readonly run: string;
  readonly opens?: true;
}

export interface Played {
  readonly verdict: Verdict | undefined;
  /** whether the loader had no objection */
  readonly before: boolean;
  readonly after: boolean;
}

export async function playMount(workshop: Workshop, world: MountedWorld, folder: string): Promise<Played> {
  const { names = {}, env = {}, mount, library } = world;
  const [root, host] = [join(folder, "root"), join(folder, "host")];
  const system = systemOf(workshop);
  const image = { ...system, ...world.image };
  writeFiles(root, image);
  writeFiles(host, { ...system, ...world.host });
  for (const [name, of] of Object.entries(names)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    linkSync(join(root, of), join(root, name));
  }
  const links = Object.entries(names).map(([name, of]) =>
    tarEntry({ name: name.slice(1), type: "1", link: of.slice(1), mode: 0o755 }),
  );
  const layer = tarOf(...toEntries(image), ...links);
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(folder, "image.tar"), toImageTar({ layers: [layer], env: variables }));
  const [source = "", target = ""] = mount?.split(":") ?? [];
  const report = await analyze(join(folder, "image.tar"), {
    host: await readHost(host, { trees: mount === undefined ? [] : [source] }),
    ...(mount === undefined ? {} : { mounts: [mount] }),
    ...(library === undefined ? {} : { libraries: [library] }),
  });

  copyFileSync(join(workshop.folder, "open"), join(root, "open"));
  const starts = (): boolean => {
    const story = { name: world.run, run: world.run, env, folder: "/", user: 0 };
    return runReal(workshop, root, world.opens === true ? { ...story, opens: world.run } : story).exit === 0;
  };
  const before = starts();
  for (const one of mount === undefined ? report.mounts : [{ source, target }]) {
    const place = followLinks(root, one.target);
    rmSync(place, { recursive: true, force: true });
    mkdirSync(dirname(place), { recursive: true });
    cpSync(followLinks(host, one.source), place, { recursive: true, verbatimSymlinks: true });
  }
  return { verdict: report.set?.verdict ?? report.mounts[0]?.verdict, before, after: starts() };
}

/** The loader and the C library of this machine, where they lie outside. */
export function systemOf({ interp, libc }: Workshop): Files {
  const read = (path: string) => ({ bytes: readFileSync(realpathSync(path)), mode: 0o755 });
  return { [interp]: read(interp), [libc]: read(libc) };
}
