/**
 * A specification of the Container Device Interface: what a runtime adds to a container for a device. The mounts of all its devices count.
 * Source: cncf-tags/container-device-interface, SPEC.md (cdiVersion, containerEdits.mounts.hostPath).
 */
import { fieldOf, listOf, toPathEntry, type SiteList } from "./site-list.js";

/** The mounts of a specification; undefined for other data. */
export function toCdiList(data: unknown): SiteList | undefined {
  if (typeof fieldOf(data, "cdiVersion") !== "string") return undefined;
  const edits = [data, ...listOf(fieldOf(data, "devices"))].map((holder) => fieldOf(holder, "containerEdits"));
  const paths = edits
    .flatMap((one) => listOf(fieldOf(one, "mounts")))
    .map((mount) => fieldOf(mount, "hostPath"))
    .filter((path) => typeof path === "string");
  return { format: "CDI specification", entries: [...new Set(paths)].map((path) => toPathEntry(path)) };
}
