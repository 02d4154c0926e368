/** The CPU of a live Linux machine, from /proc/cpuinfo: vendor, flags, and the x86-64 level that they reach. */
import { findX86Level } from "../cpu/level.js";

export interface CpuFacts {
  /** archspec's generic name for the level: "x86_64_v3" */
  readonly name: string;
  readonly vendor: string;
  readonly level?: string;
  readonly features: readonly string[];
}

/** The CPU that a text of /proc/cpuinfo describes; undefined where it is no x86-64. */
export function parseCpuInfo(text: string): CpuFacts | undefined {
  const value = (key: string): string => new RegExp(`^${key}\\s*:\\s*(.*)$`, "m").exec(text)?.[1]?.trim() ?? "";
  const features = value("flags")
    .split(/\s+/)
    .filter((flag) => flag !== "");
  const level = findX86Level(new Set(features));
  if (level === undefined) return undefined;
  const name = level === "x86-64-v1" ? "x86_64" : level.replaceAll("-", "_");
  return { name, vendor: value("vendor_id"), level, features: features.sort() };
}
