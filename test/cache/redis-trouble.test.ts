/** A Redis server that keeps strangers out, goes away, or is slow: said once, and nobody waits long. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measureRedis } from "../../src/cache/redis-entries.js";
import { toName } from "../../src/cache/redis-names.js";
import {
  findPort,
  hasRedis,
  startProxy,
  startRedis,
  WITHOUT_REDIS,
  type RedisServer,
} from "../support/redis-server.js";
import { addressOf, BYTES, KEY, openStore, SECRET, text, WHOLE } from "../support/redis-store.js";

describe.skipIf(!hasRedis)(`a server that has a password${WITHOUT_REDIS}`, () => {
  test("lets in who has it, and says so to who has not", async () => {
    const server = await startRedis(["--requirepass", "swordfish"]);
    const { store, failures } = openStore(server.port, { password: "swordfish" });
    await store.put(KEY, BYTES);
    expect(text(await store.get(KEY))).toBe(WHOLE);
    expect(failures).toEqual([]);
    for (const [password, reason] of [
      [undefined, "it wants a password"],
      ["sailfish", "wrong user or password"],
    ] as const) {
      const refused = openStore(server.port, password === undefined ? {} : { password });
      expect(await refused.store.get(KEY)).toBeUndefined();
      expect(refused.failures).toEqual([expect.stringContaining(`read: ${reason}`)]);
      await expect(measureRedis(addressOf(server.port), password)).rejects.toThrow("refused a command");
    }
  });

  test("and repeats it, where it does not know the command: nobody hears that", async () => {
    const server = await startRedis(["--rename-command", "AUTH", '""']);
    expect(server.ask("AUTH", "swordfish")).toContain("swordfish");
    const { store, failures } = openStore(server.port, { password: "swordfish" });
    expect(await store.get(KEY)).toBeUndefined();
    expect(failures).toEqual(["read: it refused the database, the user or a command"]);
    const failure: unknown = await measureRedis(addressOf(server.port), "swordfish").catch((error: unknown) => error);
    expect(String((failure as Error).stack) + JSON.stringify(failure)).not.toContain("swordfish");
  });
});

describe.skipIf(!hasRedis)(`a server that goes away${WITHOUT_REDIS}`, () => {
  test("before it is asked: said once, and not tried again", async () => {
    const port = await findPort();
    for (const form of ["redis://127.0.0.1:PORT", "redis://localhost:PORT"]) {
      const { store, failures } = openStore(port, { form });
      expect(await Promise.all([store.get(KEY), store.get("other")])).toEqual([undefined, undefined]);
      await store.put(KEY, BYTES);
      expect(failures).toEqual(["read: connection refused"]);
      const late = await startRedis([], { port });
      await store.put(KEY, BYTES);
      expect(await store.get(KEY)).toBeUndefined();
      expect(late.names()).toEqual([]);
      await late.kill();
    }
  });

  test("between two answers", async () => {
    const server = await startRedis();
    const { store, failures } = openStore(server.port);
    await store.put(KEY, BYTES);
    await server.kill();
    expect(await store.get(KEY)).toBeUndefined();
    expect(await store.get(KEY)).toBeUndefined();
    await store.put(KEY, BYTES);
    expect(failures).toEqual([expect.stringMatching(/^read: connection (?:lost|reset|refused)$/)]);
  });

  test("while it answers", async () => {
    const server = await startRedis();
    const proxy = await startProxy(server.port);
    const { store, failures } = openStore(proxy.port);
    await store.put(KEY, BYTES);
    proxy.delay = Infinity;
    const waiting = store.get(KEY);
    await server.kill();
    expect(await waiting).toBeUndefined();
    expect(failures).toEqual([expect.stringMatching(/^read: connection (?:lost|reset)$/)]);
  });
});

describe.skipIf(!hasRedis)(`a server that is slow${WITHOUT_REDIS}`, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  async function secondsOf(work: () => Promise<unknown>): Promise<number> {
    const start = performance.now();
    await work();
    return (performance.now() - start) / 1000;
  }

  test("to let anybody in: two seconds, once", async () => {
    const proxy = await startProxy(server.port);
    proxy.delay = Infinity;
    const { store, failures } = openStore(proxy.port);
    expect(await secondsOf(() => Promise.all([store.get(KEY), store.get("other")]))).toBeLessThan(5);
    expect(await secondsOf(() => store.put(KEY, BYTES))).toBeLessThan(1);
    expect(failures).toEqual(["read: no answer within 2 seconds"]);
    expect(proxy.connections).toBe(1);
  });

  test("and stalls in the middle: five seconds, once", async () => {
    const proxy = await startProxy(server.port);
    const { store, failures } = openStore(proxy.port);
    await store.put(KEY, BYTES);
    proxy.delay = Infinity;
    expect(await secondsOf(() => store.put("other", BYTES))).toBeGreaterThan(4);
    expect(await secondsOf(() => store.get(KEY))).toBeLessThan(1);
    expect(failures).toEqual(["write: no answer within 5 seconds"]);
    expect(proxy.connections).toBe(1);
  });

  test("each time: ten seconds in all", async () => {
    const proxy = await startProxy(server.port);
    const { store, failures } = openStore(proxy.port);
    await store.put(KEY, BYTES);
    proxy.delay = 1500;
    let answers = 0;
    while (failures.length === 0) if ((await store.get(KEY)) !== undefined) answers += 1;
    expect(answers).toBeGreaterThan(3);
    expect(answers).toBeLessThan(12);
    expect(failures).toEqual(["read: its answers take too long"]);
  });
});

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

describe.skipIf(!hasRedis || !hasOpenssl)(
  `TLS${hasRedis && !hasOpenssl ? " (skipped: no openssl)" : WITHOUT_REDIS}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "containerspec-tls-"));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];

    test("with a certificate that this machine knows, and no other", async () => {
      const words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=store -addext subjectAltName=IP:127.0.0.1";
      spawnSync("openssl", [...words.split(" "), "-keyout", key, "-out", certificate]);
      const tls = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate];
      const server = await startRedis([], { tls: [...tls, "--tls-auth-clients", "no"] });
      const form = "rediss://127.0.0.1:PORT/0";
      const { store, failures } = openStore(server.port, { form });
      expect(await store.get(KEY)).toBeUndefined();
      expect(failures).toEqual([expect.stringMatching(/^read: self-signed certificate/)]);
      // Node.js reads the variable when it starts.
      const built = new URL("../../build/", import.meta.url).href;
      const script = `
      import { openCache } from ${JSON.stringify(`${built}open-cache.js`)};
      const onWarning = (text) => console.log(text);
      const cache = openCache(process.argv[1], { secret: ${JSON.stringify(SECRET)}, onWarning });
      await cache.put("one", Buffer.from("content"));
      console.log(Buffer.from(await cache.get("one")).toString());`;
      const { stdout } = spawnSync(
        process.execPath,
        ["--input-type=module", "-e", script, form.replace("PORT", String(server.port))],
        { encoding: "utf8", env: { PATH: process.env["PATH"], NODE_EXTRA_CA_CERTS: certificate } },
      );
      expect(stdout).toBe("content\n");
      expect(server.names()).toEqual([toName("one", SECRET)]);
    });
  },
);
