/** A Dockerfile of a hierarchy that is not there yet: the newest one that is there, for another tag of its image. */
import { askHosts, type HostWarning } from "./choose-base.js";
import { findBases, type BaseImage } from "./dockerfile/bases.js";
import { parseDockerfile } from "./dockerfile/document.js";
import { moveTag } from "./dockerfile/move-tag.js";
import type { Change, Note } from "./dockerfile/plan-update.js";
import { isSameName, toFullName } from "./dockerfile/reference.js";
import { toText } from "./dockerfile/span.js";
import type { NewDockerfile } from "./open-hierarchy.js";
import { planDockerfile, type DockerfileRules, type PlannedDockerfile } from "./plan-dockerfile.js";

export interface MadeDockerfile extends PlannedDockerfile {
  /** its tag stays without one: nothing is in it, and a note says why */
  readonly cannotBeMade?: true;
}

/**
 * What stands in it beside its image is brought up to date, too. Hosts are asked as if its image came in the place of that of the
 * template, and where they hold it back there is nothing in it.
 *
 * @param template the text of the file that it is made of
 * @throws ContainerspecError what those throw who are asked
 */
export async function makeDockerfile(
  { file, copiedFrom, oldTag, tag, others, obstacle }: NewDockerfile,
  template: string,
  image: string,
  rules: DockerfileRules,
): Promise<MadeDockerfile> {
  const nothing = { after: new Uint8Array(), changes: [], notes: [], warnings: [] };
  if (obstacle !== undefined) return { ...nothing, notes: [{ line: 1, text: `it is not made: ${obstacle}` }] };
  const moved = moveTag(template, { name: image, from: oldTag, to: tag });
  if ("why" in moved)
    return {
      ...nothing,
      cannotBeMade: true,
      notes: [{ line: 1, text: `it is not made of ${copiedFrom}: ${moved.why}` }],
    };
  const doubts = await askAboutTag(template, image, tag, rules);
  if (doubts.some(({ isHeld }) => isHeld)) return { ...nothing, warnings: doubts };
  // Labels that are left alone elsewhere would tell here of the template's image.
  const labels = rules.labels === "none" ? "present" : rules.labels;
  const { after, notes, warnings } = await planDockerfile(file, moved.text, { ...rules, labels });
  const changes = listImages(toText(after), image).map(toChange);
  return {
    ...{ after, changes },
    notes: [...describeOthers(copiedFrom, others), ...notes],
    warnings: [...doubts, ...warnings],
  };
}

function toChange({ line, substituted }: BaseImage): Change {
  return { line, from: "", to: substituted.text, kind: "tag" };
}

/** A folder may be more than its Dockerfile: what that copies is not known to be right for another tag. */
function describeOthers(copiedFrom: string, others: readonly string[]): readonly Note[] {
  if (others.length === 0) return [];
  const more = others.length > 3 ? ` and ${others.length - 3} more` : "";
  const beside = `beside ${copiedFrom} there is ${others.slice(0, 3).join(", ")}${more}`;
  return [{ line: 1, text: `it is made alone: ${beside}` }];
}

/** What hosts say of a tag of an image where a file stands on another one. */
async function askAboutTag(
  text: string,
  image: string,
  tag: string,
  rules: DockerfileRules,
): Promise<readonly HostWarning[]> {
  const [base] = listImages(text, image);
  if (rules.guard === undefined || base === undefined) return [];
  const resolved = await rules.source.resolve(toFullName(image), tag);
  return resolved === undefined ? [] : askHosts(base, tag, resolved.digest, rules);
}

/** The FROM of a file that name an image, with any tag. */
function listImages(text: string, image: string): readonly BaseImage[] {
  return findBases(parseDockerfile(text)).flatMap((base) =>
    base.kind === "image" && base.isBase && isSameName(image, base.reference.name) ? [base] : [],
  );
}
