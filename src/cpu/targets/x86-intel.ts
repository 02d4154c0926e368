/** Intel's, each with what it adds, and the models that are it (Linux' arch/x86/include/asm/intel-family.h). */
import type { TargetRow } from "../microarchitecture.js";

/** Those of 32 bits. */
const IA32: readonly TargetRow[] = [
  { name: "i686", parents: ["x86"], models: [[6, 1]] },
  { name: "pentium2", parents: ["i686"], adds: "mmx", models: [[6, 3, 6]] },
  {
    name: "pentium3",
    parents: ["pentium2"],
    adds: "sse",
    models: [
      [6, 7, 8],
      [6, 10, 11],
    ],
  },
  { name: "pentium4", parents: ["pentium3"], adds: "sse2", models: [[15, 0, 2]] },
  { name: "prescott", parents: ["pentium4"], adds: "sse3" },
];

/** Without AVX-512: of clients, up to the hybrids. */
const CORE: readonly TargetRow[] = [
  { name: "nocona", parents: ["x86_64"], adds: "mmx sse sse2 sse3", models: [[15, 3, 6]] },
  {
    name: "core2",
    parents: ["nocona"],
    adds: "ssse3",
    models: [
      [6, 0x0f],
      [6, 0x16, 0x17],
      [6, 0x1d],
    ],
  },
  {
    name: "nehalem",
    parents: ["core2", "x86_64_v2"],
    models: [
      [6, 0x1a],
      [6, 0x1e, 0x1f],
      [6, 0x2e],
    ],
  },
  {
    name: "westmere",
    parents: ["nehalem"],
    adds: "aes pclmulqdq",
    models: [
      [6, 0x25],
      [6, 0x2c],
      [6, 0x2f],
    ],
  },
  {
    name: "sandybridge",
    parents: ["westmere"],
    adds: "avx",
    models: [
      [6, 0x2a],
      [6, 0x2d],
    ],
  },
  {
    name: "ivybridge",
    parents: ["sandybridge"],
    adds: "f16c rdrand",
    models: [
      [6, 0x3a],
      [6, 0x3e],
    ],
  },
  {
    name: "haswell",
    parents: ["ivybridge", "x86_64_v3"],
    models: [
      [6, 0x3c],
      [6, 0x3f],
      [6, 0x45, 0x46],
    ],
  },
  {
    name: "broadwell",
    parents: ["haswell"],
    adds: "adx rdseed",
    models: [
      [6, 0x3d],
      [6, 0x47],
      [6, 0x4f],
      [6, 0x56],
    ],
  },
  {
    name: "skylake",
    parents: ["broadwell"],
    adds: "clflushopt xsavec xsaveopt",
    models: [
      [6, 0x4e],
      [6, 0x5e],
      [6, 0x8e],
      [6, 0x9e],
      [6, 0xa5, 0xa6],
    ],
  },
  {
    name: "alderlake",
    parents: ["skylake"],
    adds: "avx_vnni clwb gfni movdir64b movdiri rdpid serialize sha_ni vaes vpclmulqdq waitpkg",
    models: [
      [6, 0x97],
      [6, 0x9a],
      [6, 0xaa],
      [6, 0xac],
      [6, 0xb7],
      [6, 0xba],
      [6, 0xbe, 0xbf],
      [6, 0xd7],
    ],
  },
  {
    name: "arrowlake",
    parents: ["alderlake"],
    adds: "avx_ifma avx_ne_convert avx_vnni_int8 cmpccxadd",
    models: [
      [6, 0xb5],
      [6, 0xc5],
    ],
  },
  {
    name: "arrowlake_s",
    parents: ["arrowlake"],
    adds: "avx_vnni_int16 sha512 sm3 sm4",
    models: [
      [6, 0xbd],
      [6, 0xc6],
    ],
  },
];

/** With AVX-512. */
const AVX512: readonly TargetRow[] = [
  {
    name: "mic_knl",
    parents: ["broadwell"],
    adds: "avx512cd avx512er avx512f avx512pf",
    models: [
      [6, 0x57],
      [6, 0x85],
    ],
  },
  { name: "skylake_avx512", parents: ["skylake", "x86_64_v4"], adds: "clwb", models: [[6, 0x55]] },
  {
    name: "cannonlake",
    parents: ["skylake", "x86_64_v4"],
    adds: "avx512ifma avx512vbmi sha_ni",
    models: [[6, 0x66]],
  },
  // Cascade Lake kept the number of Skylake's servers, and Cooper Lake after it.
  { name: "cascadelake", parents: ["skylake_avx512"], adds: "avx512_vnni", models: [[6, 0x55]], fromStepping: 5 },
  {
    name: "icelake",
    parents: ["cascadelake", "cannonlake"],
    adds: "avx512_bitalg avx512_vbmi2 avx512_vpopcntdq gfni rdpid vaes vpclmulqdq",
    models: [
      [6, 0x6a],
      [6, 0x6c],
      [6, 0x7d, 0x7e],
      [6, 0x8c, 0x8d],
      [6, 0xa7],
    ],
  },
  {
    name: "sapphirerapids",
    parents: ["icelake"],
    adds: "amx_bf16 amx_int8 amx_tile avx512_bf16 cldemote movdir64b movdiri serialize waitpkg",
    models: [
      [6, 0x8f],
      [6, 0xad, 0xae],
      [6, 0xcf],
    ],
  },
];

export const INTEL: readonly TargetRow[] = [...IA32, ...CORE, ...AVX512];
