/** Search paths: how they are split, and what becomes of $ORIGIN, $LIB and $PLATFORM in them. */
import { describe, expect, it } from "vitest";
import { expandTokens, hasOrigin, hasToken, parseSearchPath } from "../../src/loader/search-path.js";

const AT_ROOT = { workingFolder: "/" };
const TOKENS = { ORIGIN: "/opt/bin", LIB: "lib/x86_64-linux-gnu", PLATFORM: "x86_64" };

describe("tokens", () => {
  it.each([
    ["$ORIGIN/../lib", "/opt/bin/../lib"],
    ["${ORIGIN}lib", "/opt/binlib"],
    ["/x/$LIB/${PLATFORM}", "/x/lib/x86_64-linux-gnu/x86_64"],
    ["$ORIGINS", "$ORIGINS"],
    ["$ORIGIN_1", "$ORIGIN_1"],
    ["$ORIGIN1", "$ORIGIN1"],
    ["${ORIGIN", "${ORIGIN"],
    ["${ORIGIN }", "${ORIGIN }"],
    ["$origin", "$origin"],
    ["$$LIB", "$lib/x86_64-linux-gnu"],
    ["a$", "a$"],
    ["$ORIGIN$LIB", "/opt/binlib/x86_64-linux-gnu"],
  ])("%s becomes %s", (text, expected) => {
    expect(expandTokens(text, TOKENS)).toBe(expected);
  });

  it("without a value discards its element", () => {
    expect(expandTokens("/x/$PLATFORM", { LIB: "lib64" })).toBeUndefined();
    expect(parseSearchPath("/a:/x/$PLATFORM:$ORIGIN:/b", ":", { LIB: "lib64" }, AT_ROOT)).toEqual(["/a", "/b"]);
  });

  it("are recognised where a path depends on the program", () => {
    expect(["$ORIGIN", "/x:${ORIGIN}/y", "$ORIGIN/z"].map(hasOrigin)).toEqual([true, true, true]);
    expect(["/x", "$ORIGINS", "${ORIGIN", "$LIB"].map(hasOrigin)).toEqual([false, false, false, false]);
  });
});

describe("tokens", () => {
  it("are counted as the loader counts them", () => {
    expect(["$ORIGIN/x", "${LIB}", "a$PLATFORM", "$LIB$"].map(hasToken)).toEqual([true, true, true, true]);
    expect(["$ORIGINX", "${ORIGIN", "$", "plain", "$origin"].map(hasToken)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("a path", () => {
  it.each([
    ["/a:/b", ["/a", "/b"]],
    ["/a/:/a//:/a", ["/a"]],
    ["/a:", ["/a", "/"]],
    [":/a", ["/", "/a"]],
    ["/a::/b", ["/a", "/", "/b"]],
    ["/", ["/"]],
    ["lib:./lib", ["/lib", "/./lib"]],
    ["/a/../b", ["/a/../b"]],
    ["/a;/b", ["/a;/b"]],
  ])("%s", (text, expected) => {
    expect(parseSearchPath(text, ":", TOKENS, AT_ROOT)).toEqual(expected);
  });

  it("starts at the working folder where it is relative or empty", () => {
    expect(parseSearchPath("/a:lib::./b/", ":", TOKENS, { workingFolder: "/app" })).toEqual([
      "/a",
      "/app/lib",
      "/app",
      "/app/./b",
    ]);
  });

  it("in LD_LIBRARY_PATH is also separated by semicolons", () => {
    expect(parseSearchPath("/a;/b:/c", ":;", TOKENS, AT_ROOT)).toEqual(["/a", "/b", "/c"]);
  });

  it("with $ORIGIN leads where it is trusted to, and nowhere else", () => {
    const isTrusted = (folder: string): boolean => folder.startsWith("/opt/bin/../");
    const text = "/plain:$ORIGIN/../lib:$ORIGIN/private";
    expect(parseSearchPath(text, ":", TOKENS, { ...AT_ROOT, isTrusted })).toEqual(["/plain", "/opt/bin/../lib"]);
  });
});
