/**
 * What would have to be different for a set to work: of all that went wrong, the demand that covers the others. Of versions of the C
 * library the highest is told, and of other libraries each.
 */
import { C_LIBRARY_FAMILY } from "../knowledge/c-library.js";
import type { LoadProblem } from "../loader/problem.js";
import type { Failure } from "../mounts/failure.js";
import { matchesAnyGlob } from "../rootfs/glob.js";
import { baseName } from "../rootfs/path.js";
import type { Trial } from "./plan-world.js";

/** Programs of one ABI on a library of the other. */
const TRANSLATORS =
  "an MPI on the host with the ABI that the image was built for, or a layer between the two in the image, such as Wi4MPI or MPItrampoline";
/** since 2.36, glibc's loader knows packed relative relocations */
const RELR_GLIBC = "2.36";

/** Sentences, byte strings; none where nothing is known that would help. */
export function advise(
  { failures, mountedPaths }: Pick<Trial, "failures" | "mountedPaths">,
  findings: readonly string[],
): readonly string[] {
  const ofMounted = failures.filter(
    ({ outcome, problem }) => outcome !== "none" && mountedPaths.has(problem.requiredBy),
  );
  const ofImage = failures.filter(
    ({ outcome, problem }) => outcome !== "none" && !mountedPaths.has(problem.requiredBy),
  );
  return [
    ...new Set([
      ...adviseOnGlibc(ofMounted),
      ...(findings.includes("mpi-abi-differs") ? [TRANSLATORS] : []),
      ...(findings.includes("c-library-differs") ? ["an image of the host's C library, or a host of the image's"] : []),
      ...ofMounted.flatMap(({ problem }) => adviseOnMounted(problem)),
      ...adviseOnImage(ofImage),
    ]),
  ];
}

/** "GLIBC_2.38" to [2, 38]. */
function parseVersion(name: string): readonly number[] | undefined {
  const match = /^GLIBC_(\d+(?:\.\d+)*)$/.exec(name);
  return match?.[1]?.split(".").map(Number);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function adviseOnGlibc(failures: readonly Failure[]): readonly string[] {
  const needs: { readonly version: readonly number[]; readonly by: string }[] = [];
  for (const { problem } of failures) {
    const by = baseName(problem.requiredBy);
    if (problem.kind === "version-not-defined" && matchesAnyGlob(C_LIBRARY_FAMILY, problem.file)) {
      const version = parseVersion(problem.version);
      if (version !== undefined) needs.push({ version, by });
    }
    if (problem.kind === "relr-unsupported") needs.push({ version: RELR_GLIBC.split(".").map(Number), by });
  }
  const [highest] = [...needs].sort((a, b) => compare(b.version, a.version));
  if (highest === undefined) return [];
  const libraries = new Set(needs.map(({ by }) => by)).size;
  const which =
    libraries === 1 ? `a build of ${highest.by}` : `builds of ${highest.by} and ${String(libraries - 1)} more`;
  return [
    `an image with glibc ${highest.version.join(".")} or later, or ${which} on the host made for the image's glibc`,
  ];
}

function adviseOnMounted(problem: LoadProblem): readonly string[] {
  switch (problem.kind) {
    case "version-not-defined":
      return matchesAnyGlob(C_LIBRARY_FAMILY, problem.file)
        ? []
        : [`a ${problem.file} that defines ${problem.version}, in the image or on the host`];
    case "library-not-found":
      return [`${problem.name} on the host, where its loader finds it`];
    case "isa-level-too-high":
      return [`a CPU of ${problem.needed}, or a build of ${baseName(problem.requiredBy)} for ${problem.level}`];
    case "static-tls-exhausted":
      return ["GLIBC_TUNABLES=glibc.rtld.optional_static_tls with more room, as the rule's page says"];
    default:
      return [];
  }
}

/** What the image's own files miss in what would take the place of theirs: versions one by one, of symbols their number. */
function adviseOnImage(failures: readonly Failure[]): readonly string[] {
  const versions = failures.flatMap(({ problem }) =>
    problem.kind === "version-not-defined"
      ? [
          `a ${problem.file} on the host that defines ${problem.version}, which the image's ${baseName(problem.requiredBy)} needs`,
        ]
      : [],
  );
  const symbols = failures.flatMap(({ problem }) => (problem.kind === "symbol-not-defined" ? [problem] : []));
  const [first] = symbols;
  if (first === undefined) return versions;
  const { size } = new Set(symbols.map(({ symbol }) => symbol));
  const others = size === 1 ? "" : `, and ${String(size - 1)} more`;
  return [
    ...versions,
    `a release on the host that defines ${first.symbol}, which the image's ${baseName(first.requiredBy)} uses${others}`,
  ];
}
