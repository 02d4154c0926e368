/** A host for people: who it is, and how many libraries its loader finds. */
import type { HostProfile } from "../host/profile-schema.js";
import { toDisplayText } from "../display-text.js";
import { count, createStyle, wrap, type Terminal } from "./terminal.js";

type Cpu = NonNullable<HostProfile["cpu"]>;

/** "x86_64_v4 (AuthenticAMD), x86-64-v4, 98 features; nearest: zen4, which has flush_l1d, pku too" */
function describeCpu({ name, vendor, level, features, nearest = name, missing = [] }: Cpu): string {
  const parts = [vendor === "" ? name : `${name} (${vendor})`, ...(level === undefined ? [] : [level])];
  if (features.length > 0) parts.push(count(features.length, "feature"));
  const near = missing.length === 0 ? "" : `; nearest: ${nearest}, which has ${missing.join(", ")} too`;
  return parts.join(", ") + near;
}

/** A profile as a short text. */
export function renderHost(profile: HostProfile, terminal: Terminal): string {
  const style = createStyle(terminal.color);
  const { name, libc, kernel, machine, cpu, libraries } = profile;
  const rows: readonly (readonly [string, string])[] = [
    ["System", name === "" ? "unnamed" : name],
    ["C library", libc.version === undefined ? libc.family : `${libc.family} ${libc.version}`],
    ["Kernel", kernel ?? "unknown"],
    ["Machine", machine ?? "unknown"],
    ["CPU", cpu === undefined ? "unknown" : describeCpu(cpu)],
    [
      "Libraries",
      `${count(libraries.length, "name")} that the loader finds; --format json lists them, -o writes a profile`,
    ],
  ];
  return `${rows.flatMap(([key, value]) => wrap(toDisplayText(value), terminal.width, `${style.bold(key)}${" ".repeat(12 - key.length)}`, " ".repeat(12))).join("\n")}\n`;
}
