/**
 * The keys of a file of tests: those of container-structure-test's format 2.0.0 that a saved image can answer, the `elfBinaryTests` that
 * its users have asked for (its issue 258), and more keys for these. Every scalar is read as text, so that 2.40 stays what it is.
 */
import { X86_64_LEVELS } from "../cpu/level.js";
import { z } from "../schema.js";

const isTrue = z.enum(["true", "false"]).transform((text) => text === "true");
const only = z.literal("true").transform(() => true as const);
const path = z.string().regex(/^\//, "expected a path that begins with a slash");
const number = z
  .string()
  .regex(/^[0-9]{1,10}$/, "expected a number")
  .transform(Number);
const texts = z.array(z.string());

const elfTest = z.strictObject({
  name: z.string(),
  path,
  noMissingLibs: only.exactOptional(),
  noLoaderErrors: only.exactOptional(),
  libraries: texts.exactOptional(),
  excludedLibraries: texts.exactOptional(),
  versions: texts.exactOptional(),
  interpreter: z.string().exactOptional(),
  runpath: texts.exactOptional(),
  maxGlibc: z
    .string()
    .regex(/^2\.[0-9]{1,3}$/, "expected a release of glibc, such as 2.36")
    .exactOptional(),
  maxIsaLevel: z.enum(X86_64_LEVELS).exactOptional(),
  noExecutableStack: only.exactOptional(),
});

const fileTest = z.strictObject({
  name: z.string(),
  path,
  shouldExist: isTrue.exactOptional(),
  permissions: z
    .string()
    .regex(/^[a-zA-Z-]{1,4}[rwxsStT-]{9}$/, "expected permissions as in -rwxr-xr-x")
    .exactOptional(),
  uid: number.exactOptional(),
  gid: number.exactOptional(),
  isExecutableBy: z.enum(["owner", "group", "other", "any"]).exactOptional(),
});

const value = z
  .strictObject({ key: z.string(), value: z.string(), isRegex: isTrue.exactOptional() })
  .refine(({ value: pattern, isRegex }) => isRegex !== true || isPattern(pattern), {
    path: ["value"],
    message: "expected a regular expression",
  });

const metadataTest = z.strictObject({
  envVars: z.array(value).exactOptional(),
  unboundEnvVars: z.array(z.strictObject({ key: z.string(), value: z.string().exactOptional() })).exactOptional(),
  labels: z.array(value).exactOptional(),
  entrypoint: texts.exactOptional(),
  cmd: texts.exactOptional(),
  exposedPorts: texts.exactOptional(),
  unexposedPorts: texts.exactOptional(),
  volumes: texts.exactOptional(),
  unmountedVolumes: texts.exactOptional(),
  workdir: z.string().exactOptional(),
  user: z.string().exactOptional(),
});

export const testsSchema = z.strictObject({
  schemaVersion: z.literal("2.0.0"),
  elfBinaryTests: z.array(elfTest).exactOptional(),
  fileExistenceTests: z.array(fileTest).exactOptional(),
  metadataTest: metadataTest.exactOptional(),
});

/** A file of tests, as it was written. */
export type ImageTests = z.output<typeof testsSchema>;
export type ElfTest = NonNullable<ImageTests["elfBinaryTests"]>[number];
export type FileTest = NonNullable<ImageTests["fileExistenceTests"]>[number];
export type MetadataTest = NonNullable<ImageTests["metadataTest"]>;

/** The keys below a path, for a hint on one that there is not. */
export function knownKeys([part, ...rest]: readonly (string | number)[]): readonly string[] {
  if (part === "elfBinaryTests") return Object.keys(elfTest.shape);
  if (part === "fileExistenceTests") return Object.keys(fileTest.shape);
  if (part === "metadataTest") return rest.length === 0 ? Object.keys(metadataTest.shape) : ["key", "value", "isRegex"];
  return Object.keys(testsSchema.shape);
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
