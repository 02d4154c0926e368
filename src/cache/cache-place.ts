/** What a cache's name stands for: a folder, or by the scheme of a URL a Redis server that machines share. */
import { ContainerspecError } from "../errors.js";

const DEFAULT_PORT = 6379;
const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;
const EXPECTED = "expected a folder, or redis://[user@]host[:port][/database], or the same with rediss:// for TLS";

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly database: number;
  readonly user?: string;
  /** how people are told of it: without the user, who is nobody's business */
  readonly name: string;
}

export type CachePlace =
  { readonly kind: "folder"; readonly folder: string } | { readonly kind: "redis"; readonly address: RedisAddress };

/**
 * Schemes as IANA has registered them: `redis` and `rediss`.
 *
 * @throws ContainerspecError usage for any other URL. Its text is not repeated: a password may be in it.
 */
export function parseCachePlace(text: string): CachePlace {
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: "folder", folder: text };
  if (scheme !== "redis" && scheme !== "rediss") throw refuse(`${scheme}:// is no store that is known`);
  return { kind: "redis", address: parseAddress(text, scheme) };
}

function parseAddress(text: string, scheme: "redis" | "rediss"): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === "") throw refuse(`the ${scheme}:// URL names no host and port`);
  // Whoever lists processes on a login node reads what stands on a command line.
  if (url.password !== "")
    throw refuse(`the ${scheme}:// URL has a password in it, which belongs in CONTAINERSPEC_CACHE_PASSWORD`);
  if (url.search !== "" || url.hash !== "") throw refuse(`the ${scheme}:// URL has something behind ? or #`);
  const database = /^\/?$|^\/(\d{1,4})$/.exec(url.pathname);
  if (database === null) throw refuse(`the database of the ${scheme}:// URL is no number`);
  const user = decode(url.username);
  const address = {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? DEFAULT_PORT : Number(url.port),
    isTls: scheme === "rediss",
    database: Number(database[1] ?? 0),
    ...(user === "" ? {} : { user }),
  };
  return { ...address, name: `${scheme}://${url.hostname}:${address.port}/${address.database}` };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refuse(found: string): ContainerspecError {
  return new ContainerspecError("usage", `Cannot use the cache: ${found}; ${EXPECTED}`);
}
