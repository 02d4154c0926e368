/**
 * What the code itself says of the CPU that it was made for. An instruction that is there need not be reached: programs ask the CPU and
 * choose. So this is evidence with a confidence, and no verdict is made of it alone.
 *
 * What tells most is what is missing. A compiler that may use AVX writes every floating-point operation in its encoding, and one that may
 * use atomic operations writes no exclusive loads and stores: a file made for a better CPU throughout has hardly an instruction of the
 * old way, one that chooses when it runs has both.
 */
import type { CodeFacts } from "../code/code-facts.js";
import { findLevelFeatures } from "../cpu/level.js";

export type Confidence = "high" | "medium" | "low";

/** What the code of one file says. */
export interface FileEvidence {
  /** "x86-64-v3": the lowest level that has what it uses */
  readonly level: string;
  /** `high`: it uses it throughout; `low`: signs of a choice at run time; `medium`: neither is plain */
  readonly confidence: Confidence;
}

/** What the code of an image says: of the files that say the most with the greatest confidence. */
export interface CodeEvidence extends FileEvidence {
  /** features beyond the baseline in these files, as in /proc/cpuinfo, the most frequent first */
  readonly features: readonly { readonly name: string; readonly instructions: number }[];
  /** these files, sorted */
  readonly by: readonly string[];
}

const X86_LEVELS = ["x86-64-v4", "x86-64-v3", "x86-64-v2"] as const;
/** Fewer instructions than these may be what a data table looks like, or one function that nobody calls. */
const MIN_COUNT = 16;
/** Fewer floating-point and vector instructions say nothing of how the others would be. */
const MIN_VECTORS = 48;
/** Of all vector instructions, those in the better encoding: the rest is the start of the program, which libc brings. */
const MIN_SHARE = 0.95;
/** What is encoded as AVX is, whatever it needs. */
const IN_AVX = /^(?:avx|fma$|f16c$|vaes|vpclmulqdq)/;
/** A file, or its folder, that is named after what it is for was chosen by its name. */
const NAMED_FOR_CPU =
  /glibc-hwcaps|[-_./](?:sse[34][\w.]*|ssse3|avx[\w]*|haswell|skylake\w*|zen\d?|x86[-_]64[-_]v\d|neon\w*|sve\d?|lse|armv8\w*)(?:[-_./]|$)/i;

/** @param path a byte path */
function judgeCode(path: string, code: CodeFacts): FileEvidence | undefined {
  return code.probes["mrs"] !== undefined || isArm(code) ? judgeArm(path, code) : judgeX86(path, code);
}

function isArm({ features }: CodeFacts): boolean {
  return ["atomics", "lrcpc", "sve", "asimddp", "crc32"].some((name) => features[name] !== undefined);
}

function judgeX86(path: string, code: CodeFacts): FileEvidence | undefined {
  const level = X86_LEVELS.find((one) => countNew(code, one) >= MIN_COUNT);
  if (level === undefined) return undefined;
  const vectors = Object.entries(code.features).reduce((sum, [name, n]) => sum + (IN_AVX.test(name) ? n : 0), 0);
  const isThroughout = vectors >= MIN_VECTORS && vectors / (vectors + code.baseline) >= MIN_SHARE;
  if (NAMED_FOR_CPU.test(path)) return { level, confidence: "low" };
  if (isThroughout && level !== "x86-64-v2") return { level, confidence: code.areSections ? "high" : "medium" };
  return { level, confidence: hasChoice(code) || !code.areSections ? "low" : "medium" };
}

/** Instructions that a level has and the one below has not. */
function countNew({ features }: CodeFacts, level: string): number {
  const below = findLevelFeatures(`x86-64-v${Number(level.at(-1)) - 1}`) ?? [];
  const own = (findLevelFeatures(level) ?? []).filter((name) => !below.includes(name));
  return own.reduce((sum, name) => sum + (features[name] ?? 0), 0);
}

/** Atomic operations are what compilers write everywhere from Armv8.1 on; without being told so, they call functions that choose. */
function judgeArm(path: string, code: CodeFacts): FileEvidence | undefined {
  const atomics = code.features["atomics"] ?? 0;
  const sve = code.features["sve"] ?? 0;
  if (atomics < MIN_COUNT && sve < MIN_COUNT) return undefined;
  const level = sve >= MIN_COUNT ? "armv9-a" : "armv8.1-a";
  if (NAMED_FOR_CPU.test(path) || hasChoice(code) || !code.areSections) return { level, confidence: "low" };
  return { level, confidence: level === "armv8.1-a" && code.baseline === 0 ? "high" : "medium" };
}

function hasChoice({ probes, choices }: CodeFacts): boolean {
  return choices.length > 0 || Object.keys(probes).length > 0;
}

const ORDER: readonly Confidence[] = ["low", "medium", "high"];

/** What the files that are loaded say together: the highest level of those that say it most confidently. */
export function gatherEvidence(
  files: Iterable<{ readonly path: string; readonly code: CodeFacts }>,
): CodeEvidence | undefined {
  const judged = [...files].flatMap(({ path, code }) => {
    const evidence = judgeCode(path, code);
    return evidence === undefined ? [] : [{ path, code, ...evidence }];
  });
  const confidence = ORDER.findLast((one) => judged.some((file) => file.confidence === one));
  if (confidence === undefined) return undefined;
  const sure = judged.filter((file) => file.confidence === confidence);
  const level = sure.reduce((highest, file) => (file.level > highest ? file.level : highest), "");
  const found = sure.filter((file) => file.level === level);
  return { level, confidence, features: sumFeatures(found), by: found.map(({ path }) => path).sort() };
}

function sumFeatures(files: readonly { readonly code: CodeFacts }[]): CodeEvidence["features"] {
  const sums = new Map<string, number>();
  for (const { code } of files)
    for (const [name, n] of Object.entries(code.features)) sums.set(name, (sums.get(name) ?? 0) + n);
  return [...sums]
    .map(([name, instructions]) => ({ name, instructions }))
    .sort((a, b) => b.instructions - a.instructions || (a.name < b.name ? -1 : 1));
}
