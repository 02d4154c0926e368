/** Which folders a hierarchy lacks: those of tags that are taken and have no Dockerfile yet. */
import { chooseVersions } from "./choose-versions.js";
import type { VersionChoice } from "./uptodate-file.js";
import { compareVersions } from "./version-order.js";

export interface HierarchyPlan {
  /** from the oldest to the newest */
  readonly missing: readonly string[];
  /** the tag whose Dockerfile the others are made of; absent where no folder is that of a tag */
  readonly newest?: string;
}

/** The folders of a hierarchy that have a Dockerfile of any name, and of those the ones that it can be made of. */
export interface HierarchyFolders {
  readonly present: readonly string[];
  readonly templates: readonly string[];
}

/** @param tags those of the image */
export function planHierarchy(
  tags: readonly string[],
  { present, templates }: HierarchyFolders,
  choice: VersionChoice,
): HierarchyPlan {
  const taken = chooseVersions(tags, choice);
  const ofTags = templates.filter((folder) => tags.includes(folder)).sort(compareVersions);
  // What somebody has made by hand, of a tag that is not taken, serves where there is nothing else.
  const newest = ofTags.findLast((folder) => taken.includes(folder)) ?? ofTags.at(-1);
  return {
    missing: taken.filter((tag) => !present.includes(tag)),
    ...(newest === undefined ? {} : { newest }),
  };
}
