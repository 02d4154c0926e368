/** What a host must offer at least, as proposals H and J of OCI's working group name it. Each writes ranges in a way of its own. */
import type { Claims } from "./claims.js";
import { toCpuidNames } from "./cpuid-names.js";
import type { Attributes } from "./own-attributes.js";

/** @param from writes a range without an end */
export function toHostFeatures({ refusesBelow, madeFor }: Claims, from: (release: string) => string): Attributes {
  const kernel = refusesBelow.kernel ?? madeFor.kernel;
  const isa = refusesBelow.isa ?? madeFor.isa;
  const names = isa === undefined ? [] : toCpuidNames(isa);
  return {
    ...(names.length === 0 ? {} : { "oci.cpu.features": names.join(",") }),
    ...(kernel === undefined ? {} : { "oci.kernel.versions": from(kernel) }),
  };
}
