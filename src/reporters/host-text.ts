/** A host for people: who it is, and how many libraries its loader finds; and a CPU alone. */
import type { HostSummary } from "../host/profile.js";
import { toDisplayText, toLogText } from "../display-text.js";
import { listStackRows, type Row } from "./stacks-text.js";
import { count, createStyle, joinNames, wrap, type Terminal } from "./terminal.js";

type Cpu = NonNullable<HostSummary["cpu"]>;

/** A profile as a short text. */
export function renderHost(profile: HostSummary, terminal: Terminal): string {
  const { name, libc, kernel, machine, cpu, libraries } = profile;
  const rows: readonly Row[] = [
    ["System", name === "" ? "unnamed" : name],
    ["C library", libc.version === undefined ? libc.family : `${libc.family} ${libc.version}`],
    ["Kernel", kernel ?? "unknown"],
    ["Machine", machine ?? "unknown"],
    ["CPU", cpu === undefined ? "unknown" : summarizeCpu(cpu)],
    ...(cpu === undefined ? [] : nearestRow(cpu)),
    ...listStackRows(profile),
    [
      "Libraries",
      `${count(libraries.length, "name")} that the loader finds; --format json lists them, -o writes a profile`,
    ],
  ];
  return renderRows(rows, terminal);
}

/** The CPU of a capture as a short text. */
export function renderCpu(
  { machine, cpu }: { readonly machine: string; readonly cpu: Cpu },
  terminal: Terminal,
): string {
  return renderRows([["Machine", machine], ["CPU", summarizeCpu(cpu)], ...nearestRow(cpu)], terminal);
}

/** "zen4 (AuthenticAMD), x86-64-v4, 98 features" */
function summarizeCpu({ name, vendor, level, features }: Cpu): string {
  const parts = [vendor === "" ? name : `${name} (${vendor})`, ...(level === undefined ? [] : [level])];
  if (features.length > 0) parts.push(count(features.length, "feature"));
  return parts.join(", ");
}

/** What it comes nearest to, where that is more than its name. */
function nearestRow({ nearest, missing = [] }: Cpu): readonly Row[] {
  return nearest === undefined || missing.length === 0
    ? []
    : [["Nearest", `${nearest}, of which ${joinNames(missing)} ${missing.length === 1 ? "is" : "are"} missing`]];
}

function renderRows(rows: readonly Row[], terminal: Terminal): string {
  const style = createStyle(terminal.color);
  const lines = rows.flatMap(([key, value]) => {
    const first = `${style.bold(key)}${" ".repeat(12 - key.length)}`;
    return wrap(toDisplayText(value), terminal.width, first, " ".repeat(12));
  });
  return toLogText(`${lines.join("\n")}\n`);
}
