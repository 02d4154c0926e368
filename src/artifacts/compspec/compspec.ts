/**
 * CompatibilitySpec of compspec-go: lists of attributes, each under the name of a schema, all values texts.
 * Source: docs/README.md and types of compspec/compspec-go. Its own matcher compares for equality, so that what are bounds stands under a
 * name of our own, where nobody compares it with anything.
 */
import { z } from "../../schema.js";
import type { Claims } from "../claims.js";
import { NO_CLAIMS, toJson, type ArtifactFormat } from "../format.js";
import { toFamily, toImplementation } from "../mpi-names.js";
import { OWN_DOMAIN, readOwnAttributes, toOwnAttributes, type Attributes } from "../own-attributes.js";

const VERSION = "0.0.0";
const KIND = "CompatibilitySpec";
const SCHEMAS = {
  "io.archspec": "https://raw.githubusercontent.com/supercontainers/compspec/main/archspec/compspec.json",
  "org.supercontainers":
    "https://raw.githubusercontent.com/supercontainers/compspec/main/supercontainers/compspec.json",
};

const documentSchema = z.looseObject({
  kind: z.literal(KIND),
  compatibilities: z.array(
    z.looseObject({ name: z.string(), attributes: z.record(z.string(), z.string()).optional() }),
  ),
});

export const compspec: ArtifactFormat = {
  name: "compspec",
  title: "CompatibilitySpec of compspec-go",
  status: "in use",
  artifactType: "application/org.compspec",
  mediaType: "application/org.compspec",
  fileName: "compspec.json",
  write: (claims) =>
    toJson({
      version: VERSION,
      kind: KIND,
      metadata: { name: claims.subject.reference ?? claims.subject.digest ?? "image", schemas: SCHEMAS },
      compatibilities: [
        { name: "org.supercontainers", attributes: toSupercontainers(claims) },
        { name: "io.archspec", attributes: toArchspec(claims) },
        { name: OWN_DOMAIN, attributes: toOwnAttributes(claims) },
      ]
        .filter(({ attributes }) => Object.keys(attributes).length > 0)
        .map(({ name, attributes }) => ({ name, version: VERSION, attributes })),
    }),
  read: (document) => {
    const read = documentSchema.safeParse(document);
    if (!read.success) return undefined;
    const of = (name: string): Attributes =>
      Object.assign(
        {},
        ...read.data.compatibilities.filter((one) => one.name === name).map((one) => one.attributes ?? {}),
      ) as Attributes;
    return { ...NO_CLAIMS, ...readOwnAttributes(of(OWN_DOMAIN)), ...readSupercontainers(of("org.supercontainers")) };
  },
};

function toSupercontainers({ mpi: [mpi], os, gpu }: Claims): Attributes {
  return {
    ...(mpi === undefined
      ? {}
      : {
          "mpi.implementation": toImplementation(mpi.family),
          ...(mpi.version === undefined ? {} : { "mpi.version": mpi.version }),
        }),
    ...(os === undefined || os.id === ""
      ? {}
      : {
          "os.name": os.name,
          "os.vendor": os.id,
          // What a distribution without releases has: nothing.
          ...(os.versionId === "" ? {} : { "os.release": os.versionId, "os.version": os.versionId }),
        }),
    // That it has none it does not say: what opens libraries by computed names is not seen.
    ...(gpu.length === 0 ? {} : { "hardware.gpu.available": "yes" }),
  };
}

function toArchspec({ target }: Claims): Attributes {
  return target === undefined ? {} : { "cpu.target": target };
}

function readSupercontainers(attributes: Attributes): Pick<Claims, "mpi" | "os"> {
  const { "mpi.implementation": implementation, "mpi.version": version } = attributes;
  const { "os.name": name = "", "os.vendor": id = "", "os.version": versionId = "" } = attributes;
  return {
    mpi:
      implementation === undefined
        ? []
        : [{ family: toFamily(implementation), ...(version === undefined ? {} : { version }), path: "" }],
    ...(id === "" ? {} : { os: { id, versionId, name } }),
  };
}
