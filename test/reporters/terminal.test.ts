/** Text that fits where it is shown. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VERDICTS } from "../../src/report.js";
import { count, createStyle, listSome, wrap } from "../../src/reporters/terminal.js";
import { renderHost } from "../../src/reporters/host-text.js";
import type { HostProfile } from "../../src/host/profile-schema.js";

describe("wrap", () => {
  test("breaks between words and indents what follows", () => {
    expect(wrap("one two three four", 12, "> ")).toEqual(["> one two", "  three four"]);
    expect(wrap("one two", 80, "Image  ")).toEqual(["Image  one two"]);
    expect(wrap("", 80, "> ")).toEqual(["> "]);
  });
  test("keeps every word, and no line is longer than the width but one of a single word", () => {
    const word = fc.stringMatching(/^[a-z/.]{1,30}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 10, max: 60 }), (words, width) => {
        const lines = wrap(words.join(" "), width, "  ");
        expect(lines.flatMap((line) => line.trim().split(" "))).toEqual(words);
        for (const line of lines) expect(line.length <= width || !line.trim().includes(" ")).toBe(true);
      }),
    );
  });
});

test("count and listSome say how many there are", () => {
  expect([count(1, "library", "libraries"), count(3, "library", "libraries"), count(0, "name")]).toEqual([
    "1 library",
    "3 libraries",
    "0 names",
  ]);
  expect(listSome(["a", "b", "c"], 3)).toBe("a, b, c");
  expect(listSome(["a", "b", "c"], 2)).toBe("a, b and 1 more");
});

test("colours where they are wanted, and none where not", () => {
  for (const verdict of VERDICTS) {
    expect(createStyle(true).verdict(verdict, "x")).toContain("\u001b[");
    expect(createStyle(false).verdict(verdict, "x")).toBe("x");
  }
});

describe("a host", () => {
  const profile: HostProfile = {
    schemaVersion: "1.0.0",
    kind: "containerspec-host-profile",
    source: "live",
    name: "Debian GNU/Linux 12 (bookworm)",
    libc: { family: "glibc", version: "2.36" },
    libraries: [],
    folders: [],
    files: [],
  };
  test("says what is unknown", () => {
    expect(renderHost(profile, { width: 80, color: false }).split("\n")).toEqual(
      expect.arrayContaining([
        "System      Debian GNU/Linux 12 (bookworm)",
        "C library   glibc 2.36",
        "Kernel      unknown",
        "CPU         unknown",
      ]),
    );
  });
  test("fits into a narrow terminal", () => {
    for (const line of renderHost(profile, { width: 40, color: false }).split("\n"))
      expect(line.length).toBeLessThanOrEqual(40);
  });
});
