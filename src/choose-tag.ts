/** Which newer tag an image moves to: as far as is allowed, and not before it has been out for some days. */
import { allowTags, type TagLimits } from "./dockerfile/allow-tags.js";
import { findNewerTag, type TagStep } from "./dockerfile/tag.js";
import type { RepositoryName, TagSource } from "./registry/tag-source.js";

export interface TagRules extends TagLimits {
  readonly step: TagStep;
  /** A tag is taken when its image has been out for so long: who publishes by mistake takes it back within days. */
  readonly coolDown?: { readonly days: number; readonly today: Date };
}

export interface TagQuestion {
  /** as it is written */
  readonly written: string;
  readonly name: RepositoryName;
  readonly tag: string;
  readonly source: TagSource;
  readonly rules: TagRules;
  /** the last word on a tag that could be taken: in the place of one that it refuses an older one is taken */
  readonly accepts: (tag: string) => Promise<boolean>;
}

const DAY = 24 * 60 * 60 * 1000;

/** The newer tag; undefined where there is none that may be taken. */
export async function chooseTag(question: TagQuestion): Promise<string | undefined> {
  const { written, name, tag, source, rules, accepts } = question;
  let allowed = allowTags(written, await source.listTags(name), rules);
  for (;;) {
    const newer = findNewerTag(tag, allowed, rules.step);
    if (newer === undefined) return undefined;
    if ((await isOutLongEnough(newer, question)) && (await accepts(newer))) return newer;
    allowed = allowed.filter((one) => one !== newer);
  }
}

async function isOutLongEnough(tag: string, { name, source, rules: { coolDown } }: TagQuestion): Promise<boolean> {
  if (coolDown === undefined) return true;
  const created = await source.findCreated(name, tag);
  const age = created === undefined ? Number.NaN : coolDown.today.getTime() - Date.parse(created);
  // What tells no date is as old as anything: images that build the same bytes each time have the epoch there, or nothing.
  return !(age < coolDown.days * DAY);
}
