/** Words and evidence for static thread-local storage that has no room, or may have none: two rules tell of it. */
import type { StaticTlsShortage } from "../loader/problem.js";
import type { MountCase } from "../mounts/mount-case.js";
import type { Evidence } from "../report.js";
import { beginWithFile, nameFile } from "./wording.js";

/** Who wants storage at a fixed offset, and whose. */
export function nameShortage(mountCase: MountCase, { requiredBy, user }: StaticTlsShortage): string {
  const whose = user === requiredBy ? "" : ` of ${nameFile(mountCase, requiredBy)}`;
  return `${beginWithFile(mountCase, user)} insists on static thread-local storage${whose}`;
}

export function shortageEvidence({ size, available, alignment }: StaticTlsShortage): readonly Evidence[] {
  const [what, found] =
    alignment === undefined
      ? ["static thread-local storage in bytes", size]
      : ["alignment of static thread-local storage", alignment];
  const expected = alignment === undefined ? `at most ${available}` : "less";
  return [{ kind: "value", what, found: String(found), expected }];
}
