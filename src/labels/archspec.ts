/**
 * For which CPUs an image is: io.archspec.cpu.*, in archspec's names. What its files ask for by notes, and what its code uses throughout,
 * is the least that it needs; which model it was tuned for does not stand in it.
 */
import { normalizeMachine } from "../cpu/description.js";
import { MICROARCHITECTURES } from "../cpu/microarchitectures.js";
import { findMachine, runsByName } from "../cpu/order.js";
import type { InspectReport } from "../inspect-schema.js";
import { NOTHING, type Derived, type Label, type LabelFamily } from "./family.js";

const FAMILY = "io.archspec.cpu.family";
const TARGET = "io.archspec.cpu.target";
const VENDOR = "io.archspec.cpu.vendor";

export const ARCHSPEC_LABELS: LabelFamily = {
  keys: [
    { key: FAMILY, compare: "own" },
    { key: TARGET, compare: "own" },
    { key: VENDOR, compare: "own" },
  ],
  derive(report) {
    const { machine } = report;
    if (machine === undefined || !MICROARCHITECTURES.targets.has(machine)) return NOTHING;
    const family: Label = { key: FAMILY, value: machine, evidence: [`its programs are for ${machine}`] };
    const target = deriveTarget(report, machine);
    return { ...target, labels: [family, ...target.labels] };
  },
  holds(key, value, report) {
    const { machine } = report;
    if (machine === undefined) return undefined;
    if (key === FAMILY) return normalizeMachine(value) === machine;
    if (key === VENDOR) return undefined;
    return holdsTarget(value, report, machine);
  },
};

function deriveTarget({ floors, code }: InspectReport, machine: string): Derived {
  const label = (level: string, evidence: string): Derived => {
    const value = toTarget(level, machine);
    const vendor = MICROARCHITECTURES.targets.get(value)?.vendor ?? "";
    const labels = [TARGET, VENDOR].map((key) => ({
      key,
      value: key === TARGET ? value : vendor === "" ? "generic" : vendor,
      evidence: [evidence],
    }));
    return { labels };
  };
  const used = code !== null && code.level > (floors.isa ?? "") ? code : undefined;
  if (used?.confidence === "high")
    return label(used.level, `${used.by[0] ?? "its code"} uses ${used.level} throughout`);
  if (used?.confidence === "medium") {
    const reason = `${used.by[0] ?? "its code"} uses ${used.level}, and whether it chooses when it runs is not plain`;
    return { labels: [], undecided: [{ key: TARGET, reason }] };
  }
  if (floors.isa !== undefined) return label(floors.isa, `its files ask for ${floors.isa}`);
  return label("", "none of its files asks for more, or uses more than every such CPU has");
}

/**
 * A target is untrue where another machine's programs are in the image, or where what they need is more than it has. That the code needs
 * less proves nothing: it may have been tuned, or chosen its code, for a better one.
 */
function holdsTarget(value: string, report: InspectReport, machine: string): boolean | undefined {
  const own = normalizeMachine(value);
  const name = own === machine ? machine : value.replaceAll("-", "_");
  if (!MICROARCHITECTURES.targets.has(name)) return undefined;
  if (findMachine(MICROARCHITECTURES, name) !== machine) return false;
  const needed = deriveTarget(report, machine).labels.find(({ key }) => key === TARGET)?.value;
  if (needed === undefined) return undefined;
  if (name === needed) return true;
  return runsByName(MICROARCHITECTURES, needed, name) ? undefined : false;
}

/** "x86-64-v3" is x86_64_v3 in archspec's table, and "armv8.1-a" armv8.1a; what every CPU of the machine has is the machine itself. */
function toTarget(level: string, machine: string): string {
  const name = level.startsWith("armv") ? level.replace("-a", "a") : level.replaceAll("-", "_");
  return MICROARCHITECTURES.targets.has(name) ? name : machine;
}
