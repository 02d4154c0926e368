/** How large the profile of a real host is: Debian with two MPI families, OpenCL and fabric libraries. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { describeHost, packProfile, type HostProfile } from "../../src/index.js";

const CACHE = process.env["CONTAINERSPEC_TEST_CACHE"] ?? join(tmpdir(), "containerspec-test-cache");
const ROOT = join(CACHE, "roots/mpi-trixie");
const MAKER = pathToFileURL(join(import.meta.dirname, "../../scripts/debian/root.mjs")).href;
/** Made by whoever measures performance, too. */
const MAKE = `const { makeRoot, MPI_PACKAGES } = await import(${JSON.stringify(MAKER)});
makeRoot({ name: "mpi-trixie", suite: "trixie", packages: MPI_PACKAGES });`;

const MAX_BYTES = 3_000_000;

const obstacle = findObstacle();

describe.skipIf(obstacle !== undefined)(
  `the profile of a host with 170 libraries${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  () => {
    let json = "";
    test("has as many", async () => {
      const profile: HostProfile = await describeHost(ROOT);
      json = JSON.stringify(profile);
      const libraries = new Set(profile.libraries.map(({ realPath }) => realPath));
      expect(libraries.size).toBeGreaterThanOrEqual(170);
    }, 120_000);
    test.each(["host.json.gz", "host.json.zst"])("%s is below 3 MB", (file) => {
      const { length } = packProfile(json, file);
      expect(length).toBeGreaterThan(json.length / 20);
      expect(length).toBeLessThan(MAX_BYTES);
    });
  },
);

/** mmdebstrap makes such a root, for root alone. */
function findObstacle(): string | undefined {
  if (existsSync(ROOT)) return undefined;
  if (process.getuid?.() !== 0) return "root makes its folder";
  if (spawnSync("mmdebstrap", ["--version"]).status !== 0) return "no mmdebstrap";
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", MAKE], { encoding: "utf8" });
  return status === 0 ? undefined : `no root could be made: ${stderr.trim().split("\n").at(-1) ?? ""}`;
}
