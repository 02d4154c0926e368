/**
 * Whether a source is a compatibility artifact: a text in one of their forms, or an OCI layout that holds such texts and no image. What it is
 * is decided by its content.
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ARTIFACT_FORMATS, readArtifactDocument, type ReadArtifact } from "./artifacts/formats.js";
import { ContainerspecError } from "./errors.js";
import { parseDigest } from "./image/digest.js";
import { z } from "./schema.js";
import { parseYaml } from "./yaml.js";

/** bytes; what any of them has to say takes a few thousand */
const MAX_SIZE = 2 ** 18;

const descriptorSchema = z.looseObject({ digest: z.string() });
const indexSchema = z.looseObject({ manifests: z.array(descriptorSchema) });
const manifestSchema = z.looseObject({
  artifactType: z.string().optional(),
  layers: z.array(z.looseObject({ digest: z.string(), mediaType: z.string() })).length(1),
  subject: z.looseObject({ digest: z.string() }).optional(),
});

/**
 * The artifact at a source, which says the most where there are several.
 *
 * @returns undefined where it is something else, such as an image
 * @throws ContainerspecError digest-mismatch where a layout's blob is not what its digest says
 */
export async function findArtifact(source: string): Promise<ReadArtifact | undefined> {
  if (source === "-") return undefined;
  const info = await stat(source).catch(() => undefined);
  if (info?.isDirectory() === true) return findInLayout(source);
  if (info?.isFile() !== true || info.size > MAX_SIZE) return undefined;
  const text = await readText(source);
  return text === undefined ? undefined : parseArtifact(text);
}

function parseArtifact(text: string): ReadArtifact | undefined {
  const document = parseYaml(text, { scalars: "core" });
  return document.kind === "document" ? readArtifactDocument(document.value) : undefined;
}

/** @returns undefined where it cannot be read, or is no text; that it is none may be an error of whoever reads images */
async function readText(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes === undefined || bytes.length > MAX_SIZE || bytes.includes(0) ? undefined : bytes.toString("utf8");
}

/** Where a layout has anything but artifacts, it is an image's, which says more. */
async function findInLayout(folder: string): Promise<ReadArtifact | undefined> {
  const index = indexSchema.safeParse(toJson(await readText(join(folder, "index.json"))));
  if (!index.success || index.data.manifests.length === 0) return undefined;
  const found: ReadArtifact[] = [];
  for (const { digest } of index.data.manifests) {
    const manifest = manifestSchema.safeParse(toJson(await readBlob(folder, digest)));
    const [layer] = manifest.data?.layers ?? [];
    if (layer === undefined || !isKnownType(layer.mediaType)) return undefined;
    const artifact = parseArtifact((await readBlob(folder, layer.digest)) ?? "");
    const subject = manifest.data?.subject?.digest;
    // Whose digest the manifest names, it is; what the text says of that is an older word.
    if (artifact !== undefined) found.push(subject === undefined ? artifact : withSubject(artifact, subject));
  }
  const order = ({ format }: ReadArtifact): number => ARTIFACT_FORMATS.indexOf(format);
  return found.sort((a, b) => order(a) - order(b))[0];
}

function isKnownType(mediaType: string): boolean {
  return ARTIFACT_FORMATS.some((format) => format.mediaType === mediaType);
}

function withSubject({ format, claims }: ReadArtifact, digest: string): ReadArtifact {
  return { format, claims: { ...claims, subject: { ...claims.subject, digest } } };
}

function toJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readBlob(folder: string, digest: string): Promise<string | undefined> {
  const { algorithm, hex } = parseDigest(digest, "a descriptor");
  const text = await readText(join(folder, "blobs", algorithm, hex));
  if (text === undefined) return undefined;
  const found = createHash(algorithm).update(text).digest("hex");
  if (found === hex) return text;
  throw new ContainerspecError(
    "digest-mismatch",
    `Cannot trust a blob of ${folder}: its name says ${digest}, its content has ${algorithm}:${found}`,
    { image: folder },
  );
}
