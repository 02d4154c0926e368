/** Floors that were raised or lowered: what a machine must offer at least. */
import { compareLibraryNames } from "../../loader/version-order.js";
import type { FloorDiff } from "./image-diff-schema.js";
import type { BothSides, ImageSide } from "./image-side.js";

export function compareFloors({ before, after }: BothSides<Pick<ImageSide, "floors">>): FloorDiff[] {
  const names = [...new Set([...Object.keys(before.floors), ...Object.keys(after.floors)])];
  return names.flatMap((floor) => {
    const [old, now] = [before.floors[floor], after.floors[floor]];
    if (old === now) return [];
    const isRaised = now !== undefined && (old === undefined || compareLibraryNames(now, old) > 0);
    return [{ floor, before: old ?? null, after: now ?? null, isRaised }];
  });
}
