/**
 * What ocifit writes of a Dockerfile or an image: seven facts in the shape of proposal J. It asks a language model for them; here they are
 * what files tell, and left out where none does.
 * Source: the compatibility artifact of compspec/ocifit.
 */
import { z } from "../../schema.js";
import type { Claims } from "../claims.js";
import { toFamily, toImplementation } from "../mpi-names.js";
import { NO_CLAIMS, toJson, type ArtifactFormat } from "../format.js";

const MEDIA_TYPE = "application/vnd.oci.image.compatibilities.v1+json";

/** Go's names of machines, which OCI's platforms have, too. */
const ARCHITECTURES: readonly (readonly [string, string])[] = [
  ["x86_64", "amd64"],
  ["aarch64", "arm64"],
  ["ppc64le", "ppc64le"],
  ["riscv64", "riscv64"],
  ["s390x", "s390x"],
];

const documentSchema = z.looseObject({
  mediaType: z.literal(MEDIA_TYPE),
  compatibilities: z.array(z.looseObject({ "compspec.architecture": z.string() })).length(1),
  annotations: z.record(z.string(), z.string()).optional(),
});

export const ocifit: ArtifactFormat = {
  name: "ocifit",
  title: "the artifact of ocifit",
  status: "draft",
  artifactType: MEDIA_TYPE,
  mediaType: MEDIA_TYPE,
  fileName: "ocifit.json",
  write: (claims) =>
    toJson({
      schemaVersion: "0.1.0",
      mediaType: MEDIA_TYPE,
      compatibilities: [toFacts(claims)],
      ...(claims.subject.reference === undefined ? {} : { annotations: { "compat.uri": claims.subject.reference } }),
    }),
  read: (document) => {
    const read = documentSchema.safeParse(document);
    if (!read.success) return undefined;
    const [facts = {}] = read.data.compatibilities as readonly Readonly<Record<string, unknown>>[];
    const {
      "compspec.architecture": architecture,
      "compspec.mpi_variant": variant,
      "compspec.mpi_version": release,
    } = facts;
    const machine = ARCHITECTURES.find(([, name]) => name === architecture)?.[0];
    const reference = read.data.annotations?.["compat.uri"];
    return {
      ...NO_CLAIMS,
      subject: reference === undefined ? {} : { reference },
      ...(machine === undefined ? {} : { machine }),
      mpi:
        typeof variant === "string"
          ? [{ family: toFamily(variant), ...(typeof release === "string" ? { version: release } : {}), path: "" }]
          : [],
    };
  },
};

function toFacts({ machine, subject, gpu, mpi, fabric }: Claims): Readonly<Record<string, unknown>> {
  const architecture = ARCHITECTURES.find(([name]) => name === machine)?.[1];
  const [first] = mpi;
  return {
    "compspec.architecture": architecture ?? machine ?? "",
    ...(subject.base === undefined ? {} : { "compspec.base_image": subject.base }),
    // That it has none it does not say: what opens libraries by computed names is not seen.
    ...(gpu.length === 0 ? {} : { "compspec.gpu": true }),
    ...(first === undefined
      ? {}
      : {
          "compspec.mpi_variant": toImplementation(first.family),
          ...(first.version === undefined ? {} : { "compspec.mpi_version": first.version }),
          "compspec.mpi_paths": mpi.map(({ path }) => path).sort(),
        }),
    ...(fabric.length === 0 ? {} : { "compspec.low_latency_networking": true }),
  };
}
