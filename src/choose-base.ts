/** What an image that a Dockerfile names should be: its tag and digest, as rules allow them and hosts bear them. */
import { chooseTag, type TagRules } from "./choose-tag.js";
import type { BaseImage } from "./dockerfile/bases.js";
import type { Wanted } from "./dockerfile/edit-base.js";
import { toCanonicalName, toFullName } from "./dockerfile/reference.js";
import { ContainerspecError } from "./errors.js";
import type { ImageAtHand } from "./fill-lock.js";
import { normalizePlatform, toPlatformText } from "./image/platform.js";
import type { BaseJudge, HostDoubt } from "./judge-bases.js";
import type { TagSource } from "./registry/tag-source.js";

/** Hosts that an update shall not leave behind. */
export interface HostGuard {
  readonly judge: BaseJudge;
  /** whether what will not run on one of them is written nevertheless */
  readonly despite: boolean;
}

export interface BaseRules {
  /** who knows digests and tags */
  readonly source: TagSource;
  readonly digests: boolean;
  readonly tags?: TagRules;
  readonly guard?: HostGuard;
  /** images whose bytes hosts can be asked about */
  readonly images: readonly ImageAtHand[];
}

/** A host's doubt about a change of a base. */
export interface HostWarning extends HostDoubt {
  readonly line: number;
  /** the base as FROM names it */
  readonly from: string;
  readonly to: string;
  /** the change is not made for it */
  readonly isHeld: boolean;
}

export interface ChosenBase {
  readonly wanted: Wanted;
  readonly warnings: readonly HostWarning[];
}

/**
 * What an image should be. A digest without a tag names bytes and nothing that could be newer.
 *
 * @param file its name in errors
 * @throws ContainerspecError reference-not-found, or what the source throws
 */
export async function chooseBase(base: BaseImage, rules: BaseRules, file: string): Promise<ChosenBase> {
  const { reference, line } = base;
  if (reference.tag === undefined && reference.digest !== undefined) return { wanted: {}, warnings: [] };
  const { source, tags, digests } = rules;
  const name = toFullName(reference.name);
  const tag = reference.tag ?? "latest";
  const warnings: HostWarning[] = [];
  const accepts = async (one: string): Promise<boolean> => {
    if (rules.guard === undefined) return true;
    const resolved = await source.resolve(name, one);
    const doubts = resolved === undefined ? [] : await askHosts(base, one, resolved.digest, rules);
    warnings.push(...doubts);
    return doubts.every(({ isHeld }) => !isHeld);
  };
  const newer =
    tags === undefined
      ? undefined
      : await chooseTag({ written: reference.name, name, tag, source, rules: tags, accepts });
  if (!digests && newer === undefined) return { wanted: {}, warnings };
  const resolved = await source.resolve(name, newer ?? tag);
  if (resolved === undefined) {
    throw new ContainerspecError(
      "reference-not-found",
      `${name.registry}/${name.repository} has no tag ${newer ?? tag}, which line ${line} of ${file} names; name one that is there`,
    );
  }
  // What is pinned for the first time is what the tag is anyway.
  const isOther = newer === undefined && reference.digest !== undefined && reference.digest !== resolved.digest;
  if (isOther && !(await accepts(tag))) return { wanted: {}, warnings };
  // A digest that stands there has to follow the tag, also where none is to be pinned.
  const isPinned = digests || reference.digest !== undefined;
  const wanted = { ...(newer === undefined ? {} : { tag: newer }), ...(isPinned ? { digest: resolved.digest } : {}) };
  return { wanted, warnings };
}

/**
 * The doubts of hosts about another tag and digest of a base. Builders run where they build, and what files are copied from runs
 * nowhere: there is no doubt about these.
 */
export async function askHosts(
  base: BaseImage,
  tag: string,
  digest: string,
  { guard, images }: BaseRules,
): Promise<readonly HostWarning[]> {
  const { reference, line, isBase } = base;
  if (guard === undefined || !isBase || /^\$\{?BUILDPLATFORM\b/.test(base.platform ?? "")) return [];
  const today =
    reference.digest === undefined
      ? images.findLast(({ name }) => name === toCanonicalName(reference.name, reference.tag ?? "latest"))
      : images.find((one) => one.digest === reference.digest);
  const next = images.find((one) => one.digest === digest);
  const platform = findPlatform(base);
  const doubts = await guard.judge({
    ...(today === undefined ? {} : { today }),
    ...(next === undefined ? {} : { next }),
    ...(platform === undefined ? {} : { platform }),
  });
  return doubts.map((doubt) => ({
    line,
    from: base.substituted.text,
    to: `${reference.name}:${tag}@${digest}`,
    ...doubt,
    isHeld: doubt.verdict === "will-not-run" && !guard.despite,
  }));
}

/** The platform that FROM names in so many words, in its normal form; `amd64` is Linux's. */
export function findPlatform({ platform }: BaseImage): string | undefined {
  if (platform === undefined || platform.includes("$")) return undefined;
  const [os = "", architecture = "", variant] = platform.includes("/") ? platform.split("/") : ["linux", platform];
  return toPlatformText(normalizePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) }));
}
