/** The sides of a match, as its report has them. */
import type { ReadArtifact } from "./artifacts/formats.js";
import { toPlatformText } from "./image/platform.js";
import type { Host } from "./host/host.js";
import type { MatchedHost, MatchedImage } from "./match/matrix.js";
import type { MatchTarget } from "./match/target.js";
import type { OpenedNeeds } from "./open-needs.js";

export function toMatchedImage({ source, opened: { image }, side, described: { need } }: OpenedNeeds): MatchedImage {
  const { family, version } = side.facts.libc;
  return {
    source,
    ...(image.reference === undefined ? {} : { reference: image.reference }),
    digest: image.digest,
    platform: toPlatformText(image.platform),
    libc: { family, ...(version === undefined ? {} : { version }) },
    command: need.start.command,
    floors: need.floors,
    drivers: need.drivers,
    ...(need.code === undefined ? {} : { code: need.code }),
  };
}

/** What an artifact says of its image; "" where it does not. */
export function toClaimedImage(source: string, { format, claims }: ReadArtifact): MatchedImage {
  const { subject, libc = { family: "unknown" }, madeFor, refusesBelow, needs } = claims;
  const floors = { ...refusesBelow, ...madeFor };
  return {
    source,
    artifact: format.name,
    ...(subject.reference === undefined ? {} : { reference: subject.reference }),
    digest: subject.digest ?? "",
    platform: subject.platform ?? "",
    libc,
    command: [],
    floors,
    drivers: needs.map(({ name, project }) => ({ name, project, how: "needed", by: [], isThere: false })),
  };
}

export function toMatchedHost({ source, kernel }: Host, { name, machine, cpu }: MatchTarget): MatchedHost {
  const level = cpu.level?.isExact === true ? cpu.level.name : undefined;
  return {
    source,
    name,
    ...(machine === undefined ? {} : { machine }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(cpu.name === undefined && level === undefined
      ? {}
      : { cpu: { ...(cpu.name === undefined ? {} : { name: cpu.name }), ...(level === undefined ? {} : { level }) } }),
  };
}
