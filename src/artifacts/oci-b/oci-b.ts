/**
 * Proposal B of OCI's working group on image compatibility: attributes of domains, which may stand in relations. Never adopted. What is
 * written has none: all of it must hold.
 * Source: docs/proposals/PROPOSAL_B.md of opencontainers/wg-image-compatibility.
 */
import { z } from "../../schema.js";
import { toJson, type ArtifactFormat } from "../format.js";
import { OWN_DOMAIN, readOwnAttributes, toOwnAttributes } from "../own-attributes.js";

const documentSchema = z.looseObject({
  spec: z.looseObject({
    compatibilities: z.array(
      z.looseObject({ id: z.string(), domain: z.string(), attributes: z.record(z.string(), z.unknown()) }),
    ),
  }),
});

export const ociB: ArtifactFormat = {
  name: "oci-b",
  title: "proposal B of OCI's working group on image compatibility",
  status: "draft",
  artifactType: "application/vnd.oci.image-compatibility.v1",
  mediaType: "application/vnd.oci.image-compatibility.spec.v1+json",
  fileName: "compatibility-b.json",
  write: (claims) =>
    toJson({ spec: { compatibilities: [{ id: "image", domain: OWN_DOMAIN, attributes: toOwnAttributes(claims) }] } }),
  read: (document) => {
    const read = documentSchema.safeParse(document);
    if (!read.success) return undefined;
    const own = read.data.spec.compatibilities.filter(({ domain }) => domain === OWN_DOMAIN);
    const texts = own.flatMap(({ attributes }) =>
      Object.entries(attributes).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
    return readOwnAttributes(Object.fromEntries(texts));
  },
};
