/** All that libraries need beside them, in the order in which it is told. */
import type { CompanionNeed } from "./companion-need.js";
import { FABRIC_COMPANIONS } from "./companions/fabric.js";
import { GPU_COMPANIONS } from "./companions/gpu.js";
import { GRAPHICS_COMPANIONS } from "./companions/graphics.js";
import { JOB_COMPANIONS } from "./companions/jobs.js";
import { NVIDIA_COMPANIONS } from "./companions/nvidia.js";

export const COMPANION_NEEDS: readonly CompanionNeed[] = [
  ...JOB_COMPANIONS,
  ...FABRIC_COMPANIONS,
  ...NVIDIA_COMPANIONS,
  ...GPU_COMPANIONS,
  ...GRAPHICS_COMPANIONS,
];
