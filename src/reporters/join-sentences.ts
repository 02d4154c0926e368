/**
 * Several findings of one rule often say the same of several versions, symbols or libraries. Read one after the other they hide
 * that; as one sentence they are one thing to understand.
 */
import { joinNames, listSome } from "./terminal.js";

/** More names than these are counted. */
const MAX_NAMES = 5;

export interface NamedSentence {
  readonly sentence: string;
  /** what it is about, as a word of it; "" where that has no name */
  readonly name: string;
}

export interface JoinedSentence {
  readonly sentence: string;
  /** of how many it is made */
  readonly count: number;
}

/** Sentences in their order, where those that are alike but for their name are one that lists the names. */
export function joinSentences(sentences: readonly NamedSentence[]): readonly JoinedSentence[] {
  const alike = new Map<string, Split[]>();
  for (const { sentence, name } of sentences) {
    const split = splitAt(sentence, name);
    const key = `${split.before}\n${split.after}`;
    alike.set(key, [...(alike.get(key) ?? []), split]);
  }
  return [...alike.values()].map((splits) => ({
    sentence: `${splits[0]?.before ?? ""}${listAll([...new Set(splits.map(({ name }) => name))])}${splits[0]?.after ?? ""}`,
    count: splits.length,
  }));
}

interface Split {
  readonly before: string;
  readonly name: string;
  readonly after: string;
}

/** The text around a name, at the first place where it is a word by itself. */
function splitAt(sentence: string, name: string): Split {
  const at = name === "" ? -1 : ` ${sentence} `.search(new RegExp(` ${escape(name)}[ ,.;:]`));
  if (at === -1) return { before: sentence, name: "", after: "" };
  return { before: sentence.slice(0, at), name, after: sentence.slice(at + name.length) };
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function listAll(names: readonly string[]): string {
  if (names.length > MAX_NAMES) return listSome(names, MAX_NAMES);
  return joinNames(names);
}
