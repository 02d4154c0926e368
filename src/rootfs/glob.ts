/**
 * Shell globs over names, as users write them for libraries and ld.so.conf for its files: `*`, `?` and `[…]` as glob(7) has them. A
 * slash is a character like any other, and so is a dot at the beginning.
 */

const compiled = new Map<string, RegExp>();

/** Whether the whole of `name` matches the glob. */
export function matchesGlob(glob: string, name: string): boolean {
  let pattern = compiled.get(glob);
  if (pattern === undefined) compiled.set(glob, (pattern = toPattern(glob)));
  return pattern.test(name);
}

export function matchesAnyGlob(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => matchesGlob(glob, name));
}

/** A bracket may begin with `!` or `^` for what is not in it, and then with `]`; one that nothing closes stands for itself. */
function toPattern(glob: string): RegExp {
  const pattern = glob.replace(/\[([!^]?)(\]?[^\]]*)\]|[^]/g, (piece, negation?: string, set?: string) => {
    if (set !== undefined && set !== "") return `[${negation === "" ? "" : "^"}${set.replace(/[\\\]^[]/g, "\\$&")}]`;
    if (piece === "*") return ".*";
    if (piece === "?") return ".";
    return piece.replace(/[.+^${}()|[\]\\/-]/g, "\\$&");
  });
  try {
    return new RegExp(`^${pattern}$`, "s");
  } catch {
    return /(?!)/; // a range that runs backwards matches nothing
  }
}
