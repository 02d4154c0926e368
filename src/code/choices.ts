/**
 * Signs that a file chooses its code when it runs: functions whose address is chosen when they are bound, functions that ask which CPU
 * it is, and symbols with the name of a CPU in them.
 */
import type { ElfObject } from "../elf/object.js";
import { nameAt } from "../elf/symbol-names.js";

const STT_GNU_IFUNC = 10;
/** Functions, and data that they leave, that tell of the CPU: of GCC's and LLVM's runtime, of glibc, and of others. */
const TELLERS =
  /^(?:__cpu_model|__cpu_indicator_init|__cpu_features2|__x86_get_cpuid_feature_leaf|__x86_get_cpu_features|__get_cpu_features|__aarch64_have_lse_atomics|__aarch64_cpu_features|getauxval|__getauxval|elf_aux_info|gnu_get_cpu.*|cpuinfo_.*|av_get_cpu_flags|OPENSSL_ia32cap_P|OPENSSL_armcap_P|g_cpu_.*|.*[gG]et_?[cC]pu_?[iI]nfo.*)$/;
/** What compilers append for target_clones, and what people name their variants. */
const NAMED =
  /[._](?:sse[34]\w*|ssse3|avx\w*|fma[34]?|bmi[12]?|avx512\w*|haswell|skylakex?|sandybridge|nehalem|zen\d?|knl|cooperlake|sapphirerapids|arch_x86_64_v\d|neon\w*|sve\d?|lse|crc32|dotprod|neoverse\w*|armv8\w*)(?:[._]|$)/i;
/** as many are told; more say no more */
const MAX_TOLD = 8;

/** Names of symbols that are such signs, sorted; some of many. */
export function findChoices({ symbols }: ElfObject): readonly string[] {
  const found = new Set<string>();
  for (let i = 0; i < symbols.count && found.size < MAX_TOLD; i += 1) {
    const name = nameAt(symbols.names, i);
    const isChosen = symbols.type[i] === STT_GNU_IFUNC && symbols.section[i] !== 0;
    if (isChosen || TELLERS.test(name) || NAMED.test(name)) found.add(name);
  }
  return [...found].sort();
}
