/** docs/errors.md and src/errors.ts say the same, and every error says what its code promises. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ContainerspecError, ERROR_CODES, type ErrorCode } from "../src/errors.js";

const PAGE = readFileSync(new URL("../docs/errors.md", import.meta.url), "utf8");
const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

describe("docs/errors.md", () => {
  test("has a row for each code, and no other, with its exit code and its meaning", () => {
    const rows = [...PAGE.matchAll(/^\| \[`([a-z-]+)`\]\(#([a-z-]+)\) +\| (\d) +\| (.*?) +\|$/gm)];
    expect(rows.map(([, code, anchor, exit, summary]) => [code, anchor, Number(exit), summary])).toEqual(
      CODES.map((code) => [code, code, ERROR_CODES[code].exit, ERROR_CODES[code].summary]),
    );
  });

  const sections = new Map(
    PAGE.split(/^## /m)
      .slice(1)
      .map((section): [string, string] => [section.split("\n")[0] ?? "", section]),
  );
  test("has a section for each code, and no other", () => {
    expect([...sections.keys()]).toEqual(CODES);
  });
  test.each(CODES)("shows an example of %s", (code) => {
    expect(sections.get(code)).toMatch(/^```(?:console|text)$/m);
  });
});

/** Tests of an image that are none are the fault of who wrote them, and no word about the image. */
const WRONG_USAGE = new Set<ErrorCode>(["usage", "not-image-tests"]);

test("the exit codes are those of the interface: 2 wrong usage, 3 unreadable input, 4 internal fault", () => {
  for (const code of CODES)
    expect(ERROR_CODES[code].exit).toBe(WRONG_USAGE.has(code) ? 2 : code === "internal" ? 4 : 3);
});

test("an error carries its code, its place and its cause", () => {
  const cause = new Error("below");
  const error = new ContainerspecError("corrupt-image", "Cannot read it", { layer: "x", offset: 3 }, { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: "ContainerspecError",
    code: "corrupt-image",
    message: "Cannot read it",
    where: { layer: "x", offset: 3 },
    cause,
  });
  expect(new ContainerspecError("usage", "x").where).toEqual({});
});
