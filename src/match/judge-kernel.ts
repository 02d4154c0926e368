/**
 * The kernel, beyond what the loader itself says of it: where it is not known, or where a loader since 2.36 would start on one that its
 * glibc was never made for.
 */
import { compareReleases } from "../spec/releases.js";
import type { Question } from "./question.js";
import type { Reason } from "./reason.js";

export function judgeKernel({ need, target: { kernel } }: Question): readonly Reason[] {
  const { floors, kernelCheck } = need;
  if (floors.kernel === undefined) return [];
  const isEnough = kernel !== undefined && compareReleases(kernel.release.join("."), floors.kernel) >= 0;
  if (isEnough) return [];
  if (kernel?.isExact !== true) {
    const message = `The image's C library wants Linux ${floors.kernel} or later, and the host's kernel is not known`;
    return [{ id: "kernel-unknown", verdict: "unknown", message, subjects: [] }];
  }
  // The loader itself refuses: that is told with what it refuses.
  if (kernelCheck === "loader") return [];
  const why =
    kernelCheck === "none"
      ? "since glibc 2.36 nothing refuses to start, and system calls may be missing"
      : "a static program refuses to start where its glibc is older than 2.36, which it does not tell";
  const message = `The image's C library was made for Linux ${floors.kernel} and later, and the host has ${kernel.release.join(".")}: ${why}`;
  return [{ id: "kernel-unsupported", verdict: "unknown", message, subjects: [] }];
}
