/**
 * A SIF image of Apptainer or SingularityCE: which of its objects is the root that programs see, and whether it alone is. What cannot
 * be read, and would change what programs see, is an error and never left out in silence.
 * Mirrors Apptainer's pkg/image/sif.go: the one primary partition, and the overlays of its group.
 */
import type { FileHandle } from "node:fs/promises";
import { ContainerspecError } from "../errors.js";
import type { BlobSource } from "./blob-source.js";
import { NO_CONFIG, parseConfig, parseJson } from "./documents.js";
import { createSection, type ImageSection } from "./image-section.js";
import { checkDocumentSize, type Limits } from "./limits.js";
import { limitsOf, type FileInspector } from "./inspector.js";
import { openOciSif } from "./oci-sif.js";
import { locateObject } from "./sif-object.js";
import { parseSifHeader, parseSifObjects, SIF_HEADER_BYTES, tableBytes, type SifObject } from "./sif.js";
import { openSquashfsArchive, type SquashfsConfig } from "./squashfs-archive.js";

/** What Apptainer calls the config of the OCI image that a SIF was made from: SIFDescOCIConfigJSON. */
const OCI_CONFIG = "oci-config.json";

/** @throws ContainerspecError corrupt-image, unsupported-image */
export async function openSifArchive<Facts>(
  file: FileHandle,
  size: number,
  inspector: FileInspector<Facts>,
  source: string,
): Promise<BlobSource<Facts>> {
  const whole = createSection(file, source, 0, size);
  const objects = await readObjects(whole, limitsOf(inspector));
  if (objects.some(({ blob }) => blob?.isIndex === true)) return openOciSif(file, whole, objects, inspector);
  const primary = findPrimary(objects, source);
  checkOverlays(objects, primary, source);
  const config = await readConfig(file, { whole, limits: limitsOf(inspector) }, objects, primary);
  return openSquashfsArchive(file, toSection(file, whole, primary), config, inspector);
}

async function readObjects(whole: ImageSection, limits: Limits): Promise<readonly SifObject[]> {
  if (whole.size < SIF_HEADER_BYTES)
    throw whole.error("corrupt-image", "its SIF header is cut short; copy it again", 0);
  const table = parseSifHeader(await whole.read(0, SIF_HEADER_BYTES), limits);
  if ("problem" in table) throw whole.error(table.code ?? "corrupt-image", `as a SIF image, ${table.problem}`, 0);
  return parseSifObjects(await whole.read(table.offset, tableBytes(table)));
}

/** The one partition that is the root. */
function findPrimary(objects: readonly SifObject[], source: string): SifObject {
  const [primary, second] = objects.filter(({ partition }) => partition?.role === "primary");
  if (primary === undefined) {
    const held = [...new Set(objects.map(({ what }) => what))].sort().join(", ") || "nothing";
    throw new ContainerspecError(
      "not-an-image",
      `Cannot find an image in ${source}: as a SIF file it has no primary system partition, which a container starts from; it holds ${held}`,
      { image: source },
    );
  }
  if (second !== undefined) {
    throw new ContainerspecError(
      "corrupt-image",
      `Cannot read ${source}: its partitions ${primary.id} and ${second.id} both say that they are the primary one; remove one: apptainer sif del ID ${source}`,
      { image: source },
    );
  }
  const { fileSystem } = primary.partition ?? {};
  if (fileSystem === "encrypted")
    throw unsupported(
      source,
      "its partition is encrypted; decrypt it first: apptainer build --sandbox FOLDER, then apptainer build new.sif FOLDER",
    );
  if (fileSystem !== "squashfs")
    throw unsupported(
      source,
      `its partition is a file system of the kind ${fileSystem ?? "unknown"}, where squashfs was expected; build it again: apptainer build new.sif ${source}`,
    );
  return primary;
}

/**
 * An overlay lies over the root in every run, and may hold other libraries: without it any answer could be wrong. Apptainer takes
 * those of the root's group, and all of them where the root has none.
 */
function checkOverlays(objects: readonly SifObject[], primary: SifObject, source: string): void {
  const overlay = objects.find(
    ({ partition, group }) => partition?.role === "overlay" && (primary.group === 0 || group === primary.group),
  );
  if (overlay === undefined) return;
  throw unsupported(
    source,
    `its object ${overlay.id} is an overlay (${overlay.partition?.fileSystem ?? "unknown"}), which hides or changes files of the image and is not read; judge a copy without it: apptainer sif del ${overlay.id} COPY.sif`,
  );
}

/**
 * The platform that the partition tells, and the Env of the OCI image that it was made from, where that is there. Entry point, labels
 * and working folder are of no use: Apptainer starts a script of its own, in the folder of whoever calls it.
 */
async function readConfig(
  file: FileHandle,
  { whole, limits }: { readonly whole: ImageSection; readonly limits: Limits },
  objects: readonly SifObject[],
  primary: SifObject,
): Promise<SquashfsConfig> {
  const [object, second] = objects.filter(({ isJson, name }) => isJson && name === OCI_CONFIG);
  if (second !== undefined) throw whole.error("corrupt-image", `it has ${OCI_CONFIG} twice`, 0);
  const platform = { os: "linux", architecture: primary.partition?.architecture ?? "" };
  const none = { ...NO_CONFIG, platform, isEnvKnown: false };
  if (object === undefined) return none;
  checkDocumentSize(object.size, limits, `${OCI_CONFIG} in ${whole.source}`);
  const section = toSection(file, whole, object);
  const what = `${OCI_CONFIG} in ${whole.source}`;
  const { env } = parseConfig({ config: parseJson(await section.read(0, section.size), what) }, what);
  return { ...none, env, isEnvKnown: true };
}

/** The bytes of an object. @throws ContainerspecError corrupt-image */
function toSection(file: FileHandle, whole: ImageSection, object: SifObject): ImageSection {
  const { offset, size } = locateObject(object, whole);
  return createSection(file, whole.source, offset, size);
}

function unsupported(source: string, found: string): ContainerspecError {
  return new ContainerspecError("unsupported-image", `Cannot read ${source}: ${found}`, { image: source });
}
