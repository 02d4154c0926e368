/** `containerspec inspect`: what an image holds, needs and offers, without any host. */
import { toDisplayTexts } from "./display-text.js";
import { listLibraries } from "./host/library-table.js";
import type { Limits } from "./image/limits.js";
import { toPlatformText } from "./image/platform.js";
import { INSPECT_VERSION, type InspectReport } from "./inspect-schema.js";
import { findMachineFacts } from "./loader/machine.js";
import { abiOf } from "./loader/identity.js";
import type { MatchOptions } from "./match-options.js";
import { createBaseline } from "./mounts/baseline.js";
import { findImageHazards } from "./mounts/image-hazards.js";
import { findMalformed } from "./mounts/subject.js";
import { openNeeds, type OpenedNeeds } from "./open-needs.js";
import { toDisplayPath } from "./rootfs/path.js";
import { judgeImage } from "./rules/judge.js";
import { describeStacks } from "./stacks/describe.js";
import { VERSION } from "./version.js";

export interface InspectOptions extends Pick<
  MatchOptions,
  "platform" | "reference" | "layerMode" | "verify" | "env" | "cache" | "stdin" | "onProgress"
> {
  readonly limits?: Partial<Limits>;
}

/** whose image is taken where an archive has several and none is named */
const USUAL_MACHINE = "x86_64";

/**
 * Describes the image at `source`: a file, a folder, or "-" for `options.stdin`.
 *
 * @throws ContainerspecError where the image cannot be read
 */
export async function inspect(source: string, options: InspectOptions = {}): Promise<InspectReport> {
  const needs = await openNeeds(source, USUAL_MACHINE, options);
  options.onProgress?.({ stage: "loading every program of the image", done: 0 });
  const { opened, side, described } = needs;
  const { image } = opened;
  const { family, version } = side.facts.libc;
  const { mpi, gpu, fabric } = describeStacks(opened.snapshot);
  return toDisplayTexts({
    schemaVersion: INSPECT_VERSION,
    tool: { name: "containerspec", version: VERSION },
    image: {
      source,
      ...(image.reference === undefined ? {} : { reference: image.reference }),
      digest: image.digest,
      platform: toPlatformText(image.platform),
    },
    libc: { family, ...(version === undefined ? {} : { version }) },
    floors: { ...described.need.floors },
    mpi: mpi[0] ?? null,
    mpis: [...mpi],
    gpu: [...gpu],
    fabric: [...fabric],
    drivers: described.need.drivers.map((driver) => ({ ...driver, by: [...driver.by] })),
    libraries: listFound(needs),
    hazards: listHazards(needs),
  });
}

function listFound({ opened, side: { subject } }: OpenedNeeds): InspectReport["libraries"] {
  const { like, loader } = subject;
  if (like === undefined) return [];
  return listLibraries(opened.snapshot, loader, like).map(({ name, realPath, elf }) => ({
    name: toDisplayPath(name),
    path: toDisplayPath(realPath),
    ...(elf.soname === undefined ? {} : { soname: toDisplayPath(elf.soname) }),
  }));
}

/** What the rules about images say where nobody mounts anything. */
function listHazards({ opened, side: { subject } }: OpenedNeeds): InspectReport["hazards"] {
  const { like } = subject;
  const machine = like === undefined ? undefined : findMachineFacts(abiOf(like))?.name;
  const findings = judgeImage({
    remarks: opened.remarks.map(({ code, message, path }) => ({
      code,
      message,
      ...(path === undefined ? {} : { path }),
    })),
    malformed: findMalformed(subject),
    hazards: findImageHazards(
      subject,
      createBaseline(subject, subject, () => true),
    ),
    ...(machine === undefined ? {} : { machine }),
  });
  return findings.map(({ rule, severity, message, subjects, evidence }) => ({
    rule,
    severity,
    message,
    subjects: [...subjects],
    evidence: evidence.map((one) => ({ ...one })),
  }));
}
