/** Images that are not what they seem: what is started is of another sort than the rest, or a part of the image is not known. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { match, readHost, type MatchCell, type MatchReport } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import { readSystem } from "../scenarios/debian-files.js";
import { program, text, type Files } from "../support/story-files.js";
import { toImageTar, writeFiles } from "../support/story-image.js";
import { describeSystem, findObstacle, writeImage } from "./debian-images.js";
import { emulate, findEmulatorObstacle } from "./emulator.js";
import { CPUINFO, writeHost } from "./hosts.js";

const SYSTEM = describeSystem("bookworm", "amd64");
const ARM = describeSystem("bookworm", "arm64");
const obstacle = findObstacle([SYSTEM, ARM]);
const old = program({ machine: "i386", interp: "/lib/ld-linux.so.2", libc: "" });
const hasCompiler = process.arch === "x64" && spawnSync("gcc", ["--version"]).status === 0;

/** By image: what is in it beside Debian, what it starts, and the answer on a host with Linux 2.6.32, and on one with 6.1. */
const CASES: Readonly<Record<string, readonly [files: Files, start: string, old: string, current: string]>> = {
  "a program for 32 bits without its loader": [
    { "/usr/bin/app": old },
    "/usr/bin/app",
    "will-not-run interpreter-missing",
    "will-not-run interpreter-missing",
  ],
  "a script with Windows' line ends": [
    { "/usr/bin/app": { bytes: Buffer.from("#!/bin/dash\r\n"), mode: 0o755 } },
    "/usr/bin/app",
    "will-not-run start-missing",
    "will-not-run start-missing",
  ],
  "a script that nobody may execute": [
    { "/usr/bin/app": text("#!/bin/dash\n") },
    "/usr/bin/app",
    "will-not-run start-missing",
    "will-not-run start-missing",
  ],
};

describe.skipIf(obstacle !== undefined)(`odd images${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`, () => {
  const folder = createFolder();
  let report: MatchReport;

  beforeAll(async () => {
    const images = Object.entries(CASES).map(([name, [files, start]]) =>
      writeImage(folder, `${name}.tar`, { system: SYSTEM, architecture: "amd64", files, start }),
    );
    const hosts = [
      await writeHost(folder, "old", { system: SYSTEM, cpuinfo: CPUINFO.v3, kernel: "2.6.32" }),
      await writeHost(folder, "current", { system: SYSTEM, cpuinfo: CPUINFO.v3, kernel: "6.1.0" }),
    ];
    report = await match(images, { hosts: await Promise.all(hosts.map((host) => readHost(host))) });
  });

  const tell = ({ verdict, reasons }: MatchCell): string =>
    [verdict, ...reasons.filter((one) => one.verdict === verdict && verdict !== "runs").map(({ id }) => id)].join(" ");

  test.each(Object.entries(CASES))("%s", (name, [, , ...expected]) => {
    const cells = report.cells.filter(({ image }) => basename(image) === `${name}.tar`);
    expect(cells.map(tell)).toEqual(expected);
  });

  test.skipIf(!hasCompiler)(
    `a static program on a kernel that its C library was not made for${hasCompiler ? "" : " (skipped: no gcc for x86-64)"}`,
    async () => {
      const [source, path] = [join(folder, "app.c"), join(folder, "app")];
      writeFileSync(source, "int main(void) { return 0; }\n");
      expect(spawnSync("gcc", ["-static", "-o", path, source]).status).toBe(0);
      const files: Files = { "/usr/bin/app": { bytes: readFileSync(path), mode: 0o755 } };
      const image = writeImage(folder, "static.tar", {
        system: SYSTEM,
        architecture: "amd64",
        files,
        start: "/usr/bin/app",
      });
      const hosts = await Promise.all(["old", "current"].map((name) => readHost(join(folder, `${name}.json`))));
      const { cells } = await match([image], { hosts });
      expect(cells.map(tell)).toEqual(["unknown kernel-unsupported", "runs"]);
    },
  );

  test("what is missing may be in a layer that is encrypted", async () => {
    const path = join(folder, "encrypted.tar");
    const app = program({ needed: ["libapp.so.1"] });
    const layers = [readSystem(SYSTEM), { "/usr/bin/app": app }, { "/etc/more": text("") }];
    const image = toImageTar({ layers, encrypted: 2, entrypoint: ["/usr/bin/app"] });
    writeFileSync(path, image);
    const host = await readHost(join(folder, "current.json"));
    const [cell] = (await match([path], { hosts: [host] })).cells;
    expect(cell?.verdict).toBe("unknown");
    expect(cell?.reasons.map(({ id }) => id)).toEqual(expect.arrayContaining(["layer-unread", "library-missing"]));
  });

  test.skipIf(!hasCompiler)("what an emulator's CPU can do is not known", async () => {
    const [source, path] = [join(folder, "high.c"), join(folder, "high")];
    writeFileSync(source, "int main(void) { return 0; }\n");
    expect(spawnSync("gcc", ["-Wl,-z,x86-64-v4", "-o", path, source]).status).toBe(0);
    const high: Files = { "/usr/bin/app": { bytes: readFileSync(path), mode: 0o755 } };
    const narrow: Files = { "/usr/bin/app": { elf: { machine: "i386", type: "exec" }, mode: 0o755 } };
    const images = [
      writeImage(folder, "high.tar", { system: SYSTEM, architecture: "amd64", files: high, start: "/usr/bin/app" }),
      writeImage(folder, "plain.tar", { system: SYSTEM, architecture: "amd64" }),
      writeImage(folder, "narrow.tar", {
        system: { packages: [] },
        architecture: "amd64",
        files: narrow,
        start: "/usr/bin/app",
      }),
    ];
    const emulators = ["i386", "x86_64"].map((machine) => ({
      machine,
      interpreter: `/usr/bin/qemu-${machine}`,
      isFixed: true,
    }));
    const host = await writeHost(folder, "emulates", {
      system: ARM,
      cpuinfo: CPUINFO.neoverse,
      kernel: "6.1.0",
      extra: { emulators },
    });
    const { cells } = await match(images, { hosts: [await readHost(host)] });
    expect(cells.map(tell)).toEqual(["unknown isa-unknown", "runs", "runs"]);
    if (findEmulatorObstacle() !== undefined) return;
    const root = join(folder, "high.root");
    writeFiles(root, { ...readSystem(SYSTEM), ...high });
    expect(emulate("x86_64", root, ["usr/bin/app"], {}).stderr).toContain("CPU ISA level is lower than required");
  });

  test("--cpu is the CPU of hosts that can have it, and no other's", async () => {
    const image = writeImage(folder, "arm.tar", { system: ARM, architecture: "arm64" });
    const host = await writeHost(folder, "arm", { system: ARM, cpuinfo: CPUINFO.neoverse, kernel: "6.1.0" });
    const report = await match([image], { hosts: [await readHost(host)], cpuLevel: "zen4" });
    expect(report.hosts[0]?.cpu).toEqual({ name: "neoverse_n1", level: "armv8.2-a" });
    expect(report.cells[0]?.optimal?.unused).toEqual(["armv8.2-a", "armv8.1-a"]);
  });
});
