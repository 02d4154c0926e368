/**
 * A profile of e4s-cl, as `e4s-cl profile dump` writes it: libraries and files of the host by their paths.
 * Source: E4S-Project/e4s-cl, e4s_cl/model/profile.py.
 */
import { fieldOf, listOf, textsOf, toPathEntry, type SiteList } from "./site-list.js";

/** The libraries of one profile or of several; undefined for other data. Its other files are no candidates. */
export function toE4sList(data: unknown): SiteList | undefined {
  const profiles = Array.isArray(data) ? listOf(data) : [data];
  const isProfile = (one: unknown): boolean =>
    typeof fieldOf(one, "name") === "string" &&
    Array.isArray(fieldOf(one, "libraries")) &&
    textsOf(fieldOf(one, "libraries")).every((path) => path.startsWith("/"));
  if (profiles.length === 0 || !profiles.every(isProfile)) return undefined;
  const paths = profiles.flatMap((one) => textsOf(fieldOf(one, "libraries")));
  return { format: "profile of e4s-cl", entries: [...new Set(paths)].map((path) => toPathEntry(path)) };
}
