/**
 * The lists of folders that musl's loader searches, taken by the letter: separated by colons and newlines, empty elements left
 * out, nothing trimmed. $ORIGIN is the only token, and only in RPATH and RUNPATH.
 * Mirrors path_open and fixup_rpath of ldso/dynlink.c.
 */

/** A search path as its elements. */
export function parseMuslPath(text: string): readonly string[] {
  return text.split(/[:\n]/).filter((element) => element !== "");
}

/**
 * RPATH or RUNPATH with $ORIGIN and ${ORIGIN} replaced; undefined where any other `$` is in it, which makes the loader ignore all
 * of it. `$ORIGINX` is the token and an X.
 *
 * @param origin the folder part of the object's path as it was found; undefined where the loader will not use it
 */
export function expandMuslOrigin(text: string, origin: string | undefined): string | undefined {
  if (!text.includes("$")) return text;
  if (origin === undefined || /\$(?!ORIGIN|\{ORIGIN\})/.test(text)) return undefined;
  return text.replace(/\$(?:ORIGIN|\{ORIGIN\})/g, () => origin);
}

/** What $ORIGIN is for an object: its path up to the last slash, which is nothing for a file of the root folder. */
export function originOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "." : path.slice(0, slash);
}
