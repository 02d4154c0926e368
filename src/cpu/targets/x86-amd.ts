/** AMD's, each with what it adds, and the families and models that are it. */
import type { TargetRow } from "../microarchitecture.js";

/** Up to Excavator: Linux' arch/x86/kernel/cpu/amd.c calls them by family. */
const BEFORE_ZEN: readonly TargetRow[] = [
  {
    name: "k10",
    parents: ["x86_64"],
    adds: "3dnow 3dnowext abm cx16 mmx sse sse2 sse4a",
    models: [
      [16, 0, 255],
      [18, 0, 255],
    ],
  },
  {
    name: "bulldozer",
    parents: ["x86_64_v2"],
    adds: "abm aes avx fma4 pclmulqdq sse4a xop xsave",
    models: [[21, 0, 1]],
  },
  {
    name: "piledriver",
    parents: ["bulldozer"],
    adds: "bmi1 f16c fma tbm",
    models: [
      [21, 0x02],
      [21, 0x10, 0x1f],
    ],
  },
  { name: "steamroller", parents: ["piledriver"], adds: "fsgsbase", models: [[21, 0x30, 0x3f]] },
  { name: "excavator", parents: ["steamroller", "x86_64_v3"], models: [[21, 0x60, 0x7f]] },
];

const ZEN: readonly TargetRow[] = [
  {
    name: "zen",
    parents: ["x86_64_v3"],
    adds: "aes clflushopt clzero fsgsbase pclmulqdq rdseed sse4a xsavec xsaveopt",
    models: [[23, 0x00, 0x2f]],
  },
  { name: "zen2", parents: ["zen"], adds: "clwb", models: [[23, 0x30, 0xff]] },
  {
    name: "zen3",
    parents: ["zen2"],
    adds: "pku vaes vpclmulqdq",
    models: [
      [25, 0x00, 0x0f],
      [25, 0x20, 0x5f],
    ],
  },
  {
    name: "zen4",
    parents: ["zen3", "x86_64_v4"],
    adds: "avx512_bf16 avx512_bitalg avx512_vbmi2 avx512_vnni avx512_vpopcntdq avx512ifma avx512vbmi flush_l1d gfni",
    models: [
      [25, 0x10, 0x1f],
      [25, 0x60, 0xaf],
    ],
  },
  {
    name: "zen5",
    parents: ["zen4"],
    adds: "avx512_vp2intersect avx_vnni movdir64b movdiri tsc_adjust",
    models: [
      [26, 0x00, 0x4f],
      [26, 0x60, 0x7f],
    ],
  },
];

export const AMD: readonly TargetRow[] = [...BEFORE_ZEN, ...ZEN];
