/**
 * A Redis server as the store of layers, shared by machines: one string an entry, sealed with a secret that they have and the server
 * has not. The server lets go of entries: by their time to live, and by its own rule where it is full. It may fail in any way: a
 * connection that fails is not tried again, and a server that takes nothing is read alone.
 */
import type { LayerStore, Packing } from "../image/layer-store.js";
import type { RedisAddress } from "./cache-place.js";
import { parseEntry, sealWith, toEntry, type EntryForm } from "./entry.js";
import { StoreError } from "./patience.js";
import { toName } from "./redis-names.js";
import { openSession, type RedisSession } from "./redis-session.js";

/** A shorter secret could be guessed by whoever can read one entry. */
const MIN_SECRET_BYTES = 16;
/** No entry is longer; a layer with 4.5 GB of programs and libraries makes 15 MiB. */
const MAX_BYTES = 32 * 2 ** 20;
const DAY = 24 * 60 * 60;
/** seconds since an entry was of use */
const TIME_TO_LIVE = String(90 * DAY);

export interface RedisStoreOptions {
  /** what entries are sealed with */
  readonly secret: string;
  readonly password?: string;
  readonly packing: Packing;
  readonly ofMachine?: LayerStore;
  /** is told once what cannot be done, and why */
  readonly onFailure: (what: "read" | "write", error: unknown) => void;
}

export function createRedisStore(address: RedisAddress, options: RedisStoreOptions): LayerStore {
  const { secret, password, packing, ofMachine = "none", onFailure } = options;
  const form: EntryForm = { seal: sealWith(secret), packing };
  const failed = new Set<"read" | "write">();
  let opening: Promise<RedisSession> | undefined;

  function fail(what: "read" | "write", error: unknown): void {
    if (failed.size === 0) onFailure(what, error);
    failed.add(what);
  }

  function open(): Promise<RedisSession> {
    return (opening ??= checkSecret(secret) ?? openSession(address, password));
  }

  async function get(key: string): Promise<Uint8Array | undefined> {
    const session = await open();
    const name = toName(key, secret);
    // The range bounds what is taken in, whatever lies there.
    const entry = await session.send("GETRANGE", name, "0", String(MAX_BYTES));
    if (!Buffer.isBuffer(entry) || entry.length === 0) return undefined;
    const bytes = entry.length > MAX_BYTES ? undefined : await parseEntry(key, entry, form);
    // What is no entry never becomes one, and one of use stays longer: where this user may say so.
    if (bytes === undefined) session.tell("UNLINK", name);
    else session.tell("EXPIRE", name, TIME_TO_LIVE);
    return bytes;
  }

  async function put(key: string, bytes: Uint8Array): Promise<void> {
    const entry = toEntry(key, bytes, form);
    if (entry === undefined || entry.length > MAX_BYTES) return;
    const session = await open();
    await session.send("SET", toName(key, secret), entry, "EX", TIME_TO_LIVE);
  }

  return {
    ofMachine,
    async get(key) {
      if (failed.has("read")) return undefined;
      return get(key).catch((error: unknown) => {
        fail("read", error);
        return undefined;
      });
    },
    // A server that others fill is of use to those who may not write to it, or while it is full.
    async put(key, bytes) {
      if (failed.size > 0) return;
      await put(key, bytes).catch((error: unknown) => fail("write", error));
    },
  };
}

/** An entry that anybody could have made may say that a layer has what it lacks: without a secret there is no shared store. */
function checkSecret(secret: string): Promise<never> | undefined {
  const bytes = Buffer.byteLength(secret);
  if (bytes >= MIN_SECRET_BYTES) return undefined;
  const found = bytes === 0 ? "is not set" : `has ${bytes} bytes`;
  const expected = `expected ${MIN_SECRET_BYTES} bytes or more, the same on all machines`;
  return Promise.reject(
    new StoreError(`CONTAINERSPEC_CACHE_KEY, without which no entry is believed, ${found}; ${expected}`),
  );
}
