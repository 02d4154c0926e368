/** The kernel modules of a live machine that drivers talk to, with their versions. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { KERNEL_MODULES } from "../knowledge/kernel-modules.js";
import type { LoadedModule } from "../stacks/schema.js";

/** "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  …", and "… Open Kernel Module for x86_64  595.91.07  …" */
const NVRM = /^NVRM version:.*?Kernel Module\b.*?\s(\d{3,}\.\d+(?:\.\d+)?)\s/m;

/**
 * Those that are loaded, or built in with parameters.
 *
 * @param base the folder that holds sys and proc
 */
export function readKernelModules(base = "/"): readonly LoadedModule[] {
  return KERNEL_MODULES.flatMap(({ module, family }): LoadedModule[] => {
    const folder = join(base, "sys/module", module);
    if (!existsSync(folder)) return [];
    const version = readText(join(folder, "version"))?.trim() ?? (module === "nvidia" ? readNvrm(base) : undefined);
    return [{ name: module, family, ...(version === undefined || version === "" ? {} : { version }) }];
  });
}

function readNvrm(base: string): string | undefined {
  return NVRM.exec(readText(join(base, "proc/driver/nvidia/version")) ?? "")?.[1];
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
