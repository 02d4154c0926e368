/** Those whose features nobody has to compare: POWER, where a generation tells all, and RISC-V's boards, which are told by name. */
import type { TargetRow } from "../microarchitecture.js";

export const IBM: readonly TargetRow[] = [
  { name: "power7", parents: ["ppc64"], generation: 7 },
  { name: "power8", parents: ["power7"], generation: 8 },
  { name: "power9", parents: ["power8"], generation: 9 },
  { name: "power10", parents: ["power9"], generation: 10 },
  { name: "power8le", parents: ["ppc64le"], generation: 8 },
  { name: "power9le", parents: ["power8le"], generation: 9 },
  { name: "power10le", parents: ["power9le"], generation: 10 },
];

export const SIFIVE: readonly TargetRow[] = [{ name: "u74mc", parents: ["riscv64"] }];

export const SPACEMIT: readonly TargetRow[] = [{ name: "x60", parents: ["riscv64"] }];
