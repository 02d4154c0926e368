/**
 * What a set that fails asks of the host beyond itself: for each trouble of a mounted file, the library that answers it at home. A
 * trouble of the image's own files asks for nothing: there a member is at fault.
 */
import { findSymbols } from "../elf/symbol-names.js";
import { isCLibraryPart } from "../mounts/c-library-part.js";
import type { Candidate } from "../mounts/candidates.js";
import type { LoadProblem } from "../loader/problem.js";
import { baseName } from "../rootfs/path.js";
import type { Members } from "./members.js";
import type { PlanWorld, Trial } from "./plan-world.js";

const SHN_UNDEF = 0;

/** More members, with the reason of each; none where nothing of the host would help. */
export function findNeeded(world: PlanWorld, members: Members, trial: Trial): Members {
  const { failures, mountedPaths, companions, landings } = trial;
  const names = new Set([...members.keys()].map(({ name }) => name));
  const needed = new Map<Candidate, string>();
  for (const { need, libraries, isThere, leadNowhere, landing } of companions) {
    const named = leadNowhere.flatMap(({ to }) => (to.includes("/") ? [] : (findByName(world, to) ?? [])));
    for (const one of [...(isThere || need.weight !== "needed" ? [] : libraries), ...named]) {
      if (names.has(one.name) || isCLibraryPart(one.name, one.elf)) continue;
      names.add(one.name);
      needed.set(one, `${landing.candidate.name} opens it: without it, ${need.without}`);
    }
  }
  for (const { problem } of failures) {
    if (!mountedPaths.has(problem.requiredBy)) continue;
    const by = findMounted(landings, problem.requiredBy);
    for (const [name, why] of namesAskedFor(world, problem, by)) {
      const answer = (by === undefined ? undefined : world.dependencies(by).get(name)) ?? findByName(world, name);
      if (answer === undefined || names.has(answer.name) || isCLibraryPart(answer.name, answer.elf)) continue;
      names.add(answer.name);
      needed.set(answer, `${baseName(problem.requiredBy)} ${why}`);
    }
  }
  return needed;
}

/** Names that the host has an answer to, and what each answers. */
function namesAskedFor(
  world: PlanWorld,
  problem: LoadProblem,
  by: Candidate | undefined,
): readonly (readonly [string, string])[] {
  switch (problem.kind) {
    case "library-not-found":
    case "library-not-loadable":
      return [[problem.name, "needs it"]];
    case "version-not-defined":
      return [[problem.file, `needs ${problem.version} of it, which the image's does not define`]];
    case "version-file-not-loaded":
      return [[problem.file, "needs a version of it"]];
    case "version-table-missing":
      return [[baseName(problem.provider), "needs a version of it, and the image's has none"]];
    case "symbol-not-defined": {
      const { symbol } = problem;
      const dependencies = by === undefined ? [] : [...world.dependencies(by)];
      return dependencies.flatMap(([name, { elf }]) =>
        definesSymbol(elf, symbol) ? [[name, `needs ${symbol} of it, which the image's does not define`] as const] : [],
      );
    }
    default:
      return [];
  }
}

function definesSymbol({ symbols }: Candidate["elf"], symbol: string): boolean {
  return [...findSymbols(symbols.names, symbol)].some((index) => symbols.section[index] !== SHN_UNDEF);
}

/** Who has a trouble: a member, or a plugin of one. */
function findMounted(landings: Trial["landings"], path: string): Candidate | undefined {
  const isAt = ({ target, mount }: Trial["landings"][number]): boolean => target === path || mount.target === path;
  return (landings.find(isAt) ?? landings.find(({ candidate }) => candidate.name === baseName(path)))?.candidate;
}

function findByName({ libraries }: PlanWorld, name: string): Candidate | undefined {
  return libraries.find((one) => one.name === name);
}
