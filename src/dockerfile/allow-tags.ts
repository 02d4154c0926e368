/** Which tags of an image may be taken at all: those within its range, and none that is ignored. */
import { coerce, satisfies } from "semver";

export interface TagLimits {
  /** by the image's name as it is written, the releases that it may have, as npm writes ranges: `>=3.10 <4` */
  readonly ranges?: ReadonlyMap<string, string>;
  /** `name:tag`, in which an asterisk stands for anything */
  readonly ignore?: readonly string[];
}

/** The tags that may be taken, in their order. */
export function allowTags(
  name: string,
  tags: readonly string[],
  { ranges, ignore = [] }: TagLimits,
): readonly string[] {
  const range = ranges?.get(name);
  const ignored = ignore.map(toPattern);
  return tags.filter((tag) => {
    if (ignored.some((pattern) => pattern.test(`${name}:${tag}`))) return false;
    return range === undefined || isWithin(tag, range);
  });
}

/** A tag has a release of one to four parts, of which a range looks at three: 22.04 is 22.4.0. */
function isWithin(tag: string, range: string): boolean {
  const release = coerce(tag);
  return release !== null && satisfies(release, range);
}

function toPattern(glob: string): RegExp {
  const parts = glob.split("*").map((part) => part.replace(/[.\\+?^${}()|[\]]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
