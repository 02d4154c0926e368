/** What `--profile` names: a set that is known by a word, or a list that a site already has, in a file. */
import { readFile } from "node:fs/promises";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { PROFILE_NAMES } from "./knowledge/profiles.js";
import type { SiteList } from "./profiles/site-list.js";
import { SITE_LISTS, toSiteList } from "./profiles/to-site-list.js";
import { parseYaml } from "./yaml.js";

export type AskedProfile =
  | { readonly kind: "named"; readonly name: string }
  /** `source` is the file */
  | { readonly kind: "list"; readonly source: string; readonly list: SiteList };

/**
 * A name, or else a file: one in the working folder that is called like a profile is named with its folder, as in ./mpi.
 *
 * @throws ContainerspecError usage, file-not-found
 */
export async function readProfileList(nameOrFile: string): Promise<AskedProfile> {
  if (PROFILE_NAMES.includes(nameOrFile)) return { kind: "named", name: nameOrFile };
  const text = await readFile(nameOrFile, "latin1").catch((error: unknown) => {
    const reason = findSystemReason(error);
    if (reason === undefined) throw error;
    throw new ContainerspecError(
      "usage",
      `Cannot use --profile ${nameOrFile}: ${reason}; expected one of ${PROFILE_NAMES.join(", ")}, or the file of a list: ${SITE_LISTS}`,
      { path: nameOrFile },
      { cause: error },
    );
  });
  const document = parseYaml(text, { scalars: "core" });
  const list = toSiteList(text, document.kind === "document" ? document.value : undefined);
  if (list === undefined || list.entries.length === 0) {
    throw new ContainerspecError(
      "usage",
      `Cannot use --profile ${nameOrFile}: ${list === undefined ? "it is in none of the forms that are known" : `this ${list.format} names no file`}; expected ${SITE_LISTS}`,
      { path: nameOrFile },
    );
  }
  return { kind: "list", source: nameOrFile, list };
}
