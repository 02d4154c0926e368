/** The rows of a report whose mounts were judged together. */
import { toCompanionMounts, toCompanionNames } from "./companion-rows.js";
import type { JudgedSet } from "./judge-set.js";
import { isUnreached, type Fate } from "./mounts/fate.js";
import { WORKING_VERDICTS, type Finding, type MountReport } from "./report.js";
import { baseName, toDisplayPath } from "./rootfs/path.js";

/** One row for each library and each bind of a set: all have its verdict, and the findings that speak of their own files. */
export function toSetRows({ mountCase, judgement, candidates, binds, companions }: JudgedSet): readonly MountReport[] {
  const along = { companions: toCompanionNames(companions), companionMounts: toCompanionMounts(companions) };
  const toRow = (source: string, target: string, fates: readonly Fate[]): MountReport => {
    const paths = new Set(fates.map(({ landing }) => toDisplayPath(landing.target)));
    const [soname, ...others] = new Set(fates.map(({ landing }) => landing.candidate.elf.soname));
    const changesNothing = fates.length > 0 && fates.every(isUnreached);
    return {
      soname: toDisplayPath(baseName(target)),
      ...(soname === undefined || others.length > 0 ? {} : { dtSoname: toDisplayPath(soname) }),
      source: toDisplayPath(source),
      target: toDisplayPath(target),
      loader: judgement.loader,
      verdict: changesNothing && WORKING_VERDICTS.has(judgement.verdict) ? "no-effect" : judgement.verdict,
      ...along,
      suggested: [],
      suggestedMounts: [],
      consumers: new Set(fates.flatMap(({ consumers }) => consumers)).size,
      broken: Math.max(0, ...fates.map(({ broken }) => broken)),
      latent: Math.max(0, ...fates.map(({ latent }) => latent)),
      findings: judgement.findings.filter((finding) => mentions(finding, paths)),
    };
  };
  const [single, bound] = [mountCase.fates.slice(0, candidates.length), mountCase.fates.slice(candidates.length)];
  const fateOf = new Map(bound.map((fate) => [fate.landing, fate]));
  return [
    ...single.map((fate) => toRow(fate.landing.candidate.realPath, fate.landing.target, [fate])),
    ...binds.map(({ source, target, landings }) =>
      toRow(
        source,
        target,
        landings.flatMap((landing) => fateOf.get(landing) ?? []),
      ),
    ),
  ];
}

/** Whether a finding is about one of these files: as the one that is concerned, or as part of the evidence. */
function mentions({ subjects, evidence }: Finding, paths: ReadonlySet<string>): boolean {
  return (
    subjects.some((path) => paths.has(path)) ||
    evidence.some((one) => Object.values(one).some((value) => typeof value === "string" && paths.has(value)))
  );
}
