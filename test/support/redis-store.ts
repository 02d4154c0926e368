/** Stores in a Redis server as the tests open them, and what they say of it. */
import { packing } from "../../src/image/packing.js";
import { parseCachePlace, type RedisAddress } from "../../src/cache/cache-place.js";
import { toName } from "../../src/cache/redis-names.js";
import { toRedisReason } from "../../src/cache/redis-reason.js";
import { createRedisStore } from "../../src/cache/redis-store.js";
import type { LayerStore } from "../../src/image/layer-store.js";

export const KEY = "layer sha256:1";
export const BYTES = Buffer.from("facts of a layer, facts of a layer");
export const SECRET = "a secret that all machines have";
/** what the server calls it */
export const NAME = toName(KEY, SECRET);

export interface StoreOptions {
  readonly secret?: string;
  readonly password?: string;
  /** all of the URL but the port */
  readonly form?: string;
}

export function addressOf(port: number, form = "redis://127.0.0.1:PORT/0"): RedisAddress {
  const place = parseCachePlace(form.replace("PORT", String(port)));
  if (place.kind !== "redis") throw new Error(form);
  return place.address;
}

/** A store, and what it has said so far. */
export function openStore(
  port: number,
  { secret = SECRET, password, form }: StoreOptions = {},
): { readonly store: LayerStore; readonly failures: readonly string[] } {
  const failures: string[] = [];
  const store = createRedisStore(addressOf(port, form), {
    packing,
    secret,
    ...(password === undefined ? {} : { password }),
    onFailure: (what, error) => failures.push(`${what}: ${toRedisReason(error)}`),
  });
  return { store, failures };
}

export const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString("latin1");
export const WHOLE = text(BYTES);
