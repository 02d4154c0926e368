/**
 * macOS: what `sysctl -a` says under machdep.cpu and hw.optional. Of Intel's CPUs the features are listed in the kernel's own words
 * (xnu's osfmk/i386/cpuid.c); of Apple's the brand gives the name, and hw.optional.arm the features in Arm's words.
 */
import { splitWords, toMap, type CpuDescription } from "../description.js";
import { toNumber } from "./fields.js";

/** xnu's words for what Linux calls otherwise; where there is no entry, the two differ in case only. */
const X86_WORDS = toMap({
  sse3: "pni",
  "sse4.1": "sse4_1",
  "sse4.2": "sse4_2",
  // AVX and XSAVEOPT came with the same CPUs, and the latter is not listed.
  "avx1.0": "avx xsaveopt",
  // So did CLFLUSHOPT and XSAVEC.
  clfsopt: "clflushopt xsavec",
  clfsh: "clflush",
  lahf: "lahf_lm",
  lzcnt: "abm",
  sha: "sha_ni",
  xd: "nx",
  em64t: "lm",
  "1gbpage": "pdpe1gb",
  prefetchw: "3dnowprefetch",
  rdwrfsgs: "fsgsbase",
  tsc_thread_offset: "tsc_adjust",
  ds: "dts",
  htt: "ht",
  mon: "monitor",
  dscpl: "ds_cpl",
  tpr: "xtpr",
  vmm: "hypervisor",
  tsctmr: "tsc_deadline_timer",
  ipt: "intel_pt",
  l1df: "flush_l1d",
  mdclear: "md_clear",
  avx512vnni: "avx512_vnni",
  avx512bitalg: "avx512_bitalg",
  avx512vbmi2: "avx512_vbmi2",
  avx512vpcdq: "avx512_vpopcntdq",
  avx512vpopcntdq: "avx512_vpopcntdq",
  movdiri64b: "movdir64b",
});

/** Arm's names of features and those that Linux shows for them. */
const ARM_WORDS = toMap({
  FEAT_AES: "aes",
  FEAT_AFP: "afp",
  FEAT_BF16: "bf16",
  FEAT_BTI: "bti",
  FEAT_CRC32: "crc32",
  FEAT_DIT: "dit",
  FEAT_DPB: "dcpop",
  FEAT_DPB2: "dcpodp",
  FEAT_DotProd: "asimddp",
  FEAT_ECV: "ecv",
  FEAT_FCMA: "fcma",
  FEAT_FHM: "asimdfhm",
  FEAT_FP16: "asimdhp fphp",
  FEAT_FRINTTS: "frint",
  FEAT_FlagM: "flagm",
  FEAT_FlagM2: "flagm2",
  FEAT_I8MM: "i8mm",
  FEAT_JSCVT: "jscvt",
  FEAT_LRCPC: "lrcpc",
  FEAT_LRCPC2: "ilrcpc",
  FEAT_LSE: "atomics",
  FEAT_LSE2: "uscat",
  FEAT_PAuth: "paca pacg",
  FEAT_PMULL: "pmull",
  FEAT_RDM: "asimdrdm",
  FEAT_RPRES: "rpres",
  FEAT_SB: "sb",
  FEAT_SHA1: "sha1",
  FEAT_SHA256: "sha2",
  FEAT_SHA3: "sha3",
  FEAT_SHA512: "sha512",
  FEAT_SME: "sme",
  FEAT_SME2: "sme2",
  FEAT_SSBS: "ssbs",
  FEAT_WFxT: "wfxt",
});

type Fields = ReadonlyMap<string, string>;

/** Whether lines are sysctl's. */
export function isSysctl(fields: Fields): boolean {
  return [...fields.keys()].some((key) => key.startsWith("machdep.cpu.") || key.startsWith("hw.optional."));
}

/** The CPU of a Mac; undefined where neither brand nor features are there. */
export function describeSysctl(fields: Fields): CpuDescription | undefined {
  const brand = fields.get("machdep.cpu.brand_string") ?? "";
  // Under Rosetta the brand is "VirtualApple", and features of a CPU are listed that is not there.
  return /apple/i.test(brand) ? describeApple(fields, brand) : describeIntel(fields);
}

/** The first chips call themselves "Apple processor"; none of Apple's for the Mac is less than they are. */
function describeApple(fields: Fields, brand: string): CpuDescription {
  const digits = /\bm(\d+)\b/i.exec(brand)?.[1] ?? "1";
  const shown = [...fields].filter(([key, value]) => key.startsWith("hw.optional.arm.") && value === "1");
  const features = shown.map(([key]) => ARM_WORDS.get(key.slice("hw.optional.arm.".length)) ?? "");
  return {
    machines: ["aarch64"],
    vendor: "Apple",
    features: splitWords(features.join(" ")),
    called: `m${digits}`,
  };
}

function describeIntel(fields: Fields): CpuDescription | undefined {
  const lists = ["features", "leaf7_features", "extfeatures"].map((name) => fields.get(`machdep.cpu.${name}`) ?? "");
  const features = splitWords(
    splitWords(lists.join(" ").toLowerCase())
      .map((word) => X86_WORDS.get(word) ?? word)
      .join(" "),
  );
  if (features.length === 0) return undefined;
  const [family, model, stepping] = ["family", "model", "stepping"].map((name) =>
    toNumber(fields.get(`machdep.cpu.${name}`)),
  );
  return {
    machines: ["x86_64"],
    vendor: fields.get("machdep.cpu.vendor") ?? "",
    features,
    // All of Intel's Macs are of family 6, and captures often leave it out.
    ...(model === undefined
      ? {}
      : { model: { family: family ?? 6, model, ...(stepping === undefined ? {} : { stepping }) } }),
  };
}
