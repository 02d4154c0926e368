/**
 * Extended attributes of a layer's files that change what a process sees: those that the kernel's overlayfs reads where a runtime
 * sets them, and file capabilities. Linux' overlayfs.rst; capabilities(7), "File capabilities".
 */
import type { LayerRemark } from "./layer-facts.js";

/** What overlayfs reads, in either of its two name spaces; the others that it writes (origin, impure) hide nothing. */
const OVERLAY = /^(?:trusted|user)\.overlay\.(?:opaque|redirect|metacopy|whiteout)$/;
export const OPAQUE = "trusted.overlay.opaque";
const CAPABILITY = "security.capability";
/** bytes of a capability's head (its version, and whether it is in effect at once) and of one pair of sets */
const HEAD = 4;
const PAIR = 8;

/** Whether an attribute is one of those that are looked at; all others may be let go. */
export function isAttributeRead(name: string): boolean {
  return name === CAPABILITY || OVERLAY.test(name);
}

/** The attributes of an entry that overlayfs would obey, as "name=value". */
function findOverlayAttributes(attributes: ReadonlyMap<string, string>): readonly string[] {
  return [...attributes].filter(([name]) => OVERLAY.test(name)).map(([name, value]) => `${name}=${value}`);
}

/** Whether an entry is a folder that hides what lower layers have in it, for runtimes that set its attribute. */
export function isOpaque(attributes: ReadonlyMap<string, string>): boolean {
  return attributes.get(OPAQUE) === "y";
}

/**
 * Whether a program with these attributes gets capabilities when it is started by somebody who has none: the kernel then tells its
 * loader so (AT_SECURE). Mirrors cap_bprm_creds_from_file (security/commoncap.c); a value that is too short counts as one.
 */
export function grantsCapabilities(attributes: ReadonlyMap<string, string>): boolean {
  const value = attributes.get(CAPABILITY);
  if (value === undefined) return false;
  const bytes = Buffer.from(value, "latin1");
  if (bytes.length < HEAD + PAIR) return true;
  if (((bytes[0] as number) & 1) !== 0) return true;
  const pairs = [HEAD, HEAD + PAIR].filter((at) => at + PAIR <= bytes.length);
  return pairs.some((at) => bytes.readUInt32LE(at) !== 0);
}

/** What the kernel's overlayfs takes for its own bookkeeping, and other ways to put layers together do not. */
export function* remarkOnOverlay(
  isNullDevice: boolean,
  attributes: ReadonlyMap<string, string>,
  path: string,
): Generator<LayerRemark> {
  if (isNullDevice) {
    yield {
      code: "null-device",
      message: `The layer has the character device 0/0 at ${path}: overlayfs takes it for a whiteout, which hides what lower layers have there, and an extractor makes it a device`,
      path,
    };
  }
  for (const attribute of findOverlayAttributes(attributes)) {
    yield {
      code: "overlay-attribute",
      message: `The layer sets ${attribute} on ${path}: some runtimes put that on disk, where overlayfs obeys it, and others do not`,
      path,
    };
  }
}
