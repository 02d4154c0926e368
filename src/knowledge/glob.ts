/** Shell globs over names: `*`, `?` and `[…]`, as users write them for libraries. A slash is a character like any other. */

const compiled = new Map<string, RegExp>();

/** Whether the whole of `name` matches the glob. */
export function matchesGlob(glob: string, name: string): boolean {
  let pattern = compiled.get(glob);
  if (pattern === undefined) {
    pattern = new RegExp(`^${toPattern(glob)}$`, "s");
    compiled.set(glob, pattern);
  }
  return pattern.test(name);
}

export function matchesAnyGlob(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => matchesGlob(glob, name));
}

function toPattern(glob: string): string {
  return glob.replace(/\[(!?)([^\]]+)\]|[\s\S]/g, (piece, negated: string | undefined, set: string | undefined) => {
    if (set !== undefined) return `[${negated === "" ? "" : "^"}${set.replace(/[\\^\]]/g, "\\$&")}]`;
    if (piece === "*") return ".*";
    if (piece === "?") return ".";
    return piece.replace(/[.+^${}()|[\]\\/]/g, "\\$&");
  });
}
