/** Where a SARIF result is shown: files of the image, with their layers, and of the host. */
import type { Report } from "../report.js";
import { toRelativeUri } from "./file-uri.js";
import { placeOf, type ListedFinding } from "./listed-finding.js";

/** What paths are below (3.14.14): nobody knows where the roots will be unpacked, so they have names and no address. */
export const BASES = { image: "IMAGE", host: "HOST" } as const;

/** GitHub takes a result with 1,000 places at most, and shows 100. */
const MAX_RELATED = 100;

/** Digests of layers by path of the files in them. */
export type LayerIndex = ReadonlyMap<string, string>;

export function createLayerIndex({ image }: Report): LayerIndex {
  return new Map(image.layers.flatMap(({ digest, files = [] }) => files.map((path) => [path, digest] as const)));
}

/** The one place of a result: the first file that it concerns; of a finding about no file, the image itself. */
export function locate(listed: ListedFinding, { image }: Report, layers: LayerIndex) {
  const path = placeOf(listed);
  if (path === undefined) return toLocation(image.source, undefined, undefined);
  // What lies where the library lands is the host's file now, and in no layer.
  const isCovered = path === listed.mount?.target;
  const layer = isCovered ? undefined : (layers.get(path) ?? layerInEvidence(listed, path));
  return toLocation(path, BASES.image, layer);
}

/** The mounted file first, then the other files that the finding concerns. */
export function relate(listed: ListedFinding, layers: LayerIndex) {
  const { finding, mount } = listed;
  const place = placeOf(listed);
  const others = finding.subjects.filter((path) => path !== mount?.target && path !== place);
  const related = [
    ...(mount === undefined
      ? []
      : [
          { ...toLocation(mount.source, BASES.host, undefined), message: { text: "the host's file" } },
          { ...toLocation(mount.target, BASES.image, undefined), message: { text: "where it is mounted" } },
        ]),
    ...others.map((path) => ({
      ...toLocation(path, BASES.image, layers.get(path)),
      message: { text: "is concerned too" },
    })),
  ];
  return related.slice(0, MAX_RELATED).map((location, id) => ({ id, ...location }));
}

function layerInEvidence({ finding }: ListedFinding, path: string): string | undefined {
  const files = finding.evidence.flatMap((one) => (one.kind === "file" && one.side === "image" ? [one] : []));
  return files.find((file) => file.path === path)?.layer;
}

/** Nobody reads a binary by lines, but GitHub shows no result without one. */
function toLocation(path: string, uriBaseId: string | undefined, layer: string | undefined) {
  const artifactLocation = { uri: toRelativeUri(path), ...(uriBaseId === undefined ? {} : { uriBaseId }) };
  return {
    physicalLocation: { artifactLocation, region: { startLine: 1 } },
    ...(layer === undefined
      ? {}
      : { logicalLocations: [{ name: layer, kind: "layer", fullyQualifiedName: `${layer}${path}` }] }),
  };
}
