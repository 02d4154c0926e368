/** The filter in front of symbol tables: it may let a name pass that is not there, and never keeps one back that is. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createNameFilter, hashName, hashNames } from "../../src/loader/name-filter.js";

test("the hash is that of DT_GNU_HASH", () => {
  // Known values: the empty name, and two of libc's symbols as `readelf --histogram` and dl_new_hash give them.
  expect(hashName("")).toBe(5381);
  expect(hashName("printf") >>> 0).toBe(0x156b2bb8);
  expect(hashName("exit") >>> 0).toBe(0x7c967e3f);
});

test("whatever is in the table may be there", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 200 }), (names) => {
      const filter = createNameFilter(names, names.length);
      expect(names.every((name) => filter.mayHave(hashName(name)))).toBe(true);
    }),
  );
});

test("most of what is not there is kept back, and all of it from an empty table", () => {
  const names = Array.from({ length: 500 }, (_, i) => `inside_${i}`);
  const others = Array.from({ length: 2000 }, (_, i) => ({ name: `outside_${i}` }));
  const filter = createNameFilter(names, names.length);
  const passing = [...hashNames(others)].filter((hash) => filter.mayHave(hash)).length;
  expect(passing).toBeLessThan(500);
  const empty = createNameFilter([], 0);
  expect([...hashNames(others)].some((hash) => empty.mayHave(hash))).toBe(false);
});
