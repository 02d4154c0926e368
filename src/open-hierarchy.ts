/**
 * A hierarchy of uptodate as it is: the folders that are named after tags of its image, and the Dockerfiles that it lacks. Each of those is
 * made of the newest one that is there.
 */
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { toFullName } from "./dockerfile/reference.js";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { findObstacle } from "./find-obstacle.js";
import { IGNORE_MARK, isDockerfileName } from "./find-update-files.js";
import type { TagSource } from "./registry/tag-source.js";
import { planHierarchy } from "./uptodate/plan-hierarchy.js";
import type { Hierarchy } from "./uptodate/uptodate-file.js";

/** Who forgets a filter gets all tags of an image, of which there may be thousands. */
const MAX_NEW = 100;

export interface NewDockerfile {
  readonly file: string;
  /** the file that it is made of, and the tag that this one is for */
  readonly copiedFrom: string;
  readonly oldTag: string;
  readonly tag: string;
  /** what else lies beside the one that it is made of */
  readonly others: readonly string[];
  /** why it cannot be put there, where something is in its way */
  readonly obstacle?: string;
}

export interface OpenHierarchy {
  /** as it is written in uptodate.yaml */
  readonly image: string;
  /** paths of the folders that are named after tags, and have a Dockerfile */
  readonly folders: readonly string[];
  readonly added: readonly NewDockerfile[];
}

/**
 * @param file its uptodate.yaml
 * @throws ContainerspecError file-not-found where there is nothing to make a Dockerfile of; limit-exceeded; what `source` throws
 */
export async function openHierarchy(
  file: string,
  { name: image, choice }: Hierarchy,
  source: TagSource,
): Promise<OpenHierarchy> {
  const folder = dirname(file);
  const found = await listFolders(folder);
  const tags = await source.listTags(toFullName(image));
  const templates = new Map(found.flatMap(({ tag, template }) => (template === undefined ? [] : [[tag, template]])));
  const present = found.map(({ tag }) => tag);
  const { missing, newest } = planHierarchy(tags, { present, templates: [...templates.keys()] }, choice);
  const folders = present.filter((tag) => tags.includes(tag)).map((tag) => join(folder, tag));
  const [first] = missing;
  if (first === undefined) return { image, folders, added: [] };
  const refuse = (code: "limit-exceeded" | "file-not-found", why: string): ContainerspecError =>
    new ContainerspecError(code, `Cannot make the Dockerfiles that ${file} asks for: ${why}`, { path: file });
  if (missing.length > MAX_NEW) {
    throw refuse(
      "limit-exceeded",
      `${missing.length} tags of ${image} have no folder, and at most ${MAX_NEW} are made at once; filter, startat and endat leave tags out`,
    );
  }
  const template = newest === undefined ? undefined : templates.get(newest);
  if (newest === undefined || template === undefined) {
    const example = join(folder, first, "Dockerfile");
    throw refuse(
      "file-not-found",
      `no folder of a tag has a Dockerfile to make them of; write one, such as ${example}`,
    );
  }
  const { others } = template;
  const toNew = async (tag: string): Promise<NewDockerfile> => {
    const file = join(folder, tag, basename(template.file));
    const obstacle = await findObstacle(folder, tag);
    return {
      ...{ file, copiedFrom: template.file, oldTag: newest, tag, others },
      ...(obstacle === undefined ? {} : { obstacle }),
    };
  };
  return { image, folders, added: await Promise.all(missing.map(toNew)) };
}

interface TagFolder {
  readonly tag: string;
  /** its Dockerfile, where that is plainly named, and what lies beside it */
  readonly template?: { readonly file: string; readonly others: readonly string[] };
}

/** The folders in a folder that have a Dockerfile, or say that they are none of ours. A link to a folder is one. */
async function listFolders(folder: string): Promise<readonly TagFolder[]> {
  try {
    const found = await Promise.all((await readdir(folder)).map((name) => findFolder(folder, name)));
    return found.filter((one) => one !== undefined);
  } catch (cause) {
    const reason = findSystemReason(cause);
    if (reason === undefined) throw cause;
    throw new ContainerspecError(
      "file-not-found",
      `Cannot look into ${folder}: ${reason}`,
      { path: folder },
      { cause },
    );
  }
}

async function findFolder(parent: string, tag: string): Promise<TagFolder | undefined> {
  const path = join(parent, tag);
  const entry = await stat(path).catch(() => undefined);
  if (entry?.isDirectory() !== true) return undefined;
  const files = await readdir(path);
  const plain = ["Dockerfile", "Containerfile"].find((name) => files.includes(name));
  if (!files.some((name) => isDockerfileName(name) || name === IGNORE_MARK)) return undefined;
  if (plain === undefined) return { tag };
  return { tag, template: { file: join(path, plain), others: files.filter((name) => name !== plain).sort() } };
}
