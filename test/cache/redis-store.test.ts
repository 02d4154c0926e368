/** A Redis server as the store: what was put comes back whole or not at all, whatever is in the server. */
import { spawn } from "node:child_process";
import { gzipSync } from "node:zlib";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { packing } from "../../src/image/packing.js";
import { checksum, sealWith, toEntry } from "../../src/cache/entry.js";
import { clearRedis, measureRedis } from "../../src/cache/redis-entries.js";
import { toName } from "../../src/cache/redis-names.js";
import { hasRedis, startRedis, waitFor, WITHOUT_REDIS, type RedisServer } from "../support/redis-server.js";
import {
  addressOf,
  BYTES,
  KEY,
  NAME,
  openStore,
  SECRET,
  text,
  WHOLE,
  type StoreOptions,
} from "../support/redis-store.js";

describe.skipIf(!hasRedis)(`a server${WITHOUT_REDIS}`, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(() => {
    server.ask("FLUSHALL");
  });

  test("what was put comes back on another machine; another key, secret or database has nothing", async () => {
    const { store, failures } = openStore(server.port);
    expect(await store.get(KEY)).toBeUndefined();
    await store.put(KEY, BYTES);
    await store.put("empty", new Uint8Array(0));
    expect(text(await openStore(server.port).store.get(KEY))).toBe(WHOLE);
    expect(await store.get("empty")).toHaveLength(0);
    expect(await store.get("layer sha256:2")).toBeUndefined();
    expect(await openStore(server.port, { secret: `${SECRET}!` }).store.get(KEY)).toBeUndefined();
    expect(await openStore(server.port, { form: "redis://127.0.0.1:PORT/1" }).store.get(KEY)).toBeUndefined();
    expect(failures).toEqual([]);
    expect(server.names()).toEqual([NAME, toName("empty", SECRET)].sort());
  });

  test("an entry lives 90 days, and from its last use on", async () => {
    const { store } = openStore(server.port);
    await store.put(KEY, BYTES);
    const days = (): number => Math.round(Number(server.ask("TTL", NAME)) / 86_400);
    expect(days()).toBe(90);
    server.ask("EXPIRE", NAME, "86400");
    expect(days()).toBe(1);
    expect(text(await store.get(KEY))).toBe(WHOLE);
    await waitFor(() => days() === 90);
  });

  test("an entry of many MB comes back; one that is too large is not put, and not taken in", async () => {
    const { store, failures } = openStore(server.port);
    const noise = (bytes: number): Buffer => {
      const buffer = Buffer.alloc(bytes);
      for (let at = 0, seed = 1; at < bytes; at += 1) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        buffer[at] = seed >>> 24;
      }
      return buffer;
    };
    const large = noise(20 * 2 ** 20);
    await store.put(KEY, large);
    expect(Buffer.compare((await store.get(KEY)) ?? Buffer.alloc(0), large)).toBe(0);
    const entry = toEntry("huge", noise(40 * 2 ** 20), { seal: sealWith(SECRET), packing });
    await store.put("huge", noise(40 * 2 ** 20));
    expect(server.names()).toEqual([NAME]);
    server.write(toName("huge", SECRET), entry ?? Buffer.alloc(0));
    expect(await store.get("huge")).toBeUndefined();
    await waitFor(() => server.names().length === 1);
    expect(failures).toEqual([]);
  });

  describe("an entry that is not what was written is dropped, and can be written again", () => {
    const flip = (at: (size: number) => number) => (bytes: Buffer) => {
      const place = at(bytes.length);
      bytes[place] = (bytes[place] as number) ^ 1;
      return bytes;
    };
    const forged =
      (seal: typeof checksum, key = KEY) =>
      () =>
        toEntry(key, Buffer.from("a lie"), { seal, packing }) as Buffer;
    test.each<readonly [string, (bytes: Buffer) => Buffer]>([
      ["cut in its magic", (bytes) => bytes.subarray(0, 10)],
      ["cut in its seal", (bytes) => bytes.subarray(0, 60)],
      ["cut by one byte", (bytes) => bytes.subarray(0, -1)],
      ["with a byte more", (bytes) => Buffer.concat([bytes, Buffer.from("x")])],
      ["with another magic", flip(() => 0)],
      ["with another length of its key", flip(() => 28)],
      ["with another key", flip(() => 33)],
      ["with another size", flip(() => 32 + KEY.length)],
      ["with another seal", flip(() => 36 + KEY.length)],
      ["with one bit of its content turned", flip((size) => size - 5)],
      ["another program's", () => gzipSync("something")],
      ["forged with a checksum, as a folder has it", forged(checksum)],
      ["forged with another secret", forged(sealWith("another secret, as good as ours"))],
      ["another key's, moved here", forged(sealWith(SECRET), "layer sha256:2")],
    ])("%s", async (_what, damage) => {
      const { store, failures } = openStore(server.port);
      await store.put(KEY, BYTES);
      server.write(NAME, damage(server.read(NAME)));
      expect(await store.get(KEY)).toBeUndefined();
      await waitFor(() => server.names().length === 0);
      await store.put(KEY, BYTES);
      expect(text(await store.get(KEY))).toBe(WHOLE);
      expect(failures).toEqual([]);
    });

    test("what is read back for a test is what is stored", async () => {
      const { store } = openStore(server.port);
      await store.put(KEY, BYTES);
      server.write(NAME, server.read(NAME));
      expect(text(await store.get(KEY))).toBe(WHOLE);
    });
  });

  test.each([
    ["no secret", "", "is not set"],
    ["one that can be guessed", "password", "has 8 bytes"],
  ])("%s: nothing is read or written, said once", async (_what, secret, found) => {
    await openStore(server.port).store.put(KEY, BYTES);
    const { store, failures } = openStore(server.port, { secret });
    expect(await store.get(KEY)).toBeUndefined();
    await store.put("other", BYTES);
    expect(await store.get("other")).toBeUndefined();
    expect(failures).toEqual([expect.stringContaining(found)]);
    expect(failures[0]).toContain("CONTAINERSPEC_CACHE_KEY");
    expect(server.names()).toEqual([NAME]);
  });

  describe("that refuses", () => {
    test("to write: it is full, and yet read", async () => {
      const { store, failures } = openStore(server.port);
      await store.put(KEY, BYTES);
      server.ask("CONFIG", "SET", "maxmemory-policy", "noeviction", "maxmemory", "1");
      await store.put("other", BYTES);
      await store.put("another", BYTES);
      expect(text(await store.get(KEY))).toBe(WHOLE);
      server.ask("CONFIG", "SET", "maxmemory", "0");
      expect(failures).toEqual(["write: it is full"]);
    });

    test("to write: it is a replica, and yet read", async () => {
      const { store, failures } = openStore(server.port);
      await store.put(KEY, BYTES);
      server.ask("REPLICAOF", "127.0.0.1", "1");
      await store.put("other", BYTES);
      expect(text(await store.get(KEY))).toBe(WHOLE);
      server.ask("REPLICAOF", "NO", "ONE");
      expect(failures).toEqual(["write: it is a read-only replica"]);
    });

    test("to write: this user may only read", async () => {
      await openStore(server.port).store.put(KEY, BYTES);
      server.ask("ACL", "SETUSER", "reader", "on", ">swordfish", "~containerspec:*", "+@read");
      const { store, failures } = openStore(server.port, {
        form: "redis://reader@127.0.0.1:PORT",
        password: "swordfish",
      });
      expect(text(await store.get(KEY))).toBe(WHOLE);
      await store.put("other", BYTES);
      expect(text(await store.get(KEY))).toBe(WHOLE);
      expect(failures).toEqual(["write: this user may not do that"]);
    });

    test("a name of ours that is no string", async () => {
      server.ask("LPUSH", NAME, "x");
      const { store, failures } = openStore(server.port);
      expect(await store.get(KEY)).toBeUndefined();
      expect(failures).toEqual(["read: something else has the name of an entry"]);
      expect(await clearRedis(addressOf(server.port), undefined)).toEqual({ entries: 1, bytes: 0 });
      expect(server.names()).toEqual([]);
    });

    test.each<readonly [string, StoreOptions, string]>([
      ["a database that there is not", { form: "redis://127.0.0.1:PORT/99" }, "it refused the database"],
      ["a wrong password", { form: "redis://nobody@127.0.0.1:PORT", password: "swordfish" }, "wrong user or password"],
      ["a password where it has none", { password: "swordfish" }, "it refused the database, the user"],
    ])("%s: said once, in our words", async (_what, options, reason) => {
      const { store, failures } = openStore(server.port, options);
      expect(await store.get(KEY)).toBeUndefined();
      await store.put(KEY, BYTES);
      expect(failures).toEqual([expect.stringContaining(`read: ${reason}`)]);
      expect(failures[0]).not.toContain("swordfish");
      expect(server.names()).toEqual([]);
    });
  });

  test("what it holds of ours is counted and cleared, whoever's secret it has; all else stays", async () => {
    server.ask("SET", "mine", "x");
    server.ask("SET", "containerspec:layer:notes", "x");
    server.ask("EVAL", "for i = 1, 2500 do redis.call('SET', 'theirs:' .. i, 'x') end", "0");
    const entry = Buffer.byteLength(toEntry(KEY, BYTES, { seal: checksum, packing }) ?? "");
    for (let index = 0; index < 30; index += 1)
      await openStore(server.port, { secret: `${SECRET} ${index % 3}` }).store.put(`layer sha256:${index % 10}`, BYTES);
    const expected = { entries: 30, bytes: 30 * entry };
    expect(await measureRedis(addressOf(server.port), undefined)).toEqual(expected);
    expect(await clearRedis(addressOf(server.port), undefined)).toEqual(expected);
    expect(await measureRedis(addressOf(server.port), undefined)).toEqual({ entries: 0, bytes: 0 });
    expect(server.ask("DBSIZE")).toBe("2502");
  });

  test("eight processes that write one entry at once leave one, whole; each ends by itself", async () => {
    const built = new URL("../../build/cache/", import.meta.url).href;
    const script = `
      import { createRedisStore } from ${JSON.stringify(`${built}redis-store.js`)};
      import { packing } from ${JSON.stringify(`${built}../image/packing.js`)};
      import { parseCachePlace } from ${JSON.stringify(`${built}cache-place.js`)};
      const { address } = parseCachePlace(process.argv[1]);
      const onFailure = (what, error) => { console.error(what, error); process.exitCode = 1; };
      const store = createRedisStore(address, { secret: ${JSON.stringify(SECRET)}, packing, onFailure });
      for (let i = 0; i < 40; i++) {
        await store.put("one", new Uint8Array(300_000).fill(7));
        const got = await store.get("one");
        if (got === undefined || got.length !== 300_000 || got.some((byte) => byte !== 7)) process.exitCode = 2;
      }`;
    const url = `redis://127.0.0.1:${server.port}`;
    const all = Array.from({ length: 8 }, () => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", script, url], { stdio: "ignore" });
      return new Promise((resolve) => child.on("close", resolve));
    });
    expect(await Promise.all(all)).toEqual(Array.from({ length: 8 }, () => 0));
    expect(server.names()).toEqual([toName("one", SECRET)]);
  });
});
