/**
 * Two hosts and an image of real Debian releases: the cluster that is older than its containers, and the one that is newer. Making
 * them needs root, mmdebstrap and the network that apt is set up with; they are kept in the test cache.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAKER = join(import.meta.dirname, "../../scripts/make-plan-roots.mjs");
const CACHE = process.env["CONTAINERSPEC_TEST_CACHE"] ?? join(tmpdir(), "containerspec-test-cache");

/** Debian 12 with mpi4py over Open MPI 4.1.4, libfabric 1.17, and an OpenCL driver for the CPU. */
export const IMAGE_ROOT = join(CACHE, "roots/plan-image");
/** the same as an OCI layout */
export const IMAGE = join(CACHE, "conformance/images/plan-image");
/** Debian 11's libraries, with glibc 2.31: Open MPI 4.1.0, libfabric 1.11 */
export const OLD_HOST = join(CACHE, "roots/plan-host-bullseye");
/** Debian 13's, with glibc 2.41 */
export const NEW_HOST = join(CACHE, "roots/plan-host-trixie");

/** Makes what is not there yet; why it cannot, where that is so. */
export function findObstacle(): string | undefined {
  // Mounting needs root, whatever is there already.
  if (process.getuid?.() !== 0) return "root mounts";
  const missing = ["bwrap", "ch-run", "podman", "runc", "gcc"].find((name) => !isInstalled(name));
  if (missing !== undefined) return `no ${missing}`;
  if ([join(IMAGE, "index.json"), IMAGE_ROOT, OLD_HOST, NEW_HOST].every((path) => existsSync(path))) return undefined;
  if (!isInstalled("mmdebstrap")) return "no mmdebstrap";
  const { status, stderr } = spawnSync(process.execPath, [MAKER], { encoding: "utf8" });
  return status === 0 ? undefined : `no roots could be made: ${stderr.trim().split("\n").at(-1) ?? ""}`;
}

function isInstalled(name: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;
}
