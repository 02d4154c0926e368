/**
 * Tags as families: `12.4-slim-bookworm` is release 12.4 of the family `-slim-bookworm`. What is newer is a later release of the same
 * family, told as exactly: `3` goes to `4` and never to `4.1`. A release is numbers, a date, or a code name of Debian or Ubuntu.
 */
import { findCodeName } from "./code-names.js";

export interface Tag {
  /** everything but the release, and how exactly that is told: only what has the same may take the place of the other */
  readonly family: string;
  /** the larger, the newer; by its parts from left to right */
  readonly release: readonly number[];
}

/** Prefix, numbers, and a suffix that does not begin with a digit. A letter right behind the numbers makes a candidate: `3.13rc1`. */
const NUMBERED = /^(.*?[-_]|[A-Za-z]{1,3}|)(\d+(?:\.\d+)*)((?:[^\d.].*)?)$/;
const NAMED = /^([a-z]+)((?:[-_].*)?)$/;

/** What a tag is a release of; undefined where it names none (`latest`, `edge`, a commit). */
export function parseTag(tag: string): Tag | undefined {
  if (/^[0-9a-f]{7,}$/.test(tag) && /[a-f]/.test(tag)) return undefined;
  return parseNumbered(tag) ?? parseNamed(tag);
}

function parseNumbered(tag: string): Tag | undefined {
  const [, prefix = "", digits = "", suffix = ""] = NUMBERED.exec(tag) ?? [];
  if (digits === "") return undefined;
  const release = digits.split(".").map(Number);
  const family = [prefix, toScale(digits), release.length, suffix].join(" ");
  return { family, release };
}

/** Days, years and counted releases are three scales: 20240101 is not newer than 12. */
function toScale(digits: string): "day" | "year" | "number" {
  const [first = ""] = digits.split(".");
  if (first.length >= 8) return "day";
  return /^(?:19|20)\d\d$/.test(first) ? "year" : "number";
}

function parseNamed(tag: string): Tag | undefined {
  const [, name = "", suffix = ""] = NAMED.exec(tag) ?? [];
  const known = findCodeName(name);
  return known === undefined ? undefined : { family: `${known.distribution} ${suffix}`, release: [known.order] };
}

/** How far a release may move: `major` in every part, `minor` behind the first, `patch` behind the second. */
export type TagStep = "patch" | "minor" | "major";

const FIXED_PARTS: Readonly<Record<TagStep, number>> = { major: 0, minor: 1, patch: 2 };

/** The newest tag that may take a tag's place; undefined where none of them is newer. */
export function findNewerTag(current: string, tags: readonly string[], step: TagStep): string | undefined {
  const from = parseTag(current);
  if (from === undefined) return undefined;
  const fixed = from.release.slice(0, FIXED_PARTS[step]);
  let newest = from;
  let found: string | undefined;
  for (const tag of tags) {
    const other = parseTag(tag);
    if (other?.family !== from.family || fixed.some((part, index) => other.release[index] !== part)) continue;
    if (compareReleases(other, newest) <= 0) continue;
    newest = other;
    found = tag;
  }
  return found;
}

function compareReleases(a: Tag, b: Tag): number {
  const index = a.release.findIndex((part, place) => part !== b.release[place]);
  return index === -1 ? 0 : (a.release[index] ?? 0) - (b.release[index] ?? 0);
}
