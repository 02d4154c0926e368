/** Why a shared store cannot be used, in words of our own: what a server or a client says may hold what it was sent. */
import { StoreError } from "./patience.js";

/** What a server says, by the first word of its error. */
const BY_CODE: Readonly<Record<string, string>> = {
  NOAUTH: "it wants a password (CONTAINERSPEC_CACHE_PASSWORD)",
  WRONGPASS: "wrong user or password (CONTAINERSPEC_CACHE_PASSWORD)",
  NOPERM: "this user may not do that",
  READONLY: "it is a read-only replica",
  OOM: "it is full",
  MISCONF: "it cannot save what it holds, and takes nothing more",
  LOADING: "it is still starting",
  DENIED: "it takes connections from its own machine alone",
  MASTERDOWN: "it has lost the server that it is a replica of",
  CLUSTERDOWN: "its cluster is down",
  MOVED: "it is one node of a cluster, which cannot be used",
  WRONGTYPE: "something else has the name of an entry",
};

/** Of all other codes, most of them ERR: a database that there is not, a password where it has none, too many connections. */
const REFUSED = "it refused the database, the user or a command";

/** What the system says, by the code of Node's error; its text has the address in it, or is empty where there are two. */
const BY_SYSTEM: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EPIPE: "connection closed",
  EHOSTUNREACH: "no route to it",
  ENETUNREACH: "no network",
  ETIMEDOUT: "no answer",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "no name server answers",
};

/** Of any error that a session of a shared store throws. */
export function toRedisReason(error: unknown): string {
  if (error instanceof StoreError) return error.message;
  if (!(error instanceof Error)) return "unknown error";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (error.name === "RefusedCommand") return BY_CODE[code] ?? REFUSED;
  // TLS has many codes and says plainly what it found: "self-signed certificate".
  return BY_SYSTEM[code] ?? (code === "" ? "connection lost" : `${error.message} (${code})`);
}
