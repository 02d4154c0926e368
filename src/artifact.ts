/** `containerspec artifact`: what an image needs and offers, in the forms that others read. */
import { toDisplayTexts } from "./display-text.js";
import { ARTIFACT_FORMATS } from "./artifacts/formats.js";
import type { Claims } from "./artifacts/claims.js";
import { MICROARCHITECTURES } from "./cpu/microarchitectures.js";
import { describeClaims } from "./describe-claims.js";
import { ContainerspecError } from "./errors.js";
import type { MatchOptions } from "./match-options.js";
import { openNeeds } from "./open-needs.js";
import { readCpuTable } from "./read-cpu.js";

export interface ArtifactOptions extends Omit<MatchOptions, "hosts" | "cpuLevel"> {
  /** names of forms */
  readonly formats: readonly string[];
}

/** An artifact in one form. */
export interface Artifact {
  readonly format: string;
  readonly artifactType: string;
  readonly mediaType: string;
  readonly fileName: string;
  readonly text: string;
}

export interface ImageArtifacts {
  readonly source: string;
  /** the image's manifest, as a descriptor names it; absent for a docker archive, which has none */
  readonly subject?: { readonly mediaType: string; readonly digest: string; readonly size: number };
  readonly artifacts: readonly Artifact[];
}

/** whose image is taken where an archive has several and none is named */
const USUAL_MACHINE = "x86_64";

/**
 * Artifacts of the image at `source`: a file, a folder, or "-" for `options.stdin`.
 *
 * @throws ContainerspecError where the image cannot be read, or there is no such form
 */
export async function describeArtifacts(source: string, options: ArtifactOptions): Promise<ImageArtifacts> {
  const { formats: names, cpuTable, ...others } = options;
  const formats = names.map((name) => {
    const format = ARTIFACT_FORMATS.find((one) => one.name === name);
    if (format !== undefined) return format;
    const known = ARTIFACT_FORMATS.map((one) => one.name).join(", ");
    throw new ContainerspecError("usage", `Cannot write an artifact as ${name}: expected one of ${known}`);
  });
  const table = cpuTable === undefined ? MICROARCHITECTURES : await readCpuTable(cpuTable);
  const opened = await openNeeds(source, USUAL_MACHINE, others);
  options.onProgress?.({ stage: "asking what the image needs", done: 0 });
  const claims: Claims = toDisplayTexts(describeClaims(opened, table));
  const { digest, manifest } = opened.opened.image;
  return {
    source,
    ...(manifest === undefined ? {} : { subject: { mediaType: manifest.mediaType, digest, size: manifest.size } }),
    artifacts: formats.map(({ name, artifactType, mediaType, fileName, write }) => ({
      format: name,
      artifactType,
      mediaType,
      fileName,
      text: write(claims),
    })),
  };
}
