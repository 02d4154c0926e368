/** Which tag takes another's place: by number, date and code name, of the same family and told as exactly. */
import { describe, expect, test } from "vitest";
import { findNewerTag, parseTag } from "../../src/dockerfile/tag.js";

const PYTHON = [
  "3",
  "3.9",
  "3.12",
  "3.12-slim",
  "3.13",
  "3.13.1",
  "3.13-slim",
  "3.14-rc",
  "3.14rc1",
  "3.13-slim-bookworm",
  "latest",
  "4.0.0-alpha1",
];
const DEBIAN = [
  "latest",
  "bullseye",
  "bookworm",
  "bookworm-slim",
  "trixie",
  "trixie-slim",
  "forky",
  "sid",
  "12",
  "12.4",
  "13",
  "bookworm-20240101",
  "bookworm-20240311",
  "trixie-20250811",
  "stable",
];
const UBUNTU = ["20.04", "22.04", "24.04", "23.10", "focal", "jammy", "kinetic", "noble", "oracular", "jammy-20240111"];
const ALPINE = ["3", "3.9", "3.20", "3.20.1", "edge", "20240315", "20250108"];

describe("the newest of the same family", () => {
  test.each([
    ["3.9", PYTHON, "3.13"],
    ["3.12-slim", PYTHON, "3.13-slim"],
    ["3", PYTHON, undefined],
    ["3.13.0", PYTHON, "3.13.1"],
    ["3.14rc1", PYTHON, undefined],
    ["latest", PYTHON, undefined],
    ["bookworm-slim", DEBIAN, "trixie-slim"],
    ["bullseye", DEBIAN, "trixie"],
    ["trixie", DEBIAN, undefined],
    ["12", DEBIAN, "13"],
    ["bookworm-20240101", DEBIAN, "bookworm-20240311"],
    ["22.04", UBUNTU, "24.04"],
    ["focal", UBUNTU, "noble"],
    ["kinetic", UBUNTU, "oracular"],
    ["3.9", ALPINE, "3.20"],
    ["20240315", ALPINE, "20250108"],
    ["3", [...ALPINE, "20"], "20"],
    ["v1.9.0", ["v1.10.0", "1.11.0", "v1.9.10", "v2.0.0-rc.1"], "v1.10.0"],
    ["1.2-cuda12.4", ["1.3-cuda12.6", "1.3-cuda12.4"], "1.3-cuda12.4"],
    ["2024.1", ["3.1", "2025.2", "2024.10"], "2025.2"],
    ["deadbeef", ["deadbeff", "1"], undefined],
  ])("%s", (current, tags, newer) => {
    expect(findNewerTag(current, tags, "major")).toBe(newer);
    expect(findNewerTag(current, [...tags].reverse(), "major")).toBe(newer);
  });
});

test.each([
  ["patch", "1.2.9"],
  ["minor", "1.10.0"],
  ["major", "2.0.0"],
] as const)("a step of %s", (step, newer) => {
  expect(findNewerTag("1.2.3", ["1.2.4", "1.2.9", "1.10.0", "2.0.0", "1.9.9"], step)).toBe(newer);
});

test("what names no release", () => {
  expect(["latest", "stable", "edge", "sid", "forky", "1a2b3c4d"].map(parseTag)).toEqual(Array(6).fill(undefined));
});
