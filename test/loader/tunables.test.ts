/** GLIBC_TUNABLES: which settings count. That the loader agrees is told by fixtures/loader/open-static-tls-with-*. */
import { expect, test } from "vitest";
import { parseTlsTunables, toTlsSurplus } from "../../src/loader/tunables.js";

test.each([
  [undefined, 1664],
  ["", 1664],
  ["glibc.rtld.optional_static_tls=2048", 3200],
  ["glibc.rtld.optional_static_tls=0x800", 3200],
  ["glibc.rtld.optional_static_tls=04000", 3200],
  ["glibc.malloc.check=3:glibc.rtld.optional_static_tls=2048:", 3200],
  ["glibc.rtld.optional_static_tls=1:glibc.rtld.optional_static_tls=2048", 3200],
  ["glibc.rtld.optional_static_tls=many", 1152],
  ["glibc.rtld.optional_static_tls=", 1152],
  ["rtld.optional_static_tls=2048", 1664],
  ["glibc.rtld.nns=1", 800],
  ["glibc.rtld.nns=16", 5120],
  ["glibc.rtld.nns=0", 1664],
  ["glibc.rtld.nns=17", 1664],
])("%s leaves %i bytes", (text, surplus) => {
  expect(toTlsSurplus(parseTlsTunables(text))).toBe(surplus);
});
