/** Sentences that differ in a name become one, and no others. */
import { expect, test } from "vitest";
import { joinSentences } from "../../src/reporters/join-sentences.js";

const needs = (name: string, provider = "libc.so.6") => ({
  sentence: `libx.so.1 needs ${name}, which ${provider} does not define`,
  name,
});

test("one name stays as it is, two and more are listed", () => {
  expect(joinSentences([needs("V_1")])).toEqual([{ sentence: needs("V_1").sentence, count: 1 }]);
  expect(joinSentences([needs("V_1"), needs("V_2")])).toEqual([
    { sentence: "libx.so.1 needs V_1 and V_2, which libc.so.6 does not define", count: 2 },
  ]);
  expect(joinSentences(["V_1", "V_2", "V_3"].map((name) => needs(name)))[0]?.sentence).toContain("V_1, V_2 and V_3,");
});

test("many names are counted", () => {
  const [joined, ...rest] = joinSentences(["a", "b", "c", "d", "e", "f", "g"].map((name) => needs(name)));
  expect(rest).toEqual([]);
  expect(joined).toEqual({
    sentence: "libx.so.1 needs a, b, c, d, e and 2 more, which libc.so.6 does not define",
    count: 7,
  });
});

test("sentences about other files stay apart, in their order", () => {
  expect(joinSentences([needs("V_1"), needs("W_1", "libm.so.6"), needs("V_2")])).toEqual([
    { sentence: "libx.so.1 needs V_1 and V_2, which libc.so.6 does not define", count: 2 },
    { sentence: needs("W_1", "libm.so.6").sentence, count: 1 },
  ]);
});

test("a name counts where it is a word: not within a path, and not without a name", () => {
  const inPath = (name: string) => ({ sentence: `/lib/${name} lacks ${name}`, name });
  expect(joinSentences([inPath("a"), inPath("b")]).map(({ sentence }) => sentence)).toEqual([
    "/lib/a lacks a",
    "/lib/b lacks b",
  ]);
  const unnamed = ["one", "two"].map((sentence) => ({ sentence, name: "" }));
  expect(joinSentences(unnamed).map(({ sentence }) => sentence)).toEqual(["one", "two"]);
});
