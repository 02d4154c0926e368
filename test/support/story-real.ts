/**
 * A scene played for real: its image unpacked, this machine's ld.so in place of the scene's, the host's library put where the report
 * says, and the image's programs started there by chroot.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, lstatSync, mkdirSync, readlinkSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { MountReport, Report } from "../../src/index.js";
import { writeFiles } from "./story-image.js";
import { X86_64_INTERPRETER, type Files } from "./story-files.js";
import type { Scene } from "./story.js";

export interface Run {
  readonly status: number | null;
  readonly stderr: string;
}

/** Why scenes cannot be played on this machine; undefined where they can. */
export function findObstacle(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "no x86-64 Linux";
  if (process.getuid?.() !== 0) return "chroot needs root";
  if (machineGlibc() === undefined || !existsSync(X86_64_INTERPRETER)) return "no glibc";
  return undefined;
}

/** The glibc version of this machine. */
export function machineGlibc(): string | undefined {
  const report = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
}

/** The image's files, where it consists of nothing else. */
export function filesOf({ image }: Scene): Files | undefined {
  const layers = image.layers.map((layer) => (layer instanceof Uint8Array ? undefined : layer));
  return layers.reduce<Files | undefined>(
    (all, layer) => (all === undefined || layer === undefined ? undefined : { ...all, ...layer }),
    {},
  );
}

/** The glibc version that an image's C library says it has. */
export function glibcOf(files: Files): string | undefined {
  const texts = Object.values(files).map((file) => ("elf" in file ? (file.elf.contents ?? "") : ""));
  return texts
    .map((text) => /GNU C Library .* version (\d+\.\d+)/.exec(text)?.[1])
    .find((found) => found !== undefined);
}

/** Paths of the image's programs. */
export function programsOf(files: Files): readonly string[] {
  const isProgram = (path: string): boolean => {
    const file = files[path];
    return file !== undefined && "elf" in file && file.elf.interp === X86_64_INTERPRETER;
  };
  return Object.keys(files).filter(isProgram);
}

/** Unpacks the image of a scene, with this machine's loader in it. */
export function unpackScene(files: Files, root: string): void {
  writeFiles(root, files);
  copyFileSync(X86_64_INTERPRETER, followLinks(root, X86_64_INTERPRETER));
}

/** Puts the host's library, and its companions, where the report says. */
export function mountInto(root: string, host: string, { source, target, companionMounts }: MountReport): void {
  const put = (from: string, to: string): void => {
    const place = followLinks(root, to);
    mkdirSync(dirname(place), { recursive: true });
    const file = followLinks(host, from);
    // A folder hides what the image had there.
    rmSync(place, { recursive: true, force: true });
    cpSync(file, place, { recursive: true, verbatimSymlinks: true });
  };
  for (const one of [{ source, target }, ...companionMounts]) put(one.source, one.target);
}

/** Starts a program of the image as a runtime with the report's placement would. */
export function start(
  root: string,
  program: string,
  { placement }: Report,
  env: Readonly<Record<string, string>>,
): Run {
  const folders = {
    over: undefined,
    first: "/.containerspec/lib",
    last: "/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib:/.containerspec/lib",
  };
  const libraryPath = folders[placement];
  const { status, stderr, error } = spawnSync("chroot", [root, program], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], ...(libraryPath === undefined ? {} : { LD_LIBRARY_PATH: libraryPath }), ...env },
  });
  if (error !== undefined) throw error;
  return { status, stderr };
}

/** The place on disk of a path inside a root, with links followed as a process in that root would. */
export function followLinks(root: string, path: string): string {
  const pending = path.split("/").reverse();
  let current = "/";
  while (pending.length > 0) {
    const part = pending.pop();
    if (part === undefined || part === "" || part === ".") continue;
    const next = part === ".." ? dirname(current) : join(current, part);
    const stats = lstatSync(join(root, next), { throwIfNoEntry: false });
    if (stats?.isSymbolicLink() !== true) {
      current = next;
      continue;
    }
    const target = readlinkSync(join(root, next));
    if (target.startsWith("/")) current = "/";
    pending.push(...target.split("/").reverse());
  }
  return join(root, current);
}
