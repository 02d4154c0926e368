/** Databases that are texts of stanzas: fields in lines, and an empty line between two packages (deb822(5), apk's installed). */

/** The most packages that a database may have; a full distribution has a hundred thousand. */
export const MAX_PACKAGES = 500_000;

/**
 * The first line of each field by its name, for every stanza.
 *
 * @param wanted the fields that are looked at: others, and lines that go on, cost nothing
 */
export function* parseStanzas(text: string, wanted: ReadonlySet<string>): Generator<ReadonlyMap<string, string>> {
  let fields = new Map<string, string>();
  for (let at = 0; at <= text.length;) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(at, text[end - 1] === "\r" && end > at ? end - 1 : end);
    at = end + 1;
    if (line.trim() === "") {
      if (fields.size > 0) yield fields;
      fields = new Map();
      continue;
    }
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon));
    if (wanted.has(name) && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  if (fields.size > 0) yield fields;
}
