/** A command for a POSIX shell: every word is what it says, whatever it holds. */

/** A word as the shell reads it back: as it is where nothing in it means anything, else in single quotes (POSIX, 2.2.2). */
export function quoteWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** One of the words of a command, or several on one line. */
export type Line = string | readonly string[];

/**
 * A command over several lines, behind comments. What the caller passes to the script goes to the end.
 *
 * @param last words that are no text but shell: the image by a variable
 * @param first likewise, right behind the command
 */
export function renderCommand(
  comments: readonly string[],
  lines: readonly Line[],
  last: readonly string[],
  first?: string,
): string {
  const [command = [], ...options] = lines.map((line) => (typeof line === "string" ? [line] : line));
  const rest = [
    ...(first === undefined ? [] : [first]),
    ...options.map((line) => line.map(quoteWord).join(" ")),
    last.join(" "),
  ];
  const words = [command.map(quoteWord).join(" "), ...rest.map((line) => `  ${line}`)];
  return `${comments.map((line) => `# ${line}\n`).join("")}${words.join(" \\\n")}\n`;
}

/** The image by the name that the runtime knows it by, or by a variable that must be set. */
export function imageWord(reference: string | undefined, variable: string, what: string): string {
  return reference === undefined ? `"\${${variable}:?${what}}"` : quoteWord(reference);
}
