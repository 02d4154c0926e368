/** A program that was linked for x86-64-v4: refused below, accepted there, and in the real loader's words. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { match, readHost, type MatchCell, type MatchReport } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import type { Files } from "../support/story-files.js";
import { writeFiles } from "../support/story-image.js";
import { readSystem } from "../scenarios/debian-files.js";
import { describeSystem, findObstacle, writeImage } from "./debian-images.js";
import { emulate, findEmulatorObstacle } from "./emulator.js";
import { CPUINFO, writeHost } from "./hosts.js";

const SYSTEM = describeSystem("bookworm", "amd64");
const REFUSAL = "/usr/bin/app: CPU ISA level is lower than required";

const hasCompiler = process.arch === "x64" && spawnSync("gcc", ["--version"]).status === 0;
const obstacle = hasCompiler ? findObstacle([SYSTEM]) : "no gcc for x86-64";

function compile(folder: string, name: string, ...options: readonly string[]): Files {
  const [source, program] = [join(folder, "app.c"), join(folder, name)];
  writeFileSync(source, "int main(void) { return 0; }\n");
  const { status, stderr } = spawnSync("gcc", ["-o", program, source, ...options], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return { "/usr/bin/app": { bytes: readFileSync(program), mode: 0o755 } };
}

describe.skipIf(obstacle !== undefined)(`an ISA note${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`, () => {
  const folder = createFolder();
  let report: MatchReport;
  let high: Files;

  beforeAll(async () => {
    high = compile(folder, "high", "-Wl,-z,x86-64-v4");
    const of = { system: SYSTEM, architecture: "amd64" } as const;
    const images = [
      writeImage(folder, "started.tar", { ...of, files: high, start: "/usr/bin/app" }),
      writeImage(folder, "in-a-shell.tar", { ...of, files: high }),
      writeImage(folder, "beside.tar", {
        ...of,
        files: { ...high, ...rename(compile(folder, "low"), "/usr/bin/low") },
        start: "/usr/bin/low",
      }),
      writeImage(folder, "static.tar", {
        ...of,
        files: compile(folder, "static", "-static", "-Wl,-z,x86-64-v4"),
        start: "/usr/bin/app",
      }),
    ];
    const hosts = [
      ...(await Promise.all(
        Object.entries({ v2: CPUINFO.v2, v3: CPUINFO.v3, v4: CPUINFO.v4 }).map(([name, cpuinfo]) =>
          writeHost(folder, name, { system: SYSTEM, cpuinfo }),
        ),
      )),
      await writeHost(folder, "unknown", { system: SYSTEM }),
    ];
    report = await match(images, { hosts: await Promise.all(hosts.map((host) => readHost(host))) });
  });

  const cellOf = (image: string, host: string): MatchCell => {
    const cell = report.cells.find((one) => basename(one.image) === image && basename(one.host) === `${host}.json`);
    if (cell === undefined) throw new Error(`no cell ${image} ${host}`);
    return cell;
  };

  test.each([
    ["v2", "will-not-run", "isa-too-low"],
    ["v3", "will-not-run", "isa-too-low"],
    ["v4", "runs", undefined],
    ["unknown", "unknown", "isa-unknown"],
  ])("of the program that is started, on %s", (host, verdict, id) => {
    const cell = cellOf("started.tar", host);
    expect([cell.verdict, cell.reasons[0]?.id]).toEqual([verdict, id]);
    if (verdict === "will-not-run") expect(cell.reasons[0]?.loaderMessage).toBe(REFUSAL);
  });

  test("of a program that a shell may start", () => {
    expect(cellOf("in-a-shell.tar", "v2")).toMatchObject({
      verdict: "will-not-run",
      reasons: [{ id: "isa-too-low", subjects: ["/usr/bin/app"] }],
    });
    expect(cellOf("in-a-shell.tar", "v4").verdict).toBe("runs");
  });

  test("of a program beside the one that is started", () => {
    expect(cellOf("beside.tar", "v2")).toMatchObject({
      verdict: "unknown",
      reasons: [{ id: "other-programs-refused", subjects: ["/usr/bin/app"], loaderMessage: REFUSAL }],
    });
    expect(cellOf("beside.tar", "unknown")).toMatchObject({ verdict: "unknown", reasons: [{ id: "isa-unknown" }] });
    expect(cellOf("beside.tar", "v4").verdict).toBe("runs");
  });

  test("of a static program, which nobody compares", () => {
    const { verdict, reasons } = cellOf("static.tar", "v2");
    expect([verdict, reasons[0]?.id]).toEqual(["unknown", "isa-unknown"]);
    expect(cellOf("static.tar", "v4").verdict).toBe("runs");
  });

  test("the target of the image is what its note says", () => {
    expect(cellOf("started.tar", "v4").optimal).toMatchObject({
      is: "yes",
      built: "x86-64-v4",
      by: "notes",
      unused: [],
    });
    expect(cellOf("beside.tar", "v4").optimal).toMatchObject({
      is: "no",
      built: "x86-64-v1",
      by: "machine",
      unused: ["x86-64-v4", "x86-64-v3", "x86-64-v2"],
    });
  });

  const emulatorObstacle = findEmulatorObstacle();
  test.skipIf(emulatorObstacle !== undefined)(
    `the real loader says the same${emulatorObstacle === undefined ? "" : ` (skipped: ${emulatorObstacle})`}`,
    () => {
      const root = join(folder, "root");
      writeFiles(root, { ...readSystem(SYSTEM), ...high });
      for (const cpu of ["Nehalem", "Haswell"]) {
        const { status, stderr } = emulate("x86_64", root, ["usr/bin/app"], { cpu });
        expect([status, stderr.trim().replace(/^\S*(?=\/usr)/, "")]).toEqual([127, REFUSAL]);
      }
      expect(emulate("x86_64", root, ["usr/bin/dash", "-c", "true"], { cpu: "Nehalem" }).status).toBe(0);
    },
  );
});

function rename(files: Files, path: string): Files {
  return Object.fromEntries(Object.values(files).map((file) => [path, file]));
}
