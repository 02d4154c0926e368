/**
 * The OCI-SIF of SingularityCE 4: a SIF file that holds an OCI image, each blob of it in an object of its own, named by its digest, and
 * the index of the image in another. Its layers are squashfs file systems, or the tars that they were made from.
 * sylabs/oci-tools, pkg/sif; sylabs/sif, pkg/sif: descriptor.go, ociBlob.
 */
import type { FileHandle } from "node:fs/promises";
import { ContainerspecError } from "../errors.js";
import type { BlobSource } from "./blob-source.js";
import type { ImageSection } from "./image-section.js";
import type { FileInspector } from "./inspector.js";
import { createRangeSource } from "./range-source.js";
import type { FileRange } from "./range-reader.js";
import type { SifObject } from "./sif.js";
import { locateObject } from "./sif-object.js";

/** @throws ContainerspecError corrupt-image where it has a second image, or an object twice */
export function openOciSif<Facts>(
  file: FileHandle,
  whole: ImageSection,
  objects: readonly SifObject[],
  inspector: FileInspector<Facts>,
): BlobSource<Facts> {
  const { source } = whole;
  const ranges = new Map<string, FileRange>();
  for (const object of objects) {
    checkPartition(object, source);
    if (object.blob === undefined) continue;
    const name = object.blob.isIndex ? "index.json" : `blobs/${object.blob.digest.replace(":", "/")}`;
    if (ranges.has(name))
      throw new ContainerspecError(
        "corrupt-image",
        `Cannot read ${source}: it holds ${name} twice, of which runtimes take neither; its second one is object ${object.id}`,
        { image: source },
      );
    ranges.set(name, { fd: file.fd, ...locateObject(object, whole) });
  }
  const names = new Set(ranges.keys());
  return createRangeSource({ file, source, inspector, names, remarks: [], find: (name) => ranges.get(name) });
}

/** A root of its own beside the OCI image, or something that lies over one: which of them a runtime starts cannot be known. */
function checkPartition({ id, partition }: SifObject, source: string): void {
  if (partition?.role !== "primary" && partition?.role !== "overlay") return;
  throw new ContainerspecError(
    "corrupt-image",
    `Cannot read ${source}: beside an OCI image it has the ${partition.role} partition ${id}, where an image is in one of the two forms`,
    { image: source },
  );
}
