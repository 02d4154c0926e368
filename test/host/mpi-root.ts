/** The root of a real host, which whoever measures performance makes, too: Debian with two MPI families, OpenCL and fabric libraries. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const CACHE = process.env["CONTAINERSPEC_TEST_CACHE"] ?? join(tmpdir(), "containerspec-test-cache");
const MAKER = pathToFileURL(join(import.meta.dirname, "../../scripts/debian/root.mjs")).href;
const MAKE = `const { makeRoot, MPI_PACKAGES } = await import(${JSON.stringify(MAKER)});
makeRoot({ name: "mpi-trixie", suite: "trixie", packages: MPI_PACKAGES });`;

export const MPI_ROOT = join(CACHE, "roots/mpi-trixie");

/** Why it is not there and cannot be made; undefined where it is there. mmdebstrap makes such a root, for root alone. */
export function findMpiObstacle(): string | undefined {
  if (existsSync(MPI_ROOT)) return undefined;
  if (process.getuid?.() !== 0) return "root makes its folder";
  if (spawnSync("mmdebstrap", ["--version"]).status !== 0) return "no mmdebstrap";
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", MAKE], { encoding: "utf8" });
  return status === 0 ? undefined : `no root could be made: ${stderr.trim().split("\n").at(-1) ?? ""}`;
}
