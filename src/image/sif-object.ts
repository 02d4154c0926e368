/** Where an object of a SIF file is, held against the file: what its descriptor says may be anything. */
import type { ImageSection } from "./image-section.js";
import type { SifObject } from "./sif.js";

/** @throws ContainerspecError corrupt-image where the object does not lie within the file */
export function locateObject(
  { id, what, offset, size }: SifObject,
  whole: ImageSection,
): { readonly offset: number; readonly size: number } {
  if (offset < 0 || size < 0 || offset + size > whole.size)
    throw whole.error(
      "corrupt-image",
      `its object ${id}, ${what}, does not lie within its ${whole.size} bytes; it is cut short or damaged: copy it again`,
      0,
    );
  return { offset, size };
}
