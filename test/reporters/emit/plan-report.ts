/** A report with a plan, for emitters: only what they read. */
import type { MountPlan, PlanMount, Report } from "../../../src/index.js";
import { toDisplayPath } from "../../../src/rootfs/path.js";

/** A file, over one of the image or, where `covers` is empty, at a new place; paths are byte strings. */
export function mount(source: string, target: string, covers: string = target): PlanMount {
  return {
    source: toDisplayPath(source),
    target: toDisplayPath(target),
    kind: "file",
    ...(covers === "" ? {} : { covers: toDisplayPath(covers) }),
    why: "asked for",
  };
}

export function planOf(mounts: readonly PlanMount[], more: Partial<MountPlan> = {}): MountPlan {
  return {
    ...{ works: true, verdict: "safe", placement: "over", mounts },
    ...{ environment: [], devices: [], kept: [], reasons: [], advice: [] },
    ...more,
  };
}

export function reportOf(
  plan: MountPlan,
  image: { readonly reference?: string; readonly source?: string } = {},
): Report {
  return { image: { source: "app.tar", ...image }, plan } as unknown as Report;
}
