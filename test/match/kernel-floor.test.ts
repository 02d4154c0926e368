/** Kernels that are too old for a C library: what match says, and what the real loaders say on an emulated kernel of that release. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { match, readHost } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import { readSystem } from "../scenarios/debian-files.js";
import { writeFiles } from "../support/story-image.js";
import { describeSystem, findObstacle, writeImage } from "./debian-images.js";
import { emulate, findEmulatorObstacle } from "./emulator.js";
import { writeHost } from "./hosts.js";

const SUITES = ["bullseye", "bookworm"] as const;
const obstacle = findObstacle(SUITES.map((suite) => describeSystem(suite, "arm64"))) ?? findEmulatorObstacle();

/** What starts although nobody made it for that kernel is "unknown", and does start as long as it needs no newer system call. */
const CASES = [
  ["bullseye", "3.6.11", "will-not-run"],
  ["bullseye", "3.7.0", "runs"],
  ["bullseye", "5.10.0", "runs"],
  ["bookworm", "3.6.11", "unknown"],
  ["bookworm", "3.7.0", "runs"],
] as const;

describe.skipIf(obstacle !== undefined)(`kernels${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`, () => {
  const folder = createFolder();

  test.each(CASES)("%s for arm64 on Linux %s: %s", async (suite, kernel, verdict) => {
    const system = describeSystem(suite, "arm64");
    const image = writeImage(folder, `${suite}.tar`, { system, architecture: "arm64" });
    const host = await writeHost(folder, `host-${suite}-${kernel}`, { system, kernel });
    const { cells } = await match([image], { hosts: [await readHost(host)] });
    expect(cells[0]?.verdict).toBe(verdict);

    const root = join(folder, `root-${suite}-${kernel}`);
    writeFiles(root, readSystem(system));
    const { status, stderr } = emulate("aarch64", root, ["bin/dash", "-c", "true"], { kernel });
    if (verdict === "will-not-run") {
      expect(cells[0]?.reasons[0]?.loaderMessage).toBe(stderr.trim());
      expect(status).toBe(127);
    } else {
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    }
  });
});
