/**
 * The lock file: what tags were when somebody looked, so that a run without a network has the answers of one with it.
 * docs/lock.schema.json is made from the schema here.
 */
import { ContainerspecError } from "../errors.js";
import { z } from "../schema.js";

/** The version of the format that is written; every 1.x can be read. */
const LOCK_VERSION = "1.0.0";
const LOCK_KIND = "containerspec-lock";

/** A registry with its port, and a repository in it; patterns go into the published schema, where they have no flags. */
const REPOSITORY = "[A-Za-z0-9[][A-Za-z0-9.:[\\]-]{0,260}(?:/[a-z0-9][a-z0-9._-]{0,254})+";
const TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const digestSchema = z.string().regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/);
const tagSchema = z.string().regex(new RegExp(`^${TAG}$`));
const repositorySchema = z.string().regex(new RegExp(`^${REPOSITORY}$`));
const nameSchema = z.string().regex(new RegExp(`^${REPOSITORY}:${TAG}$`));

const imageSchema = z.object({
  digest: digestSchema.describe("of the index where there is one, else of the manifest"),
  platforms: z
    .record(z.string().regex(/^[a-z0-9._-]+\/[a-z0-9._-]+(?:\/[a-z0-9._-]+)?$/), digestSchema)
    .describe("platforms, such as linux/amd64, to the digest of the manifest for each"),
  created: z.string().exactOptional().describe("when the image was made, as its config says (RFC 3339)"),
});

export const lockSchema = z.object({
  schemaVersion: z.string().describe("the version of this format; a new major one when a field changes its meaning"),
  kind: z.literal(LOCK_KIND).describe("tells a lock file from other JSON"),
  images: z
    .record(nameSchema, imageSchema)
    .describe("full names with their tags, such as docker.io/library/debian:12, to what they stand for"),
  tags: z
    .record(repositorySchema, z.array(tagSchema))
    .describe("full names of repositories, such as docker.io/library/debian, to all tags of each, sorted"),
  gone: z.array(nameSchema).exactOptional().describe("full names whose tag there was not, sorted"),
});

export type Lock = z.infer<typeof lockSchema>;
export type LockedImage = z.infer<typeof imageSchema>;

export const EMPTY_LOCK: Lock = { schemaVersion: LOCK_VERSION, kind: LOCK_KIND, images: {}, tags: {} };

/** @param file its name in errors @throws ContainerspecError not-a-lock */
export function parseLock(text: string, file = "the lock file"): Lock {
  const refuse = (found: string): ContainerspecError =>
    new ContainerspecError("not-a-lock", `Cannot use ${file}: ${found}`, { path: file });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse("it is no JSON, where a lock file of containerspec was expected");
  }
  const head = z.object({ kind: z.literal(LOCK_KIND), schemaVersion: z.string() }).safeParse(json);
  if (!head.success) throw refuse(`it is JSON, but no lock file of containerspec (expected kind: ${LOCK_KIND})`);
  if (!head.data.schemaVersion.startsWith("1."))
    throw refuse(
      `its schemaVersion is ${head.data.schemaVersion}, and this release reads 1.x; a newer release may read it`,
    );
  const lock = lockSchema.safeParse(json);
  if (lock.success) return lock.data;
  const [issue] = lock.error.issues;
  throw refuse(`${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? "it does not fit the schema"}`);
}

/** Sorted, so that the same answers give the same bytes and a change is a line in a diff. */
export function renderLock({ images, tags, gone = [] }: Lock): string {
  const lock: Lock = {
    schemaVersion: LOCK_VERSION,
    kind: LOCK_KIND,
    images: Object.fromEntries(
      sortKeys(images).map(([name, { digest, platforms, created }]) => [
        name,
        { digest, platforms: Object.fromEntries(sortKeys(platforms)), ...(created === undefined ? {} : { created }) },
      ]),
    ),
    tags: Object.fromEntries(sortKeys(tags).map(([name, list]) => [name, sortTexts(list)])),
    ...(gone.length === 0 ? {} : { gone: sortTexts(gone) }),
  };
  return `${JSON.stringify(lock, undefined, 2)}\n`;
}

function sortKeys<Value>(record: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function sortTexts(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
