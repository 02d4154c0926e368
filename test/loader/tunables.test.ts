/** GLIBC_TUNABLES: which settings count. That the loader agrees is told by fixtures/loader/open-static-tls-with-*. */
import { describe, expect, test } from "vitest";
import { parseTunables, toTlsSurplus } from "../../src/loader/tunables.js";

const release = (minor: number) => ({ major: 2, minor });
const TLS = "glibc.rtld.optional_static_tls";

test.each([
  [undefined, 1664],
  ["", 1664],
  [`${TLS}=2048`, 3200],
  [`${TLS}=0x800`, 3200],
  [`${TLS}=04000`, 3200],
  [`glibc.malloc.check=3:${TLS}=2048`, 3200],
  [`${TLS}=1:${TLS}=2048`, 3200],
  ["rtld.optional_static_tls=2048", 1664],
  ["glibc.rtld.nns=1", 800],
  ["glibc.rtld.nns=16", 5120],
  ["glibc.rtld.nns=0", 1664],
  ["glibc.rtld.nns=17", 1664],
])("%s leaves %i bytes in every release", (text, surplus) => {
  for (const minor of [32, 36, 38, 39, 43]) expect(toTlsSurplus(parseTunables(text, release(minor)))).toBe(surplus);
});

describe("what is ill formed", () => {
  test.each([
    [`${TLS}=many`, 1152, 1664],
    [`${TLS}=`, 1152, 1664],
    [`${TLS}=2048 bytes`, 3200, 1664],
    [`${TLS}= 2048`, 3200, 3200],
    [`${TLS}=-1`, 1152, 1664],
    [`${TLS}=2048:`, 3200, 1664],
    [`${TLS}=2048:glibc.foo`, 3200, 1664],
    [`glibc.foo:${TLS}=2048`, 3200, 3200],
    [`${TLS}=2048:glibc.foo=a=b`, 3200, 1664],
    ["glibc.rtld.nns=2abc", 1088, 1664],
  ])("%s leaves %i bytes up to 2.38, and %i since", (text, before, since) => {
    expect(toTlsSurplus(parseTunables(text, release(38)))).toBe(before);
    expect(toTlsSurplus(parseTunables(text, release(39)))).toBe(since);
  });
});

test("modes count since the release that has them", () => {
  const text = "glibc.rtld.execstack=2:glibc.rtld.enable_secure=1";
  const modes = [39, 40, 41, 42].map((minor) => {
    const { isSecure, isStackExecutable } = parseTunables(text, release(minor));
    return [isSecure, isStackExecutable];
  });
  expect(modes).toEqual([
    [false, false],
    [true, false],
    [true, false],
    [true, true],
  ]);
});
