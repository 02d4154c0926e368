/** What an image itself says that it was built for: a label with a microarchitecture, or the variant of its platform. */
import { findLevelFeatures } from "../cpu/level.js";
import type { Architecture } from "../loader/platform-abi.js";
import type { ImageNeed } from "./need.js";

/** Labels that name a microarchitecture as archspec does. */
const LABELS = ["io.archspec.cpu.target", "org.supercontainers.hardware.cpu.target"];

export function findTarget(
  labels: Readonly<Record<string, string>>,
  { architecture, variant }: Architecture,
): ImageNeed["target"] {
  for (const label of LABELS) {
    const name = labels[label] ?? "";
    // compspec writes the platform's name there, which says no more than the machine.
    if (name !== "" && !/^(?:amd64|arm64|x86_64|aarch64)$/.test(name)) return { name, by: `label ${label}` };
  }
  const version = /^v([2-4])$/.exec(variant ?? "")?.[1];
  if (architecture === "amd64" && version !== undefined) return { name: `x86-64-v${version}`, by: "platform variant" };
  const level = /^v(8\.[1-6]|9(?:\.2)?)$/.exec(variant ?? "")?.[1];
  const name = level === undefined ? undefined : `armv${level}-a`;
  return architecture === "arm64" && name !== undefined && findLevelFeatures(name) !== undefined
    ? { name, by: "platform variant" }
    : undefined;
}
