/** The names of symbols as bytes: nothing gets lost, and what is compared by hash and bytes is what text would say. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createColumns } from "../../src/elf/symbol-columns.js";
import {
  createNameWriter,
  findName,
  hashName,
  isSameName,
  listNames,
  nameAt,
  type SymbolNames,
} from "../../src/elf/symbol-names.js";
import { symbolTableOf } from "../../src/loader/symbol-table.js";
import { toElf } from "../loader/world.js";

const byteStrings = fc.array(
  fc.string({ unit: "binary" }).map((text) => Buffer.from(text).toString("latin1").replaceAll("\0", "")),
  {
    minLength: 1,
    maxLength: 50,
  },
);

function toNames(texts: readonly string[]): SymbolNames {
  const { names } = createColumns(texts.length);
  const writer = createNameWriter(names);
  for (const text of texts) expect(writer.add(Buffer.from(`before${text}\0after`, "latin1"), 6)).toBe(text.length);
  return { ...names, bytes: writer.finish() };
}

test("the hash is that of DT_GNU_HASH", () => {
  // Known values: the empty name, and two of libc's symbols as `readelf --histogram` and dl_new_hash give them.
  expect(hashName("")).toBe(5381);
  expect(hashName("printf") >>> 0).toBe(0x156b2bb8);
  expect(hashName("exit") >>> 0).toBe(0x7c967e3f);
});

test("names come back byte for byte, each with its hash, and are found", () => {
  fc.assert(
    fc.property(byteStrings, (texts) => {
      const names = toNames(texts);
      expect(listNames(names)).toEqual(texts);
      expect([...names.hashes]).toEqual(texts.map(hashName));
      for (const text of texts) expect(findName(names, text)).toBe(texts.indexOf(text));
      expect(findName(names, `${texts.join("")}x`)).toBeUndefined();
    }),
  );
});

test("two names are the same where their texts are", () => {
  fc.assert(
    fc.property(byteStrings, byteStrings, (texts, others) => {
      const [names, there] = [toNames(texts), toNames([...others, ...texts])];
      for (const [i, text] of texts.entries())
        for (const [j, other] of [...others, ...texts].entries())
          expect(isSameName(names, i, there, j)).toBe(text === other);
    }),
  );
});

test("names of one hash are two", async () => {
  // 33 * "a" + "b" is 33 * "b" + "A": a chain of one hash, of which only the bytes tell.
  const [one, other] = ["ab", "bA"];
  expect(hashName(one)).toBe(hashName(other));
  const both = await toElf({
    symbols: [
      { name: one, size: 1 },
      { name: other, size: 2 },
    ],
  });
  const { definitions } = symbolTableOf(both);
  for (const [name, size] of [
    [one, 1],
    [other, 2],
  ] as const) {
    const user = await toElf({ symbols: [{ name, defined: false }] });
    const symbol = findName(user.symbols.names, name) ?? NaN;
    expect(nameAt(user.symbols.names, symbol)).toBe(name);
    expect(definitions.find(user.symbols.names, symbol)).toMatchObject([{ size }]);
  }
});

test("a table gives all definitions of a name in its order, and none of another", async () => {
  const symbols = Array.from({ length: 300 }, (_, i) => ({ name: `name_${i % 100}`, size: i + 1 }));
  const elf = await toElf({ symbols });
  const { names, size } = elf.symbols;
  const { definitions } = symbolTableOf(elf);
  const expected = new Map<string, number[]>();
  for (let i = 1; i < elf.symbols.count; i += 1)
    expected.set(nameAt(names, i), [...(expected.get(nameAt(names, i)) ?? []), size[i] as number]);
  for (let i = 1; i < elf.symbols.count; i += 1)
    expect(definitions.find(names, i)?.map((one) => one.size)).toEqual(expected.get(nameAt(names, i)));
  const others = toNames(Array.from({ length: 1000 }, (_, i) => `other_${i}`));
  for (let i = 0; i < 1000; i += 1) expect(definitions.find(others, i)).toBeUndefined();
});
