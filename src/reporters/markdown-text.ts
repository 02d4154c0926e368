/**
 * Text of images and hosts in Markdown (GitHub's, GitLab's, CommonMark): names are chosen by whoever made an image, and must not
 * become links, HTML, mentions of people or the end of a table. What is set in code is read by nobody: no markup, no @mention, no
 * #reference, no address.
 */

/** What a code span holds as it is, also in a cell of a table: no backtick, bar or backslash, and no space at its ends. */
const SPAN = /^[^`|\\\s](?:[^`|\\]*[^`|\\\s])?$/;

/** A name or a path, in code: inside a sentence or a cell. */
export function code(text: string): string {
  return SPAN.test(text) ? `\`${text}\`` : htmlCode(text);
}

/** The same as HTML, for places that Markdown does not reach. */
export function htmlCode(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}

/** Everything but letters and digits as references, which neither HTML nor Markdown takes for structure. */
function escapeHtml(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

/** A word of a sentence, with what punctuation is around it. */
const WORD = /^([('"]?)(.*?)([)'".,;:]*)$/s;
const PLAIN = /^[A-Za-z]+(?:['-][A-Za-z]+)*$|^[0-9]+$/;

/** A sentence of ours with names in it: whatever is no plain word is set in code. */
export function sentence(text: string): string {
  return text
    .split(" ")
    .map((word) => {
      const [, before = "", inner = "", after = ""] = WORD.exec(word) ?? [];
      if (inner === "") return word === "" ? "" : code(word);
      return PLAIN.test(inner) ? word : `${before}${code(inner)}${after}`;
    })
    .join(" ");
}

/** Words of a program, as a block. The fence is longer than any that they hold. */
export function fence(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const marks = "`".repeat(longest + 1);
  return `${marks}text\n${text}\n${marks}`;
}
