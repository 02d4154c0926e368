/** Which of the known forms a list is in: told by its content, since a file may be called anything. */
import { parseApptainerList } from "./apptainer.js";
import { toCdiList } from "./cdi.js";
import { toE4sList } from "./e4s-cl.js";
import { toPodmanHpcList } from "./podman-hpc.js";
import { toSarusList } from "./sarus.js";
import type { SiteList } from "./site-list.js";

/** The forms, for whoever gave something else. */
export const SITE_LISTS =
  "Apptainer's nvliblist.conf or rocmliblist.conf, a CDI specification, a module of podman-hpc, a hook of Sarus, or a profile of e4s-cl";

/**
 * The entries of a list; undefined where it is in none of the forms.
 *
 * @param text the file
 * @param data what it is as YAML or JSON, where it is that
 */
export function toSiteList(text: string, data: unknown): SiteList | undefined {
  const read = [toCdiList, toPodmanHpcList, toSarusList, toE4sList];
  return read.map((toList) => toList(data)).find((list) => list !== undefined) ?? parseApptainerList(text);
}
