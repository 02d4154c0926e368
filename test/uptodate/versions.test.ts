/** The order of versions, and which of them an uptodate.yaml takes. */
import { describe, expect, test } from "vitest";
import { chooseVersions } from "../../src/uptodate/choose-versions.js";
import type { VersionChoice } from "../../src/uptodate/uptodate-file.js";
import { compareVersions } from "../../src/uptodate/version-order.js";
import { createRandom } from "../support/elf-mutation.js";

const ORDERED = [
  ["3.9", "3.12-rc1", "3.12", "3.12-slim", "3.12.1", "3.13"],
  ["16.04", "18.04", "20.04", "22.04", "22.04.1", "22.10"],
  ["buster", "bullseye", "bookworm", "trixie"],
  ["focal", "hirsute", "jammy", "noble"],
  ["latest", "rolling", "9", "10"],
  ["v0.9.0", "0.10.0", "v1.0.0-rc.1", "v1.0.0"],
  ["20231231", "20240101"],
  ["bookworm-20240101", "bookworm-20240201", "trixie-20230101"],
];

describe("versions", () => {
  test.each(ORDERED)("have an order: %s", (...versions) => {
    expect([...versions].sort(compareVersions)).toEqual(versions);
    expect([...versions].reverse().sort(compareVersions)).toEqual(versions);
  });

  test("have one order, whatever order they came in", () => {
    const all = [...ORDERED.flat(), "1.0", "1.00", "1-0", "V1.0", "a", "A", "", "-", "1a", "a1"];
    const sorted = [...all].sort(compareVersions);
    const random = createRandom(7);
    for (let round = 0; round < 200; round += 1) {
      const mixed = [...all];
      for (let at = mixed.length - 1; at > 0; at -= 1) {
        const other = random(at + 1);
        [mixed[at], mixed[other]] = [mixed[other] ?? "", mixed[at] ?? ""];
      }
      expect(mixed.sort(compareVersions)).toEqual(sorted);
    }
    expect(all.every((one) => compareVersions(one, one) === 0)).toBe(true);
  });
});

const TAGS = ["latest", "14.04", "16.04", "17.04", "18.04", "20.04", "20.10", "22.04", "22.04-slim", "9.04", "noble"];
const ALL: VersionChoice = { filter: [], skips: [], includes: [] };

describe("those that are taken", () => {
  test.each<readonly [string, Partial<VersionChoice>, readonly string[]]>([
    ["match one of the expressions", { filter: [/^2\d[.]04$/u, /^9/u] }, ["9.04", "20.04", "22.04"]],
    [
      "are not older than the first and not newer than the last, both taken",
      { startAt: "16.04", endAt: "20.04", filter: [/[.]04$/u] },
      ["16.04", "17.04", "18.04", "20.04"],
    ],
    ["need no tag of that name to start at", { startAt: "19", endAt: "21" }, ["20.04", "20.10"]],
    ["are not skipped", { skips: ["17.04"], startAt: "16.04", endAt: "18.04" }, ["16.04", "18.04"]],
    [
      "are included in spite of all",
      { includes: ["9.04", "noble"], startAt: "22.04", skips: ["9.04"], filter: [/^22[.]04$/u] },
      ["noble", "9.04", "22.04"],
    ],
    ["are there: nothing is included that is no tag", { includes: ["30.04"], filter: [/^22[.]04$/u] }, ["22.04"]],
  ])("%s", (_, choice, expected) => {
    expect(chooseVersions([...TAGS, ...TAGS], { ...ALL, ...choice })).toEqual(expected);
  });

  test("are told in time, or not at all", () => {
    const tags = [`${"a".repeat(40)}-b`, "aa"];
    const start = Date.now();
    expect(() => chooseVersions(tags, { ...ALL, filter: [/^b/u, /^(a+)+$/u] })).toThrow(
      expect.objectContaining({
        code: "limit-exceeded",
        message:
          "Cannot tell which versions match the filter ^(a+)+$: it takes more than 1000 ms; write it without a repetition inside of a repetition",
      }),
    );
    expect(Date.now() - start).toBeLessThan(20_000);
    const many = Array.from({ length: 5000 }, (_, index) => `1.${index}`);
    expect(chooseVersions(many, { ...ALL, filter: [/^(?:\d+[.])+9{3}$/u] })).toEqual(["1.999"]);
  });

  test("are no longer than a tag can be", () => {
    const longest = "a".repeat(128);
    expect(chooseVersions([longest, `${longest}a`], { ...ALL, filter: [/a/u] })).toEqual([longest]);
  });
});
