import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baseName, joinPath, parentPath, splitPath, toBytePath, toDisplayPath } from "../../src/rootfs/path.js";

describe("byte paths", () => {
  it.each([
    ["/usr/lib/größe.so", "/usr/lib/gr\xc3\xb6\xc3\x9fe.so"],
    ["/plain", "/plain"],
    ["/名前", "/\xe5\x90\x8d\xe5\x89\x8d"],
    ["/\u{1f600}", "/\xf0\x9f\x98\x80"],
  ])("%s is its UTF-8", (text, bytes) => {
    expect(toBytePath(text)).toBe(bytes);
    expect(toDisplayPath(bytes)).toBe(text);
  });

  it.each([
    ["a byte that is no UTF-8", "/lib\xff.so", "/lib\\xff.so"],
    ["a backslash", "/a\\xff", "/a\\\\xff"],
    ["a sequence that is cut off", "/a\xc3", "/a\\xc3"],
    ["an overlong slash", "/a\xc0\xaf", "/a\\xc0\\xaf"],
    ["a surrogate in UTF-8", "/\xed\xa0\x80", "/\\xed\\xa0\\x80"],
    ["beyond Unicode", "/\xf4\x90\x80\x80", "/\\xf4\\x90\\x80\\x80"],
    ["an escape sequence that would steer a terminal", "/\x1b[31mred", "/\\x1b[31mred"],
    ["a newline", "/a\nb", "/a\\x0ab"],
    ["a right-to-left override", "/\xe2\x80\xaegpj", "/\\xe2\\x80\\xaegpj"],
  ])("%s is shown as an escape", (_what, bytes, shown) => {
    expect(toDisplayPath(bytes)).toBe(shown);
  });

  it("what is shown can be turned back, so two names never look the same", () => {
    const bytes = fc.uint8Array({ maxLength: 12 }).map((array) => Buffer.from(array).toString("latin1"));
    fc.assert(
      fc.property(bytes, (path) => {
        expect(fromDisplay(toDisplayPath(path))).toBe(path);
      }),
      { numRuns: 3000, seed: 1 },
    );
  });
});

/** The escape's meaning, written the other way round. */
function fromDisplay(text: string): string {
  return text
    .split(/(\\\\|\\x[0-9a-f]{2})/)
    .map((part) =>
      part === "\\\\"
        ? "\\"
        : /^\\x/.test(part)
          ? String.fromCharCode(Number.parseInt(part.slice(2), 16))
          : Buffer.from(part, "utf8").toString("latin1"),
    )
    .join("");
}

describe("parts of a path", () => {
  it.each([
    ["/", [], "/", ""],
    ["/usr", ["usr"], "/", "usr"],
    ["/usr/lib/x", ["usr", "lib", "x"], "/usr/lib", "x"],
    ["/usr//./lib/..", ["usr", "lib", ".."], "/usr//./lib", ".."],
  ])("%s", (path, parts, parent, base) => {
    expect(splitPath(path)).toEqual(parts);
    expect(parentPath(path)).toBe(parent);
    expect(baseName(path)).toBe(base);
  });

  it("a name below the root has one slash", () => {
    expect(joinPath("/", "usr")).toBe("/usr");
    expect(joinPath("/usr", "lib")).toBe("/usr/lib");
  });
});
