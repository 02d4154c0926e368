/** What ld.so --help says of the CPU's levels: as glibc 2.36 prints it, and as others do. */
import { describe, expect, test } from "vitest";
import { findLevelFeatures } from "../../src/cpu/level.js";
import { parseCpuInfo } from "../../src/host/cpu-info.js";
import { parseLoaderHelp } from "../../src/host/loader-levels.js";
import { x86CpuInfo } from "../support/cpu-captures.js";

const HELP = (levels: string): string =>
  `Usage: ld.so [OPTION]...\n\nSubdirectories of glibc-hwcaps directories, in priority order:\n${levels}\n`;

describe("the levels that a loader takes libraries for", () => {
  test.each([
    [
      "all that it searches",
      "  x86-64-v4\n  x86-64-v3 (supported, searched)\n  x86-64-v2 (supported, searched)",
      "x86-64-v3",
    ],
    [
      "not what a tunable masks",
      "  x86-64-v4 (masked)\n  x86-64-v3 (supported, masked)\n  x86-64-v2 (supported, searched)",
      "x86-64-v2",
    ],
  ])("%s", (_, levels, best) => {
    expect(parseLoaderHelp(HELP(levels))).toEqual(findLevelFeatures(best));
  });

  test("none, where it does not say", () => {
    expect(parseLoaderHelp("ld.so: cannot open --help")).toEqual([]);
    expect(parseLoaderHelp(HELP("  power9 (supported, searched)"))).toEqual([]);
  });

  test("are believed over a text that hides some of their features", () => {
    const flags = (findLevelFeatures("x86-64-v3") ?? []).filter((name) => name !== "abm");
    const text = x86CpuInfo({ flags });
    expect(parseCpuInfo(text, "x86_64")?.level).toBe("x86-64-v2");
    const proven = parseLoaderHelp(HELP("  x86-64-v3 (supported, searched)"));
    expect(parseCpuInfo(text, "x86_64", { proven })?.level).toBe("x86-64-v3");
  });
});
