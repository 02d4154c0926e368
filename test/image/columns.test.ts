/** Plain data with columns: out as they went in, and what is too large for one text is not packed. */
import { expect, test } from "vitest";
import { packColumns, unpackColumns } from "../../src/image/columns.js";

test("come out as they went in, at places that numbers can be read from", () => {
  const columns = [new Uint8Array([1, 2, 3]), new Uint8Array(0), new Uint8Array(Float64Array.of(0.5, -1).buffer)];
  const packed = packColumns((add) => ({ at: columns.map(add), text: "caf\u00e9 \u0000" }));
  // Where an entry lies in a larger buffer, its columns begin anywhere.
  const moved = new Uint8Array([9, ...(packed ?? [])]).subarray(1);
  const { data, columns: buffer } = unpackColumns(moved);
  const { at, text } = data as { at: number[]; text: string };
  expect(text).toBe("caf\u00e9 \u0000");
  expect(at.every((offset) => offset % 8 === 0)).toBe(true);
  expect(new Uint8Array(buffer, at[0], 3)).toEqual(columns[0]);
  expect([...new Float64Array(buffer, at[2], 2)]).toEqual([0.5, -1]);
});

test("are not packed where their text is longer than a string can be", () => {
  const long = "\u0001".repeat(1 << 20);
  expect(packColumns(() => Array.from({ length: 100 }, () => long))).toBeUndefined();
});
