/** The forms of captures: the same CPU in each, and what each has of its own. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readCapture } from "../../src/cpu/captures/read-capture.js";
import { identifyCpu } from "../../src/cpu/identify.js";
import { MICROARCHITECTURES } from "../../src/cpu/microarchitectures.js";
import { armCpuInfo, GUEST_FORMS, readGuest, x86CpuInfo } from "../support/cpu-captures.js";

function identify(capture: string, machine?: string) {
  const described = readCapture(capture);
  return described && identifyCpu(described, machine);
}

/** Words that say something of an x86 CPU to the table. */
const X86_VENDORS = ["", "GenuineIntel", "AuthenticAMD"];
const X86 = [...MICROARCHITECTURES.targets.values()].filter(({ vendor }) => X86_VENDORS.includes(vendor));
const TOLD = new Set(X86.flatMap(({ features }) => features));

describe.each(GUEST_FORMS)("%s", (form) => {
  const described = readCapture(readGuest(form));
  test("is the guest", () => {
    expect(described).toMatchObject({ vendor: "GenuineIntel", model: { family: 6, model: 207, stepping: 2 } });
    expect(identify(readGuest(form))).toMatchObject({
      name: "icelake",
      machine: "x86_64",
      level: "x86-64-v4",
      nearest: "sapphirerapids",
      missing: ["waitpkg"],
    });
  });
  test("shows the same features", () => {
    const expected = readCapture(readGuest("guest.cpuinfo"))?.features.filter((one) => TOLD.has(one));
    expect(described?.features.filter((one) => TOLD.has(one))).toEqual(expected);
    expect(expected?.length).toBeGreaterThan(60);
  });
});

describe("this machine's own tools", () => {
  const isX86 = process.platform === "linux" && process.arch === "x64";
  for (const command of ["lscpu", "lscpu --json", "cpuid -r -1"]) {
    const printed = isX86 ? run(command) : undefined;
    const why = isX86 ? "it is not installed" : "this is no x86-64 Linux";
    const skipped = printed === undefined ? ` (skipped: ${why})` : "";
    test.skipIf(printed === undefined)(`${command} says what /proc/cpuinfo says${skipped}`, () => {
      const [mine, kernels] = [readCapture(printed ?? ""), readCapture(readFileSync("/proc/cpuinfo", "utf8"))];
      expect(mine?.vendor).toBe(kernels?.vendor);
      expect(mine?.model).toEqual(kernels?.model);
      const told = (features: readonly string[] = []) => features.filter((one) => TOLD.has(one));
      // What the kernel was told not to use it does not show, and the instruction does.
      expect(told(mine?.features)).toEqual(expect.arrayContaining(told(kernels?.features)));
      if (!command.startsWith("cpuid")) expect(mine?.features).toEqual(kernels?.features);
    });
  }

  function run(command: string): string | undefined {
    const [file = "", ...options] = command.split(" ");
    try {
      return execFileSync(file, options, { encoding: "utf8", env: { ...process.env, LC_ALL: "C" }, stdio: "pipe" });
    } catch {
      return undefined;
    }
  }
});

describe("/proc/cpuinfo", () => {
  const flags = ["lm", ...(MICROARCHITECTURES.targets.get("haswell")?.features ?? [])];
  test("may follow words of whoever saved it, and be followed by others", () => {
    const capture = `COMMENT : saved on a node\n\nnode 7\n${x86CpuInfo({ flags })}# taken from https://example.org/x\n`;
    expect(identify(capture)?.name).toBe("haswell");
  });
  test("may come with a carriage return at each end", () => {
    expect(identify(x86CpuInfo({ flags }).replaceAll("\n", "\r\n"))?.name).toBe("haswell");
  });
  test("describes its first processor", () => {
    const capture =
      armCpuInfo({ part: "0xd08", features: ["fp", "asimd"] }) + armCpuInfo({ part: "0xd0c", features: ["fp"] });
    expect(readCapture(capture)).toMatchObject({ part: "0xd08", features: ["asimd", "fp"] });
  });
});

describe("lscpu", () => {
  const features = MICROARCHITECTURES.targets.get("neoverse_v2")?.features ?? [];
  const lscpu = (lines: Readonly<Record<string, string>>) =>
    Object.entries(lines)
      .map(([key, value]) => `${key}:${" ".repeat(20)}${value}`)
      .join("\n");
  test("names an Arm core instead of its number", () => {
    const arm = { Architecture: "aarch64", "Byte Order": "Little Endian", "Vendor ID": "ARM", "BIOS Vendor ID": "AWS" };
    const flags = { Flags: features.join(" ") };
    expect(identify(lscpu({ ...arm, "Model name": "Neoverse-V2", ...flags }))).toMatchObject({
      name: "neoverse_v2",
      vendor: "ARM",
    });
    expect(identify(lscpu({ ...arm, "Model name": "Neoverse-N2", ...flags }))?.name).toBe("neoverse_n2");
    expect(identify(lscpu({ ...arm, "Model name": "-", ...flags }))?.name).toBe("neoverse_v2");
  });
  test("spells makers in its own way", () => {
    const a64fx = MICROARCHITECTURES.targets.get("a64fx")?.features ?? [];
    const capture = lscpu({
      Architecture: "aarch64",
      "Vendor ID": "FUJITSU",
      "Model name": "A64FX",
      Flags: a64fx.join(" "),
    });
    expect(identify(capture)).toMatchObject({ name: "a64fx", vendor: "Fujitsu" });
  });
  test("tells the machine", () => {
    const power = { "Model name": "POWER9, altivec supported", Model: "2.2 (pvr 004e 1202)" };
    expect(identify(lscpu({ Architecture: "ppc64", ...power }))?.name).toBe("power9");
    expect(identify(lscpu({ Architecture: "ppc64le", ...power }))?.name).toBe("power9le");
    expect(
      identify(lscpu({ Architecture: "i686", "Vendor ID": "GenuineIntel", Flags: "lm mmx sse sse2 pni" })),
    ).toMatchObject({
      name: "prescott",
      machine: "x86",
    });
    expect(identify(lscpu({ Architecture: "riscv64", ISA: "rv64imafdc", "Model name": "sifive,u74-mc" }))?.name).toBe(
      "u74mc",
    );
    const z = {
      Architecture: "s390x",
      "Vendor ID": "IBM/S390",
      "Machine type": "8561",
      Flags: "vx vxd vxe gs vxe2 vxp",
    };
    expect(identify(lscpu(z))).toMatchObject({ machine: "s390x", level: "z15" });
  });
});

describe("sysctl", () => {
  const cpu = (lines: Readonly<Record<string, string>>) =>
    Object.entries(lines)
      .map(([key, value]) => `machdep.cpu.${key}: ${value}`)
      .join("\n");
  const IVY =
    "FPU CX8 CMOV MMX FXSR SSE SSE2 SSE3 PCLMULQDQ SSSE3 CX16 SSE4.1 SSE4.2 POPCNT AES XSAVE AVX1.0 RDRAND F16C";
  const intel = {
    vendor: "GenuineIntel",
    brand_string: "Intel(R) Core(TM) i7",
    extfeatures: "SYSCALL XD EM64T LAHF RDTSCP",
  };
  test("of an Intel Mac has the kernel's words for features", () => {
    expect(identify(cpu({ ...intel, features: IVY }))).toMatchObject({
      name: "ivybridge",
      level: "x86-64-v2",
      missing: [],
    });
  });
  test("does not tell of XSAVEC, which came with CLFLUSHOPT", () => {
    const haswell = { ...intel, features: `${IVY} FMA MOVBE`, extfeatures: `${intel.extfeatures} LZCNT` };
    const broadwell = "BMI1 AVX2 BMI2 RDSEED ADX";
    expect(identify(cpu({ ...haswell, leaf7_features: broadwell }))?.name).toBe("broadwell");
    expect(identify(cpu({ ...haswell, leaf7_features: `${broadwell} CLFSOPT` }))?.name).toBe("skylake");
    expect(identify(cpu({ ...haswell, leaf7_features: broadwell }))?.features).not.toContain("xsavec");
  });
  test.each([
    ["Apple M1", "m1"],
    ["Apple M2 Pro", "m2"],
    ["Apple M3 Max", "m3"],
    ["Apple M4", "m4"],
    ["Apple M17 Ultra", "m4"],
    ["Apple processor", "m1"],
    ["VirtualApple @ 2.50GHz processor", "m1"],
  ])("%s is %s", (brand, name) => {
    expect(identify(cpu({ brand_string: brand }))).toMatchObject({
      name,
      machine: "aarch64",
      vendor: "Apple",
      missing: [],
    });
  });
  test("of an Apple chip has Arm's words for features, and those that are 0 are not there", () => {
    const capture = `${cpu({ brand_string: "Apple M4" })}\nhw.optional.arm.FEAT_AFP: 1\nhw.optional.arm.FEAT_RPRES: 0\n`;
    const features = identify(capture)?.features;
    expect(features).toContain("afp");
    expect(features).not.toContain("rpres");
    expect(features).toContain("sme2");
  });
});

describe("CPUID", () => {
  test("numbers of large families and models are put together from two parts", () => {
    const zen4 = "0, 0, 16, 1752462657, 1145913699, 1769238117\n1, 0, 10555153, 0, 0, 0\n";
    expect(readCapture(zen4)).toMatchObject({ vendor: "AuthenticAMD", model: { family: 25, model: 17, stepping: 1 } });
  });
  test("which nobody asked for the maker says nothing", () => {
    expect(readCapture("1, 0, 10489617, 0, 0, 0\n")).toBeUndefined();
  });
});

test.each([
  ["nothing", ""],
  ["prose", "This is no capture.\nIt has: a colon.\n"],
  ["JSON of something else", '{"name": "x", "data": [1, 2]}'],
  ["a table of numbers", "1, 2, 3\n4, 5, 6\n"],
  ["flags without any", "vendor_id: GenuineIntel\nflags:\n"],
  [
    "a LoongArch, which is not known",
    "system type : generic-loongson-machine\n\nprocessor : 0\nFeatures : cpucfg lam\n",
  ],
])("%s is no capture", (_name, text) => {
  expect(readCapture(text)).toBeUndefined();
});

test("words that every object knows are words like others", () => {
  const arm = armCpuInfo({ implementer: "constructor", features: ["toString", "asimd"] });
  expect(identify(arm)).toMatchObject({ name: "aarch64", vendor: "constructor" });
  const lscpu = "Architecture: aarch64\nVendor ID: __proto__\nModel name: constructor\nFlags: fp asimd\n";
  expect(identify(lscpu)).toMatchObject({ name: "aarch64", vendor: "__proto__" });
  const sysctl = "machdep.cpu.vendor: GenuineIntel\nmachdep.cpu.features: CONSTRUCTOR SSE2\n";
  expect(readCapture(sysctl)?.features).toEqual(["constructor", "sse2"]);
  expect(identify(lscpu, "constructor")).toBeUndefined();
});
