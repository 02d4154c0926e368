/** What nobody makes: the machines themselves, with the name of `uname -m`, and the levels among them that compilers know. */
import { findLevelFeatures } from "../level.js";
import type { TargetRow } from "../microarchitecture.js";

const machine = (name: string): TargetRow => ({ name, parents: [] });

/** What an x86-64 level needs is said in one place. */
const x86Level = (name: string, ...parents: readonly string[]): TargetRow => ({
  name,
  parents,
  adds: (findLevelFeatures(name === "x86_64" ? "x86-64-v1" : name.replaceAll("_", "-")) ?? []).join(" "),
});

/**
 * Arm's versions say where a core stands and are told of no CPU by its features, which kernels and hypervisors hide: pointer
 * authentication and branch targets above all. What their code may use is in level.ts.
 */
const armVersion = (name: string, ...parents: readonly string[]): TargetRow => ({ name, parents });

export const GENERIC: readonly TargetRow[] = [
  machine("x86"),
  x86Level("x86_64"),
  x86Level("x86_64_v2", "x86_64"),
  x86Level("x86_64_v3", "x86_64_v2"),
  x86Level("x86_64_v4", "x86_64_v3"),
  machine("aarch64"),
  armVersion("armv8.1a", "aarch64"),
  armVersion("armv8.2a", "armv8.1a"),
  armVersion("armv8.3a", "armv8.2a"),
  armVersion("armv8.4a", "armv8.3a"),
  armVersion("armv8.5a", "armv8.4a"),
  armVersion("armv8.6a", "armv8.5a"),
  armVersion("armv9.0a", "armv8.5a"),
  armVersion("armv9.2a", "armv9.0a", "armv8.6a"),
  ...["arm", "ppc", "ppcle", "ppc64", "ppc64le", "riscv64", "s390x", "loongarch64", "sparc", "sparc64"].map(machine),
];
