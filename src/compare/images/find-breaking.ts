/**
 * Which differences can break somebody, in one sentence each: who links with the image, calls its programs, or runs on it. What only
 * adds something, or only was built again, is left out.
 */
import { isPrivateNode } from "./compare-abi.js";
import type {
  BreakingDiff,
  DiffedLibrary,
  ExportedSymbol,
  FloorDiff,
  HazardsDiff,
  ImageDiff,
  LibraryDiff,
  SymbolDiff,
} from "./image-diff-schema.js";

/** names in a sentence; of more the number */
const MAX_NAMES = 3;

export function findBreaking(diff: Omit<ImageDiff, "breaking" | "same">): BreakingDiff[] {
  const { libraries, programs, floors, hazards } = diff;
  const found: BreakingDiff[] = [
    ...(libraries?.removed ?? []).map(tellGone),
    ...(libraries?.changed ?? []).flatMap(tellLibrary),
    ...(programs?.removed ?? []).map(({ path }) => tellProgram(path, "it is gone")),
    ...(programs?.changed ?? []).flatMap(({ path, interpreter }) =>
      interpreter === undefined
        ? []
        : [tellProgram(path, `its loader was ${interpreter.before ?? "none"} and is ${interpreter.after ?? "none"}`)],
    ),
    ...(floors ?? []).flatMap(tellFloor),
    ...(hazards?.added ?? []).map(tellHazard),
  ];
  const order = ["breaks", "unknown", "may-break"];
  return found.sort((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect));
}

function tellGone({ name, isFound, path }: DiffedLibrary): BreakingDiff {
  return isFound
    ? { part: "libraries", subject: name, effect: "breaks", message: "it is gone, and whoever needs it does not start" }
    : {
        part: "libraries",
        subject: name,
        effect: "may-break",
        message: `it is gone; only who names its folder found ${path}`,
      };
}

function tellLibrary({
  name,
  effect,
  before,
  after,
  symbols,
  versions,
  problem,
}: LibraryDiff): readonly BreakingDiff[] {
  if (effect === "compatible" || effect === "cosmetic") return [];
  // Of what has another name, nobody comes to miss a symbol.
  if (before.name !== after.name) {
    const message = `it was ${before.name}, and whoever needs that does not start`;
    return [{ part: "libraries", subject: name, effect, message }];
  }
  const told = [
    ...(problem === undefined ? [] : [`it cannot be read: ${problem}`]),
    ...tellSome(
      "version node",
      versions.removed.filter((version) => !isPrivateNode(version)),
    ),
    ...tellSome("symbol", symbols.removed.filter(isPublic).map(nameOf)),
    ...tellResized(symbols.changed.filter(isPublic)),
    ...(before.isFound && !after.isFound ? ["its loader does not find it any more by its name"] : []),
  ];
  return [{ part: "libraries", subject: name, effect, message: told.join("; ") }];
}

function tellSome(what: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, MAX_NAMES).join(", ");
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "";
  return [`${names.length} ${what}${names.length === 1 ? "" : "s"} gone: ${shown}${more}`];
}

function tellResized(symbols: readonly SymbolDiff[]): readonly string[] {
  const [first] = symbols;
  if (first === undefined) return [];
  const { before, after } = first;
  const how =
    before.kind === after.kind ? `${before.size} bytes, now ${after.size}` : `${before.kind}, now ${after.kind}`;
  const more = symbols.length > 1 ? ` and ${symbols.length - 1} more` : "";
  return [
    `${symbols.length} of its symbols ${symbols.length === 1 ? "is" : "are"} of another shape: ${nameOf(first)} (${how})${more}`,
  ];
}

function isPublic({ isPrivate }: Pick<ExportedSymbol, "isPrivate">): boolean {
  return isPrivate !== true;
}

function nameOf({ name, version }: Pick<ExportedSymbol, "name" | "version">): string {
  return version === undefined ? name : `${name}@${version}`;
}

function tellProgram(path: string, message: string): BreakingDiff {
  return { part: "programs", subject: path, effect: "may-break", message };
}

/** A kernel and a CPU are the machine's; another glibc only comes where somebody mounts it. */
function tellFloor({ floor, before, after, isRaised }: FloorDiff): readonly BreakingDiff[] {
  if (!isRaised) return [];
  const isOfMachine = floor === "kernel" || floor === "isa";
  const message = `it asks for ${after ?? ""}${before === null ? ", and asked for nothing" : ` instead of ${before}`}`;
  return [{ part: "floors", subject: floor, effect: isOfMachine ? "breaks" : "may-break", message }];
}

/** A hazard that an image has always had may be one that somebody lives with; a new one is not. */
function tellHazard({ rule, severity, message }: HazardsDiff["added"][number]): BreakingDiff {
  return { part: "hazards", subject: rule, effect: severity === "unknown" ? "unknown" : "may-break", message };
}
