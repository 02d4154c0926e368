/**
 * What the code of one file uses beyond its machine's baseline, by features of a CPU: counts, and whatever speaks for a choice at run
 * time. Counting is all that is done here; what the counts mean is judged elsewhere.
 */
export interface CodeFacts {
  /** instructions that were counted, in all executable segments */
  readonly instructions: number;
  /** bytes in which no instruction was recognised */
  readonly unknownBytes: number;
  /** by feature, as in /proc/cpuinfo: how many instructions need it */
  readonly features: Readonly<Record<string, number>>;
  /** vector and floating-point instructions in the encoding of every CPU of the machine, beside those above: SSE2 on x86-64 */
  readonly baselineVector: number;
  /** what asks the CPU at run time: "cpuid", "xgetbv" on x86; "mrs" on AArch64 */
  readonly probes: Readonly<Record<string, number>>;
  /** functions whose address is chosen when the file is loaded (STT_GNU_IFUNC), or symbols that name their CPU (`.avx2`) */
  readonly choices: readonly string[];
}
