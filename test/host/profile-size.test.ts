/** How large the profile of a real host is: Debian with two MPI families, OpenCL and fabric libraries. */
import { describe, expect, test } from "vitest";
import { describeHost, packProfile, type HostProfile } from "../../src/index.js";
import { findMpiObstacle, MPI_ROOT } from "./mpi-root.js";

const MAX_BYTES = 3_000_000;

const obstacle = findMpiObstacle();

describe.skipIf(obstacle !== undefined)(
  `the profile of a host with 170 libraries${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  () => {
    let json = "";
    test("has as many", async () => {
      const profile: HostProfile = await describeHost(MPI_ROOT);
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
