/**
 * What the CPUID instruction answers, as recorded where no system lists features: on Windows above all. A line is one question with
 * its answer: "eax, ecx, eax, ebx, ecx, edx", six numbers, the first two asked and the others answered; or what `cpuid -r` prints,
 * "0x00000007 0x00: eax=0x… ebx=0x… ecx=0x… edx=0x…". The bits have the names that Linux gives them (arch/x86/include/asm/
 * cpufeatures.h), after Intel's and AMD's manuals.
 */
import { splitWords, type CpuDescription } from "../description.js";

type Register = "eax" | "ebx" | "ecx" | "edx";
type Answers = ReadonlyMap<string, Readonly<Record<Register, number>>>;

/** Bit 0 first; "-" for bits that stand for nothing that Linux shows. */
const FEATURE_BITS: readonly (readonly [leaf: string, register: Register, names: string])[] = [
  [
    "1:0",
    "edx",
    "fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov pat pse36 pn clflush - dts acpi mmx fxsr sse sse2 ss ht tm ia64 pbe",
  ],
  [
    "1:0",
    "ecx",
    "pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cid sdbg fma cx16 xtpr pdcm - pcid dca sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave - avx f16c rdrand hypervisor",
  ],
  [
    "7:0",
    "ebx",
    "fsgsbase tsc_adjust sgx bmi1 hle avx2 - smep bmi2 erms invpcid rtm cqm - mpx rdt_a avx512f avx512dq rdseed adx smap avx512ifma - clflushopt clwb intel_pt avx512pf avx512er avx512cd sha_ni avx512bw avx512vl",
  ],
  [
    "7:0",
    "ecx",
    "- avx512vbmi umip pku ospke waitpkg avx512_vbmi2 - gfni vaes vpclmulqdq avx512_vnni avx512_bitalg tme avx512_vpopcntdq - la57 - - - - - rdpid - bus_lock_detect cldemote - movdiri movdir64b enqcmd - -",
  ],
  [
    "7:0",
    "edx",
    "- - avx512_4vnniw avx512_4fmaps fsrm - - - avx512_vp2intersect - md_clear - - - serialize - tsxldtrk - pconfig arch_lbr ibt - amx_bf16 avx512_fp16 amx_tile amx_int8 - - flush_l1d arch_capabilities - -",
  ],
  [
    "7:1",
    "eax",
    "sha512 sm3 sm4 - avx_vnni avx512_bf16 - cmpccxadd - - - - - - - - - - - - - amx_fp16 - avx_ifma - - lam",
  ],
  ["7:1", "edx", "- - - - avx_vnni_int8 avx_ne_convert - - amx_complex - avx_vnni_int16"],
  ["13:1", "eax", "xsaveopt xsavec xgetbv1 xsaves"],
  [
    "2147483649:0",
    "edx",
    "- - - - - - - - - - - syscall - - - - - - - mp nx - mmxext - - fxsr_opt pdpe1gb rdtscp - lm 3dnowext 3dnow",
  ],
  [
    "2147483649:0",
    "ecx",
    "lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw ibs xop skinit wdt - lwp fma4 tce - nodeid_msr - tbm topoext perfctr_core perfctr_nb - bpext ptsc perfctr_llc mwaitx",
  ],
  ["2147483656:0", "ebx", "clzero irperf xsaveerptr - rdpru - - - - wbnoinvd"],
];

const NUMBER = "(0x[\\da-f]+|\\d+)";
const ROW = new RegExp(`^\\s*${Array(6).fill(NUMBER).join("\\s*,\\s*")}\\s*$`, "i");
const RAW = /^\s*(0x[\da-f]+) (0x[\da-f]+): eax=(0x[\da-f]+) ebx=(0x[\da-f]+) ecx=(0x[\da-f]+) edx=(0x[\da-f]+)\s*$/i;

/** Whether a text is a recording of CPUID. */
export function isCpuid(text: string): boolean {
  return readAnswers(text).size > 0;
}

/** The CPU that was asked; undefined where it was not asked who it is, or what it can. */
export function describeCpuid(text: string): CpuDescription | undefined {
  const answers = readAnswers(text);
  const maker = answers.get("0:0");
  const version = answers.get("1:0")?.eax;
  if (maker === undefined || version === undefined) return undefined;
  const names = FEATURE_BITS.flatMap(([leaf, register, bits]) =>
    bits.split(" ").filter((name, bit) => name !== "-" && ((answers.get(leaf)?.[register] ?? 0) >>> bit) & 1),
  );
  return {
    machines: names.includes("lm") ? ["x86_64", "x86"] : ["x86", "x86_64"],
    vendor: [maker.ebx, maker.edx, maker.ecx].map(toLetters).join(""),
    features: splitWords(names.join(" ")),
    model: toModel(version),
  };
}

/** By "leaf:subleaf"; where several processors answered, the first. */
function readAnswers(text: string): Answers {
  const answers = new Map<string, Record<Register, number>>();
  for (const line of text.split(/\r?\n/)) {
    const numbers = (ROW.exec(line) ?? RAW.exec(line))?.slice(1).map(Number);
    if (numbers === undefined) continue;
    const [leaf = 0, subleaf = 0, eax = 0, ebx = 0, ecx = 0, edx = 0] = numbers;
    const key = `${leaf}:${subleaf}`;
    if (!answers.has(key)) answers.set(key, { eax, ebx, ecx, edx });
  }
  return answers;
}

/** Four letters of a maker's name, the first in the lowest byte. */
function toLetters(register: number): string {
  return String.fromCharCode(...[0, 8, 16, 24].map((shift) => (register >>> shift) & 0xff));
}

/** Family and model have room for small numbers, and more bits elsewhere for larger ones. */
function toModel(version: number) {
  const family = (version >>> 8) & 0xf;
  const isExtended = family === 6 || family === 15;
  return {
    family: family === 15 ? family + ((version >>> 20) & 0xff) : family,
    model: ((version >>> 4) & 0xf) + (isExtended ? ((version >>> 16) & 0xf) << 4 : 0),
    stepping: version & 0xf,
  };
}
