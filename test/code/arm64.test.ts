/** Words of AArch64, each with what GNU as makes them of, and the feature that they need. */
import { expect, test } from "vitest";
import { sweepArm64 } from "../../src/code/arm64-sweep.js";
import { createCounts } from "../../src/code/code-counts.js";

function featureOf(word: number): string | undefined {
  const counts = createCounts();
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, word, true);
  sweepArm64(bytes, counts);
  return [...counts.features.keys()][0];
}

test.each([
  ["ldadd w0, w1, [x2]", 0xb8200041, "atomics"],
  ["swpal x0, x1, [x2]", 0xf8e08041, "atomics"],
  ["casal x0, x1, [x2]", 0xc8e0fc41, "atomics"],
  ["casp x0, x1, x2, x3, [x4]", 0x48207c82, "atomics"],
  ["ldaxr w0, [x1]", 0x885ffc20, "exclusive"],
  ["stlxr w2, w0, [x1]", 0x8802fc20, "exclusive"],
  ["ldapr x0, [x1]", 0xf8bfc020, "lrcpc"],
  ["ptrue p0.b", 0x2518e3e0, "sve"],
  ["sdot v0.4s, v1.16b, v2.16b", 0x4e829420, "asimddp"],
  ["udot v0.4s, v1.16b, v2.4b[0]", 0x6f82e020, "asimddp"],
  ["crc32cx w0, w1, x2", 0x9ac25c20, "crc32"],
  ["aese v0.16b, v1.16b", 0x4e284820, "aes"],
  ["mrs x0, id_aa64isar0_el1", 0xd5380600, "mrs"],
  ["mrs x0, tpidr_el0", 0xd53bd040, undefined],
  ["paciasp", 0xd503233f, undefined],
  ["bti c", 0xd503245f, undefined],
  ["ldar w0, [x1]", 0x88dffc20, undefined],
  ["add x0, x1, x2", 0x8b020020, undefined],
  ["ldr w0, [x1, x2]", 0xb8626820, undefined],
  ["fmul v0.4s, v1.4s, v2.4s", 0x6e22dc20, undefined],
])("%s", (_text, word, feature) => {
  expect(featureOf(word)).toBe(feature);
});
