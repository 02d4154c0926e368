/**
 * Keys of JSON as the tools read them that load images. They are written in Go, whose decoder takes `config.ENV` for `config.Env`
 * and, of two keys that it takes for one, the last, or both merged. A document that says one thing to them and another to this
 * program is refused. Go's encoding/json, Unmarshal.
 */

/** The first key that stands twice in one object of a valid JSON text; undefined where each stands once. */
export function findDoubleKey(text: string): string | undefined {
  const objects: (Set<string> | undefined)[] = [];
  let word: string | undefined;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === "{") objects.push(new Set());
    else if (token === "[") objects.push(undefined);
    else if (token === "}" || token === "]") objects.pop();
    else if (token !== ":") word = token;
    else {
      const key = JSON.parse(word ?? '""') as string;
      const keys = objects.at(-1);
      if (keys?.has(key) === true) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

/** The keys of an object that Go takes for this one: written in capitals, small letters or both. */
export function listAlike(json: Readonly<Record<string, unknown>>, key: string): readonly string[] {
  const folded = fold(key);
  return Object.keys(json).filter((one) => fold(one) === folded);
}

/** Letters that differ in case alone become one; so do the long s and the Kelvin sign, as in Go's bytes.EqualFold. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}
