/**
 * Proposal J of OCI's working group on image compatibility: what H says, in a document of its own media type that an index may point to.
 * Never adopted; ocifit writes its shape.
 * Source: docs/proposals/PROPOSAL_J.md of opencontainers/wg-image-compatibility.
 */
import { z } from "../../schema.js";
import { toJson, type ArtifactFormat } from "../format.js";
import { toHostFeatures } from "../host-features.js";
import { pickPrefixed, readOwnAttributes, toOwnAttributes, toPrefixed } from "../own-attributes.js";

const MEDIA_TYPE = "application/vnd.oci.image.compatibilities.v1+json";

const documentSchema = z.looseObject({
  mediaType: z.literal(MEDIA_TYPE),
  compatibilities: z.array(z.record(z.string(), z.unknown())).min(1),
});

export const ociJ: ArtifactFormat = {
  name: "oci-j",
  title: "proposal J of OCI's working group on image compatibility",
  status: "draft",
  artifactType: MEDIA_TYPE,
  mediaType: MEDIA_TYPE,
  fileName: "compatibilities-j.json",
  write: (claims) =>
    toJson({
      schemaVersion: "0.1.0",
      mediaType: MEDIA_TYPE,
      compatibilities: [
        { ...toHostFeatures(claims, (release) => `>=${release}`), ...toPrefixed(toOwnAttributes(claims)) },
      ],
    }),
  read: (document) => {
    const read = documentSchema.safeParse(document);
    if (!read.success) return undefined;
    const [set, ...others] = read.data.compatibilities;
    return readOwnAttributes(set === undefined || others.length > 0 ? {} : pickPrefixed(set));
  },
};
