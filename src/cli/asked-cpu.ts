/** The CPU that `--cpu` names. */
import { ContainerspecError, CPU_LEVELS, findNamedCpu } from "../index.js";

/** @throws ContainerspecError usage for a CPU that nobody knows */
export function checkCpu(cpu: string | undefined): void {
  if (cpu === undefined || findNamedCpu(cpu) !== undefined) return;
  const levels = CPU_LEVELS.join(", ");
  throw new ContainerspecError(
    "usage",
    `Cannot take '${cpu}' for --cpu: expected a level (${levels}) or a microarchitecture, such as zen4 or power9le; docs/cpu.md has them all`,
  );
}
