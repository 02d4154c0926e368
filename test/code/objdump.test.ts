/** The decoder against objdump: in real libraries each instruction begins where objdump has one, and needs what its name says. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createCounts } from "../../src/code/code-counts.js";
import { featureOf } from "../../src/code/x86-features.js";
import { sweepX86 } from "../../src/code/x86-sweep.js";
import { findPackageObstacle } from "../scenarios/debian-files.js";
import type { PackageList } from "../scenarios/incident.js";
import { tmpdir } from "node:os";

const CACHE = process.env["CONTAINERSPEC_TEST_CACHE"] ?? join(tmpdir(), "containerspec-test-cache");
const PACKAGES: PackageList = { suite: "trixie", architecture: "amd64", names: ["libx264-164", "libc6"] };
const FOLDER = join(CACHE, "packages/trixie/amd64");
const FILES = [
  "libc6/usr/lib/x86_64-linux-gnu/libc.so.6",
  "libc6/usr/lib/x86_64-linux-gnu/libm.so.6",
  "libx264-164/usr/lib/x86_64-linux-gnu/libx264.so.164",
];

const obstacle = spawnSync("objdump", ["--version"]).status === 0 ? findPackageObstacle([PACKAGES]) : "no objdump";

/** Where a section lies in the file, and where in memory. */
function findText(file: string): { readonly size: number; readonly address: number; readonly offset: number } {
  const line = execFileSync("objdump", ["-h", "-w", file], { encoding: "utf8" })
    .split("\n")
    .map((text) => text.trim().split(/\s+/))
    .find(([, name]) => name === ".text");
  const [size = 0, address = 0, , offset = 0] = (line ?? []).slice(2).map((text) => Number.parseInt(text, 16));
  return { size, address, offset };
}

/** By address: the name of the instruction, without prefixes. */
function disassemble(file: string): Map<number, string> {
  const text = execFileSync("objdump", ["-d", "-w", "--no-show-raw-insn", "-j", ".text", file], {
    encoding: "latin1",
    maxBuffer: 1 << 30,
  });
  const prefixes =
    /^(?:(?:data16|addr32|lock|repz|repnz|rep|notrack|bnd|cs|ds|es|ss|fs|gs|rex\S*|\{\w+\}|xacquire|xrelease)\s+)+/;
  return new Map(
    [...text.matchAll(/^\s*([0-9a-f]+):\t(.*)$/gm)].map(([, address = "", words = ""]) => [
      Number.parseInt(address, 16),
      words.replace(prefixes, "").split(/\s/)[0] ?? "",
    ]),
  );
}

/** Names of instructions by the feature that they need. */
const NAMES: readonly (readonly [feature: string, name: RegExp])[] = [
  ["bmi1", /^(?:andn|bextr|blsi|blsr|blsmsk)$/],
  ["bmi2", /^(?:bzhi|mulx|pdep|pext|rorx|sarx|shlx|shrx)$/],
  ["popcnt", /^popcnt$/],
  ["abm", /^lzcnt$/],
  ["movbe", /^movbe$/],
  ["ssse3", /^(?:pshufb|palignr|pabs[bwd]|pmaddubsw|pmulhrsw|psign[bwd]|ph(?:add|sub)(?:w|d|sw))$/],
  ["cpuid", /^cpuid$/],
  ["xgetbv", /^xgetbv$/],
];
const IS_VECTOR =
  /^(?:v(?!er[rw]$|m(?:call|launch|resume|xo|read|write|func|ptr|clear))|k(?:mov|or|and|x|shift|unpck|not|test|add))/;
const IN_VEX = /^(?:avx|fma|f16c$|xop$|aes$|vaes$|pclmulqdq$|vpclmulqdq$|gfni$|sha|sm)/;

describe.skipIf(obstacle !== undefined)(`objdump${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`, () => {
  test.each(FILES)("%s", (name) => {
    const file = realpathSync(join(FOLDER, name));
    const { size, address, offset } = findText(file);
    const theirs = disassemble(file);
    const mine = new Map<number, string>();
    const counts = createCounts();
    sweepX86(readFileSync(file).subarray(offset, offset + size), 0, size, counts, (at, instruction) =>
      mine.set(address + at, featureOf(instruction)),
    );

    // objdump writes FWAIT and what follows as one, such as fstcw for fwait and fnstcw.
    const missing = [...theirs.keys()].filter((at) => !mine.has(at));
    const more = [...mine.keys()].filter((at) => !theirs.has(at));
    expect(missing).toEqual([]);
    expect(more.filter((at) => !/^f/.test(theirs.get(at - 1) ?? ""))).toEqual([]);
    expect(counts.unknownBytes).toBe(0);

    for (const [feature, wanted] of NAMES) {
      const own = [...mine].filter(([, one]) => one === feature).map(([at]) => at);
      const named = [...theirs].filter(([, one]) => wanted.test(one)).map(([at]) => at);
      expect(own.length, feature).toBe(named.length);
    }
    const vectors = [...theirs].filter(([, one]) => IS_VECTOR.test(one)).map(([at]) => at);
    const withBmi = new Set(["bmi1", "bmi2"]);
    const encoded = [...mine].filter(([, one]) => IN_VEX.test(one) && !withBmi.has(one)).map(([at]) => at);
    const own = new Set(encoded);
    expect(vectors.filter((at) => !own.has(at)).map((at) => theirs.get(at))).toEqual([]);
  });
});
