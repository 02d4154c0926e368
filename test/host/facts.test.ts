/** What a host says of itself: its distribution and its CPU. */
import { describe, expect, test } from "vitest";
import { parseCpuInfo } from "../../src/host/cpu-info.js";
import { readOsRelease } from "../../src/host/os-release.js";
import type { FileFacts } from "../../src/loader/facts.js";
import type { RootNode } from "../../src/rootfs/filesystem.js";
import { createMemoryRoot } from "../../src/rootfs/memory.js";

const V1 = "fpu cx8 cmov mmx fxsr sse sse2 syscall";
const V2 = `${V1} cx16 lahf_lm popcnt pni ssse3 sse4_1 sse4_2`;
const V3 = `${V2} avx avx2 bmi1 bmi2 f16c fma abm movbe xsave`;
const V4 = `${V3} avx512f avx512bw avx512cd avx512dq avx512vl`;

function cpuInfo(flags: string): string {
  return `processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nflags\t\t: ${flags}\nbugs\t\t: spectre_v1\n\n`;
}

describe("the CPU", () => {
  test.each([
    [V1, "x86-64-v1", "x86_64"],
    [V2, "x86-64-v2", "nehalem"],
    [V3, "x86-64-v3", "x86_64_v3"],
    [V4, "x86-64-v4", "x86_64_v4"],
  ])("%s", (flags, level, name) => {
    expect(parseCpuInfo(cpuInfo(flags).repeat(4), "x86_64")).toMatchObject({
      name,
      vendor: "GenuineIntel",
      level,
      features: flags.split(" ").sort(),
    });
  });
  test("one feature less is one level less", () => {
    expect(parseCpuInfo(cpuInfo(V3.replace("movbe ", "")), "x86_64")?.level).toBe("x86-64-v2");
    expect(parseCpuInfo(cpuInfo(V4.replace("pni ", "")), "x86_64")?.level).toBe("x86-64-v1");
  });
  test("another machine, or nothing, is no x86-64", () => {
    const arm = "processor\t: 0\nFeatures\t: fp asimd evtstrm\nCPU implementer\t: 0x41\n";
    expect(parseCpuInfo(arm, "x86_64")).toBeUndefined();
    expect(parseCpuInfo(arm, "arm64")?.level).toBe("armv8-a");
    expect(parseCpuInfo("")).toBeUndefined();
  });
});

describe("os-release", () => {
  function read(files: Record<string, string | { target: string }>) {
    const nodes = Object.entries(files).map(([path, content]): [string, RootNode<FileFacts>] => [
      path,
      typeof content === "string"
        ? { kind: "file", size: content.length, mode: 0o644, facts: { kind: "data", bytes: Buffer.from(content) } }
        : { kind: "symlink", target: content.target },
    ]);
    return readOsRelease(createMemoryRoot(new Map(nodes)));
  }
  test("quoted in every way of a shell", () => {
    const text = `NAME='A b'\nID=debian\nVERSION_ID="12"\nPRETTY_NAME="Say \\"hi\\" for \\$5 ü"\n# comment\n`;
    expect(read({ "/etc/os-release": text })).toEqual({
      name: "A b",
      id: "debian",
      versionId: "12",
      prettyName: 'Say "hi" for $5 ü',
    });
  });
  test("at its other place, and behind a link", () => {
    const usual = { "/usr/lib/os-release": "NAME=Usual\n" };
    expect(read(usual).prettyName).toBe("Usual");
    expect(read({ ...usual, "/etc/os-release": { target: "../usr/lib/os-release" } }).prettyName).toBe("Usual");
    expect(read({ ...usual, "/etc/os-release": "NAME=Own\n" }).prettyName).toBe("Own");
  });
  test("absent", () => {
    expect(read({})).toEqual({ name: "", id: "", versionId: "", prettyName: "" });
  });
});
