/**
 * Proposal H of OCI's working group on image compatibility: sets of keys, of which one must hold, with ranges as intervals. Never adopted.
 * Source: docs/proposals/PROPOSAL_H.md of opencontainers/wg-image-compatibility.
 */
import { z } from "../../schema.js";
import { toJson, type ArtifactFormat } from "../format.js";
import { toHostFeatures } from "../host-features.js";
import { pickPrefixed, readOwnAttributes, toOwnAttributes, toPrefixed } from "../own-attributes.js";

/** Its document has nothing but the sets: with more it is another form's. */
const documentSchema = z.strictObject({
  compatibilities: z.array(z.record(z.string(), z.union([z.string(), z.number()]))).min(1),
});

export const ociH: ArtifactFormat = {
  name: "oci-h",
  title: "proposal H of OCI's working group on image compatibility",
  status: "draft",
  artifactType: "application/vnd.oci.image-compatibility.v1",
  mediaType: "application/vnd.oci.image-compatibility.spec.v1+json",
  fileName: "compatibility-h.json",
  write: (claims) =>
    toJson({
      compatibilities: [
        {
          ...toHostFeatures(claims, (release) => `[${release}, )`),
          ...toPrefixed(toOwnAttributes(claims)),
        },
      ],
    }),
  read: (document) => {
    const read = documentSchema.safeParse(document);
    if (!read.success) return undefined;
    // Of several sets nobody knows which one speaks of what is asked.
    const [set, ...others] = read.data.compatibilities;
    return readOwnAttributes(set === undefined || others.length > 0 ? {} : pickPrefixed(set));
  },
};
