/** What a registry wants to see, as its 401 says it: `Bearer realm="…",service="…",scope="…"`. RFC 9110, 11.6.1. */

export interface Challenge {
  readonly scheme: "basic" | "bearer";
  readonly parameters: Readonly<Record<string, string>>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAMETER = new RegExp(`\\s*,?\\s*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`, "y");
const SCHEME = new RegExp(`[\\s,]*(${TOKEN})(?=\\s|,|$)(?!\\s*=)`, "y");
/** Of a header; a longer one is no honest challenge. */
const MAX_LENGTH = 8192;

/** The challenge that can be met, Bearer first; undefined where there is none. */
export function findChallenge(header: string | undefined): Challenge | undefined {
  const found = header === undefined || header.length > MAX_LENGTH ? [] : parseChallenges(header);
  for (const scheme of ["bearer", "basic"] as const) {
    const one = found.find((challenge) => challenge.scheme === scheme);
    if (one !== undefined) return { scheme, parameters: one.parameters };
  }
  return undefined;
}

function parseChallenges(header: string): { scheme: string; parameters: Record<string, string> }[] {
  const found: { scheme: string; parameters: Record<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  for (let scheme = take(SCHEME); scheme !== null; scheme = take(SCHEME)) {
    const parameters: Record<string, string> = {};
    for (let one = take(PARAMETER); one !== null; one = take(PARAMETER)) {
      const [, name = "", quoted, bare] = one;
      parameters[name.toLowerCase()] ??= quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "";
    }
    found.push({ scheme: (scheme[1] ?? "").toLowerCase(), parameters });
  }
  return found;
}
