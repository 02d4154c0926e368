/** What a shared store holds of ours, and how it is removed: names with our prefix, whosever secret they were made with. */
import type { RedisAddress } from "./cache-place.js";
import { isName, NAME_PATTERN } from "./redis-names.js";
import { openSession, type RedisSession } from "./redis-session.js";

/** names that a server looks at before it lets others in */
const AT_ONCE = "1000";

export interface EntryCount {
  readonly entries: number;
  readonly bytes: number;
}

/** Counts entries and their bytes. @throws as `openSession` */
export function measureRedis(address: RedisAddress, password: string | undefined): Promise<EntryCount> {
  return countEntries(address, password, () => Promise.resolve());
}

/** Removes entries; returns what they were. @throws as `openSession` */
export function clearRedis(address: RedisAddress, password: string | undefined): Promise<EntryCount> {
  return countEntries(address, password, (session, names) => session.send("UNLINK", ...names));
}

async function countEntries(
  address: RedisAddress,
  password: string | undefined,
  then: (session: RedisSession, names: readonly string[]) => Promise<unknown>,
): Promise<EntryCount> {
  const session = await openSession(address, password);
  // A server that makes room for names while it is asked tells some of them twice.
  const seen = new Set<string>();
  let bytes = 0;
  try {
    let cursor = "0";
    do {
      const page = await scan(session, cursor);
      cursor = page.cursor;
      const names = page.names.filter((name) => !seen.has(name));
      for (const name of names) seen.add(name);
      // Something else under a name of ours has no length, and is removed all the same.
      for (const length of await Promise.all(names.map((name) => session.send("STRLEN", name).catch(() => 0))))
        bytes += typeof length === "number" ? length : 0;
      if (names.length > 0) await then(session, names);
    } while (cursor !== "0");
  } finally {
    session.close();
  }
  return { entries: seen.size, bytes };
}

/** One page of a walk over all names; the walk is over where the cursor is "0" again. */
async function scan(session: RedisSession, from: string): Promise<{ cursor: string; names: readonly string[] }> {
  const reply = await session.send("SCAN", from, "MATCH", NAME_PATTERN, "COUNT", AT_ONCE);
  const [cursor, names] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  return { cursor: String(cursor), names: Array.isArray(names) ? names.map(String).filter(isName) : [] };
}
