/** Kernels that are too old for a C library: what match says, and what the real loaders say on an emulated kernel of that release. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { match, readHost } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import { readSystem } from "../scenarios/debian-files.js";
import { library, program, type Files } from "../support/story-files.js";
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

/** Up to 2.35 a loader passes over the library; where nobody knows the kernel, nobody knows whether it does. */
const LIBRARIES = [
  ["bullseye", "4.19.0", "will-not-run kernel-too-old"],
  ["bullseye", "5.0.0", "runs"],
  ["bullseye", "unknown", "unknown kernel-too-old"],
  ["bookworm", "4.19.0", "runs"],
  ["bookworm", "unknown", "runs"],
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

  test.each(LIBRARIES)(
    "a library that wants Linux 5.0 by its note, in %s on Linux %s: %s",
    async (suite, kernel, expected) => {
      const system = describeSystem(suite, "arm64");
      const of = { machine: "aarch64", libc: "" } as const;
      const files: Files = {
        "/usr/lib/libnew.so.1": library({
          ...of,
          soname: "libnew.so.1",
          notes: { abiTag: { os: 0, kernel: [5, 0, 0] } },
        }),
        "/usr/bin/app": program({ ...of, interp: "/lib/ld-linux-aarch64.so.1", needed: ["libnew.so.1", "libc.so.6"] }),
      };
      const start = "/usr/bin/app";
      const image = writeImage(folder, `${suite}-new.tar`, { system, architecture: "arm64", files, start });
      const known = kernel === "unknown" ? {} : { kernel };
      const host = await writeHost(folder, `host-${suite}-${kernel}`, { system, ...known });
      const { cells } = await match([image], { hosts: [await readHost(host)] });
      const [reason] = cells[0]?.reasons ?? [];
      expect([cells[0]?.verdict, ...(cells[0]?.verdict === "runs" ? [] : [reason?.id])].join(" ")).toBe(expected);
      if (expected.startsWith("unknown"))
        expect(reason?.message).toContain("libnew.so.1, which wants a later kernel than the host may have");
      if (kernel === "unknown") return;

      const root = join(folder, `root-new-${suite}-${kernel}`);
      writeFiles(root, { ...readSystem(system), ...files });
      const { status, stderr } = emulate("aarch64", root, ["lib/ld-linux-aarch64.so.1", "--list", start], { kernel });
      if (expected !== "runs") expect(stderr.trim()).toContain(reason?.loaderMessage ?? "no message");
      expect(status === 0).toBe(expected === "runs");
    },
  );
});
