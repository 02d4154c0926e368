/** `--cpuinfo`: a host's CPU from what was saved of it, alone and with a root. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { armCpuInfo, powerCpuInfo, readGuest, x86CpuInfo } from "../support/cpu-captures.js";
import { expectError } from "./expect-error.js";
import { packImage, writeRoot } from "./root-files.js";
import { createFolder, runCli } from "./run-cli.js";
import { BARE, HOST } from "./verdict-roots.js";

const cwd = createFolder();
const GUEST = "guest.cpuinfo";
writeFileSync(join(cwd, GUEST), readGuest(GUEST));
writeFileSync(join(cwd, "power"), powerCpuInfo("POWER9, altivec supported"));
writeFileSync(join(cwd, "arm"), armCpuInfo({ features: ["fp", "asimd"] }));
writeFileSync(join(cwd, "old"), x86CpuInfo({ flags: ["lm", "sse2"] }));
writeFileSync(join(cwd, "app.tar"), packImage(BARE));
writeRoot(join(cwd, "host"), HOST);

interface Described {
  readonly kind: string;
  readonly source: string;
  readonly machine: string;
  readonly cpu: { readonly name: string; readonly level?: string; readonly missing?: readonly string[] };
}

function describeAsJson(...args: readonly string[]): Described {
  return JSON.parse(runCli(["host", ...args, "--format", "json"], { cwd }).stdout) as Described;
}

describe("alone", () => {
  test("a CPU and nothing else", () => {
    const described = describeAsJson("--cpuinfo", GUEST);
    expect(described).toMatchObject({
      kind: "containerspec-cpu",
      source: GUEST,
      machine: "x86_64",
      cpu: {
        name: "icelake",
        vendor: "GenuineIntel",
        level: "x86-64-v4",
        nearest: "sapphirerapids",
        missing: ["waitpkg"],
      },
    });
    expect(Object.keys(described)).toEqual(["schemaVersion", "kind", "source", "machine", "cpu"]);
  });
  test("for people, from standard input", () => {
    const { stdout, status } = runCli(["host", "--cpuinfo", "-"], { cwd, input: Buffer.from(readGuest(GUEST)) });
    expect([status, stdout.split("\n")]).toEqual([
      0,
      [
        "Machine     x86_64",
        expect.stringMatching(/^CPU {9}icelake \(GenuineIntel\), x86-64-v4, \d+ features$/),
        "Nearest     sapphirerapids, of which waitpkg is missing",
        "",
      ],
    ]);
  });
  test("of the machine that is named", () => {
    expect(describeAsJson("--cpuinfo", "power").cpu.name).toBe("power9le");
    expect(describeAsJson("--cpuinfo", "power", "--machine", "ppc64")).toMatchObject({
      machine: "ppc64",
      cpu: { name: "power9" },
    });
    expect(describeAsJson("--cpuinfo", GUEST, "--machine", "AMD64").machine).toBe("x86_64");
  });
});

describe("with a root", () => {
  test("the profile has it", () => {
    expect(describeAsJson("host", "--cpuinfo", GUEST)).toMatchObject({
      kind: "containerspec-host-profile",
      cpu: { name: "icelake", level: "x86-64-v4" },
    });
  });
  test("analyze knows it", () => {
    const run = runCli(["analyze", "app.tar", "--host", "host", "--cpuinfo", GUEST, "--format", "json"], { cwd });
    expect((JSON.parse(run.stdout) as { host: object }).host).toMatchObject({
      cpu: { name: "icelake", level: "x86-64-v4" },
    });
  });
  test("a CPU of another machine is refused", () => {
    expectError(runCli(["host", "host", "--cpuinfo", "arm"], { cwd }), 3, ["arm", "aarch64", "x86_64"]);
  });
});

test.each([
  ["what is no capture", ["host", "--cpuinfo", "app.tar"], 3, ["app.tar", "/proc/cpuinfo", "lscpu", "sysctl", "CPUID"]],
  ["no file", ["host", "--cpuinfo", "nothing"], 3, ["Cannot open nothing", "no such file"]],
  ["a folder", ["host", "--cpuinfo", "host"], 3, ["Cannot open host", "directory"]],
  ["another machine", ["host", "--cpuinfo", GUEST, "--machine", "riscv64"], 3, [GUEST, "riscv64", "x86_64 or x86"]],
  ["--machine for nothing", ["host", "host", "--machine", "x86_64"], 2, ["--machine", "--cpuinfo"]],
  ["two CPUs", ["analyze", "app.tar", "--host", "host", "--cpu", "x86-64-v3", "--cpuinfo", "old"], 2, ["--cpu"]],
] as const)("%s", (_name, args, status, words) => {
  expectError(runCli(args, { cwd }), status, [...words]);
});

describe("ARCHSPEC_CPU_DIR", () => {
  const table = (microarchitectures: object): string => JSON.stringify({ microarchitectures, feature_aliases: {} });
  const run = (text: string | undefined) => {
    mkdirSync(join(cwd, "table"), { recursive: true });
    if (text !== undefined) writeFileSync(join(cwd, "table/microarchitectures.json"), text);
    const args = ["host", "--cpuinfo", GUEST, "--format", "json"];
    return runCli(args, { cwd, env: { ARCHSPEC_CPU_DIR: text === undefined ? "nowhere" : "table" } });
  };
  const root = { from: [], vendor: "generic", features: [] };
  test("is used instead of the table", () => {
    const own = { from: ["x86_64"], vendor: "GenuineIntel", features: ["avx2", "serialize"] };
    const { stdout } = run(table({ x86_64: root, site_node: own }));
    expect((JSON.parse(stdout) as Described).cpu).toMatchObject({ name: "site_node", level: "x86-64-v4", missing: [] });
  });
  test.each([
    ["is not there", undefined, ["nowhere", "no such file"]],
    ["is no JSON", "{", ["microarchitectures.json", "no JSON"]],
    ["has other fields", '{"targets": {}}', ["microarchitectures"]],
    ["has an orphan", table({ x86_64: root, a: { ...root, from: ["b"] } }), ["a descends from one that is not in it"]],
  ])("%s", (_name, text, words) => {
    expectError(run(text), 3, words);
  });
});
