/**
 * A capture: what somebody saved of a machine to tell its CPU. Four forms, told apart by what is in them: /proc/cpuinfo and `lscpu`
 * of Linux, `sysctl -a` of macOS, and recordings of the CPUID instruction.
 */
import type { CpuDescription } from "../description.js";
import { describeCpuid, isCpuid } from "./cpuid.js";
import { readBlocks } from "./fields.js";
import { describeLinuxCpu } from "./linux.js";
import { describeSysctl, isSysctl } from "./sysctl.js";

/** The CPU that a capture describes; of several processors the first that says what it is. Undefined where none does. */
export function readCapture(text: string): CpuDescription | undefined {
  if (isCpuid(text)) return describeCpuid(text);
  const blocks = [...readBlocks(toColons(text))];
  if (blocks.some(isSysctl)) return describeSysctl(new Map(blocks.flatMap((block) => [...block])));
  for (const block of blocks) {
    const found = describeLinuxCpu(block);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `lscpu --json` has the same pairs as its text; flattened, they are lines again. */
function toColons(text: string): string {
  if (!text.trimStart().startsWith("{")) return text;
  const pairs = text.matchAll(/"field"\s*:\s*"([^"]*?):?"\s*,\s*"data"\s*:\s*"([^"]*)"/g);
  return [...pairs].map(([, field = "", data = ""]) => `${field}: ${data}`).join("\n");
}
