/** What a policy demands of every image and host, beside the findings: libraries that must be mountable, and floors. */
import { listLevelsBelow } from "../cpu/level.js";
import type { MountReport, Report, Verdict } from "../report.js";
import { matchesGlob } from "../rootfs/glob.js";
import { namesOfHost } from "./acceptance.js";
import type { Policy, PolicyFloors } from "./policy.js";

/** A demand that is not met, as a sentence; `isUnknown` where nobody can say. */
export interface Unmet {
  readonly message: string;
  readonly isUnknown?: true;
}

/** What the gate makes of verdicts, and of a mount. */
interface Measure {
  readonly fails: (verdict: Verdict) => boolean;
  readonly verdictOf: (mount: MountReport) => Verdict;
}

export function findUnmet(report: Report, { required, floors }: Policy, measure: Measure): readonly Unmet[] {
  const names = namesOfHost(report);
  const here = required.filter(
    ({ hosts }) => hosts.length === 0 || hosts.some((host) => names.some((name) => matchesGlob(host, name))),
  );
  const libraries = here.flatMap(({ library }) => {
    const trouble = findTrouble(report, library, measure);
    return trouble === undefined ? [] : [{ message: `${library} must be mountable, and ${trouble}` }];
  });
  return [...libraries, ...findBelow(report, floors)];
}

function findTrouble({ mounts }: Report, library: string, { fails, verdictOf }: Measure): string | undefined {
  const mount = mounts.find(({ soname }) => soname === library);
  if (mount === undefined) return "the host has no library of this name for it";
  const verdict = verdictOf(mount);
  if (verdict === "no-effect") return "mounting it has no effect";
  return fails(verdict) ? `it is ${mount.verdict}` : undefined;
}

function findBelow({ image }: Report, { glibc, kernel, isa }: PolicyFloors): readonly Unmet[] {
  return [
    ...(glibc === undefined ? [] : checkGlibc(image, glibc)),
    ...(kernel === undefined ? [] : checkKernel(image, kernel)),
    ...(isa === undefined ? [] : checkIsa(image, isa)),
  ];
}

function checkGlibc({ libc }: Report["image"], wanted: string): readonly Unmet[] {
  const demand = `the image must bring glibc ${wanted} or later, and`;
  if (libc.family === "unknown" || (libc.family === "glibc" && libc.version === undefined))
    return [{ message: `${demand} nobody can say which C library it has`, isUnknown: true }];
  if (libc.family !== "glibc")
    return [{ message: `${demand} it has ${libc.family === "none" ? "no C library" : libc.family}` }];
  if (compareReleases(libc.version ?? "", wanted) >= 0) return [];
  return [{ message: `${demand} it has ${libc.version ?? ""}` }];
}

function checkKernel({ floors }: Report["image"], wanted: string): readonly Unmet[] {
  const demand = `the image must start on Linux ${wanted}, and`;
  if (floors === undefined) return [{ message: `${demand} nobody has looked`, isUnknown: true }];
  // Where no file names a kernel none is asked for.
  if (floors.kernel === undefined || compareReleases(floors.kernel, wanted) <= 0) return [];
  return [{ message: `${demand} its C library wants ${floors.kernel} or later` }];
}

function checkIsa({ floors }: Report["image"], wanted: string): readonly Unmet[] {
  const demand = `the image must run on a CPU of ${wanted}, and`;
  if (floors === undefined) return [{ message: `${demand} nobody has looked`, isUnknown: true }];
  const { isa } = floors;
  // An image for another machine has levels of another name: that floor is not about it.
  if (isa === undefined || isa === wanted || listLevelsBelow(wanted).includes(isa) || !sameLadder(isa, wanted))
    return [];
  return [{ message: `${demand} it asks for ${isa}` }];
}

/** "x86-64-v3" and "x86-64-v2", but not "power9". */
function sameLadder(one: string, other: string): boolean {
  return one.replace(/\d+$/, "") === other.replace(/\d+$/, "");
}

/** As numbers, part by part: 2.9 before 2.10. */
function compareReleases(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.split(".").map(Number));
  const at = [0, 1, 2].find((index) => (a?.[index] ?? 0) !== (b?.[index] ?? 0));
  return at === undefined ? 0 : (a?.[at] ?? 0) - (b?.[at] ?? 0);
}
