/**
 * What a CPU is, whatever it shows: by the name that its system gives, by its number, or by what it resembles. Where that is more
 * than its name says, something is missing: hidden by firmware or a hypervisor, or not yet known to its kernel.
 */
import type { CpuDescription } from "./description.js";
import type { CpuTable, Microarchitecture } from "./microarchitecture.js";
import { runsByName } from "./order.js";

/** The microarchitecture that a system names; of Apple's, which count upwards, the last known before one that is not known yet. */
export function findCalled({ targets }: CpuTable, { called = "" }: CpuDescription): Microarchitecture | undefined {
  const digits = /^m(\d{1,3})$/.exec(called)?.[1];
  if (digits === undefined) return targets.get(called);
  for (let number = Number(digits); number > 0; number -= 1) {
    const known = targets.get(`m${number}`);
    if (known !== undefined) return known;
  }
  return undefined;
}

/**
 * The microarchitecture of the same maker that a CPU is by its number, or resembles most by its features.
 *
 * @param named what it is by all that it shows
 * @returns undefined where that is its name already, or less
 */
export function findNearest(
  table: CpuTable,
  ofMaker: readonly Microarchitecture[],
  named: Microarchitecture | undefined,
  described: CpuDescription,
  missingOf: (target: Microarchitecture) => readonly string[],
): Microarchitecture | undefined {
  const numbered = ofMaker.findLast((target) => hasNumber(target, described));
  const nearest = numbered ?? findMostAlike(ofMaker, named, missingOf);
  if (nearest === undefined || missingOf(nearest).length === 0) return undefined;
  return named !== undefined && runsByName(table, nearest.name, named.name) ? undefined : nearest;
}

function hasNumber(
  { parts = [], models = [], fromStepping = 0 }: Microarchitecture,
  described: CpuDescription,
): boolean {
  if (described.part !== undefined) return parts.includes(described.part);
  const { family, model, stepping = 0 } = described.model ?? { family: -1, model: -1 };
  return (
    stepping >= fromStepping &&
    models.some(([of, first, last = first]) => of === family && model >= first && model <= last)
  );
}

/** A feature that is there speaks for a microarchitecture as one that is missing speaks against it; of equals the first. */
function findMostAlike(
  ofMaker: readonly Microarchitecture[],
  named: Microarchitecture | undefined,
  missingOf: (target: Microarchitecture) => readonly string[],
): Microarchitecture | undefined {
  const likeness = (target: Microarchitecture): number => target.features.length - 2 * missingOf(target).length;
  let best = named;
  for (const target of ofMaker) {
    if (target.features.length > 0 && likeness(target) > (best === undefined ? 0 : likeness(best))) best = target;
  }
  return best;
}
