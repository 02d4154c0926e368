/**
 * The shape of a family of labels: what its labels are called, what content tells of them, and how a label that is there already is
 * held against it. A family is a file; `catalog.ts` lists them.
 */
import type { InspectReport } from "../inspect-schema.js";

/** A label that content tells. */
export interface Label {
  readonly key: string;
  readonly value: string;
  /** what tells it, one sentence or file each */
  readonly evidence: readonly string[];
  /** values that are true as well, where the image has more than one of the kind */
  readonly others?: readonly string[];
}

/** A label that content has something to say about, and not enough. */
export interface Undecided {
  readonly key: string;
  readonly reason: string;
}

export interface Derived {
  readonly labels: readonly Label[];
  readonly undecided?: readonly Undecided[];
  /** why no value of these labels can be true: keys to reasons */
  readonly absent?: Readonly<Record<string, string>>;
}

export interface LabelKey {
  readonly key: string;
  /** how two values are compared: as words; as releases, of which one may say more than the other; or by the family itself */
  readonly compare: "word" | "release" | "own";
}

export interface LabelFamily {
  readonly keys: readonly LabelKey[];
  /** What the content of an image tells. */
  readonly derive: (report: InspectReport) => Derived;
  /** Whether a value is true, for keys that the family compares itself; undefined where content cannot say. */
  readonly holds?: (key: string, value: string, report: InspectReport) => boolean | undefined;
}

/** What content tells of nothing. */
export const NOTHING: Derived = { labels: [] };
