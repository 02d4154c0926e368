/**
 * Text of an image or a host on its way to a terminal: names, labels and messages may hold escape sequences that recolour it, move
 * the cursor over a verdict, or set its title. Paths are bytes and have a form of their own (rootfs/path.ts), which this leaves
 * as it is.
 */

/** The text with every control and invisible character as the bytes of its UTF-8, `\xNN`. */
export function toDisplayText(text: string): string {
  return text.replace(/\p{C}/gu, (character) =>
    [...Buffer.from(character, "utf8")].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}

/** What a line may begin with before its first letter: space, and colours of our own. */
const LINE_START = /^((?:[ \t]|\u001b\[[0-9;]*m)*)::/gm;

/**
 * A text for a log, in which no line is a command. Runners of pipelines read what a program prints: GitHub's takes a line that begins
 * with `::` for one, and `##[` wherever it stands; Azure's `##vso[` likewise. A name of an image could switch a runner's commands off,
 * mask words or set variables; one letter of it is written as its byte.
 */
export function toLogText(text: string): string {
  return text.replace(LINE_START, "$1\\x3a:").replace(/##(?=\[|vso\[)/gi, "#\\x23");
}

/** Plain data with every text in it as `toDisplayText` has it. */
export function toDisplayTexts<Value>(value: Value): Value {
  return mapTexts(value) as Value;
}

function mapTexts(value: unknown): unknown {
  if (typeof value === "string") return toDisplayText(value);
  if (Array.isArray(value)) return value.map(mapTexts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner)]));
}
