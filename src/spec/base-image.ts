/**
 * What an image was made from, as far as it says so: the annotations of the OCI image-spec (annotations.md, `image.base.*`), and its
 * history, in which the build of a base usually ends with the CMD of that base. An image does not carry the list of its base's layers,
 * so how many of its own they are is a conclusion, and is told as one.
 */
import type { HistoryEntry } from "../image/documents.js";

export interface BaseImage {
  /** org.opencontainers.image.base.name */
  readonly name?: string;
  /** org.opencontainers.image.base.digest */
  readonly digest?: string;
  /** who says name and digest */
  readonly by?: "label" | "annotation";
  readonly layers?: BaseLayers;
}

export interface BaseLayers {
  /** layers of the base, counted from the first */
  readonly count: number;
  /** layers of the image */
  readonly of: number;
  /** the step of the history that ended the build of the base */
  readonly step: string;
}

const NAME = "org.opencontainers.image.base.name";
const DIGEST = "org.opencontainers.image.base.digest";
/** CMD as docker's old builder writes it, and as BuildKit and buildah do */
const CMD = /^(?:\/bin\/sh -c #\(nop\) +)?CMD\b/;

export interface ImageSource {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly history: readonly HistoryEntry[];
  /** how many layers the image has */
  readonly layers: number;
}

/** What is known of an image's base. */
export function findBaseImage({ labels, annotations, history, layers }: ImageSource): BaseImage {
  const [by, said] = [NAME, DIGEST].some((key) => annotations[key] !== undefined)
    ? (["annotation", annotations] as const)
    : (["label", labels] as const);
  const [name, digest] = [said[NAME], said[DIGEST]];
  const base = findBaseLayers(history, layers);
  return {
    ...(name === undefined ? {} : { name }),
    ...(digest === undefined ? {} : { digest }),
    ...(name === undefined && digest === undefined ? {} : { by }),
    ...(base === undefined ? {} : { layers: base }),
  };
}

/** The layers before the last CMD that further layers follow. Of a history that counts other layers than there are nothing follows. */
function findBaseLayers(history: readonly HistoryEntry[], layers: number): BaseLayers | undefined {
  if (history.filter(({ isEmptyLayer }) => !isEmptyLayer).length !== layers) return undefined;
  const last = history.findLastIndex(({ isEmptyLayer }) => !isEmptyLayer);
  const at = history.findLastIndex(
    ({ isEmptyLayer, createdBy }, index) => index < last && isEmptyLayer && CMD.test(createdBy),
  );
  if (at === -1) return undefined;
  const count = history.slice(0, at).filter(({ isEmptyLayer }) => !isEmptyLayer).length;
  const step = history[at]?.createdBy ?? "";
  return count === 0 ? undefined : { count, of: layers, step };
}
