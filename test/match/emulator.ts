/** The real loader of an image on a CPU and a kernel that this machine does not have: QEMU's user emulation plays both. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPackageObstacle } from "../scenarios/debian-files.js";
import type { PackageList } from "../scenarios/incident.js";

const CACHE = process.env["CONTAINERSPEC_TEST_CACHE"] ?? join(tmpdir(), "containerspec-test-cache");
const PACKAGE: PackageList = { suite: "bookworm", architecture: "amd64", names: ["qemu-user-static"] };
const FOLDER = join(CACHE, "packages/bookworm/amd64/qemu-user-static/usr/bin");

/** Why there is no emulator; undefined where there is one. */
export function findEmulatorObstacle(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "the emulator is for x86-64";
  const obstacle = findPackageObstacle([PACKAGE]);
  return obstacle ?? (existsSync(FOLDER) ? undefined : "no emulator");
}

export interface Emulated {
  /** exit status of the program */
  readonly status: number | null;
  readonly stderr: string;
}

/**
 * Runs a program of a root with that root's loader.
 *
 * @param machine as QEMU names it: "x86_64", "aarch64"
 */
export function emulate(
  machine: string,
  root: string,
  command: readonly string[],
  { cpu, kernel }: { readonly cpu?: string; readonly kernel?: string },
): Emulated {
  const options = [...(cpu === undefined ? [] : ["-cpu", cpu]), ...(kernel === undefined ? [] : ["-r", kernel])];
  const [program = "", ...words] = command;
  const { status, stderr } = spawnSync(
    join(FOLDER, `qemu-${machine}-static`),
    [...options, "-L", root, join(root, program), ...words],
    { encoding: "utf8", env: {} },
  );
  // It warns of features that it does not play.
  return { status, stderr: stderr.replace(/^qemu-.*\n/gm, "") };
}
