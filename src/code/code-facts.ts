/**
 * What the code of one file uses beyond its machine's baseline, by features of a CPU: counts, and whatever speaks for a choice at run
 * time. Counting is all that is done here; what the counts mean is judged elsewhere.
 */
export interface CodeFacts {
  /** instructions that were counted, in all executable segments */
  readonly instructions: number;
  /** bytes in which no instruction was recognised */
  readonly unknownBytes: number;
  /** sections told where instructions are; segments may hold tables too, which look like some */
  readonly areSections: boolean;
  /** by feature, as in /proc/cpuinfo: how many instructions need it */
  readonly features: Readonly<Record<string, number>>;
  /**
   * instructions that do the same in the way of every CPU of the machine, and that compilers write no more where they may use the better
   * ones: SSE2 beside AVX on x86-64, exclusive loads and stores beside atomic operations on AArch64
   */
  readonly baseline: number;
  /** what asks the CPU at run time, and how often: "cpuid" and "xgetbv" on x86-64, "mrs" on AArch64 */
  readonly probes: Readonly<Record<string, number>>;
  /** symbols that speak for a choice: functions that are chosen when they are bound (IFUNC), names of CPUs (`.avx2`), who tells the CPU */
  readonly choices: readonly string[];
}
