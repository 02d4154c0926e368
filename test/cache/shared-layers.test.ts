/** Layers from a server that others write to: the same report whatever they do, unless they have the secret. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { packing } from "../../src/image/packing.js";
import { checksum, sealWith, toEntry, type Seal } from "../../src/cache/entry.js";
import { toName } from "../../src/cache/redis-names.js";
import { analyze, openCache, readHost, type Host, type LayerStore } from "../../src/index.js";
import { packRoot, writeRoot } from "../cli/root-files.js";
import { HOST, IMAGE } from "../cli/verdict-roots.js";
import { packArchive } from "../support/image-builder.js";
import { dockerArchive, ociLayout } from "../support/image-forms.js";
import { layerTar } from "../support/image-layer.js";
import { hasRedis, startRedis, WITHOUT_REDIS, type RedisServer } from "../support/redis-server.js";

const SECRET = "a secret that all machines have";
const folder = mkdtempSync(join(tmpdir(), "containerspec-shared-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LAYERS = [packRoot(IMAGE), layerTar(["opt/list=/opt/none.so"]), layerTar(["opt/other=x"])];

/** An image as a file. */
function write(name: string, files: Parameters<typeof packArchive>[0]): string {
  const path = join(folder, name);
  writeFileSync(path, packArchive(files));
  return path;
}

describe.skipIf(!hasRedis)(`a shared store${WITHOUT_REDIS}`, () => {
  let host: Host;
  let server: RedisServer;
  beforeAll(async () => {
    host = await readHost(writeRoot(join(folder, "host"), HOST));
    server = await startRedis();
  });
  beforeEach(() => {
    server.ask("FLUSHALL");
  });

  const report = async (path: string, cache?: LayerStore): Promise<string> =>
    JSON.stringify(await analyze(path, { host, libraries: ["*"], ...(cache === undefined ? {} : { cache }) }));

  function open(port = server.port, secret = SECRET): { cache: LayerStore; warnings: string[]; found: () => number } {
    const warnings: string[] = [];
    let found = 0;
    const store = openCache(`redis://127.0.0.1:${port}`, { secret, onWarning: (text) => void warnings.push(text) });
    const get = async (key: string): Promise<Uint8Array | undefined> => {
      const bytes = await store.get(key);
      if (bytes !== undefined && key.startsWith("layer ")) found += 1;
      return bytes;
    };
    return { cache: { ...store, get }, warnings, found: () => found };
  }

  test.each([
    ["docker archive", dockerArchive([{ references: ["app:1"], layers: LAYERS }])],
    ["OCI, gzip", ociLayout([{ references: ["app:1"], layers: LAYERS }], { packing: "gzip" })],
  ])("%s: cold, warm and without a cache the reports are equal, to the byte", async (name, files) => {
    const path = write(`${name}.tar`, files);
    const without = await report(path);
    for (const layersFound of [0, 3]) {
      const { cache, warnings, found } = open();
      expect(await report(path, cache)).toBe(without);
      expect(found()).toBe(layersFound);
      expect(warnings).toEqual([]);
    }
  });

  test.each([0, 1, 2, 3])("a server that is killed after %i answers: the same report, said once", async (answers) => {
    const path = write("killed.tar", ociLayout([{ references: ["app:1"], layers: LAYERS }], { packing: "gzip" }));
    const without = await report(path);
    const mortal = await startRedis();
    expect(await report(path, open(mortal.port).cache)).toBe(without);
    const { cache, warnings } = open(mortal.port);
    let left = answers;
    const get = async (key: string): Promise<Uint8Array | undefined> => {
      if (left === 0) await mortal.kill();
      left -= 1;
      return cache.get(key);
    };
    expect(await report(path, { ...cache, get })).toBe(without);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^the cache in redis:\/\/127\.0\.0\.1:\d+\/0 cannot be read: connection \w+; all goes on without it/,
      ),
    ]);
  });

  describe("an entry that says another layer's facts", () => {
    /** What an image's only layer is kept as: key and bytes. */
    async function keptOf(path: string): Promise<readonly [string, Uint8Array]> {
      const kept: [string, Uint8Array][] = [];
      await report(path, {
        get: () => Promise.resolve(undefined),
        put: (key, bytes) => Promise.resolve(void kept.push([key, bytes])),
      });
      const [only, ...others] = kept.filter(([key]) => key.startsWith("layer "));
      if (only === undefined || others.length > 0) throw new Error(`${kept.length} entries`);
      return only;
    }

    /** The report of an image with a poisoned store, and what it is without. */
    async function poison(seal: Seal): Promise<{ honest: string; poisoned: string; warnings: readonly string[] }> {
      const path = write("app.tar", dockerArchive([{ references: ["app:1"], layers: LAYERS.slice(0, 1) }]));
      const harmless = write("harmless.tar", dockerArchive([{ references: ["app:1"], layers: [packRoot(HOST)] }]));
      const [key] = await keptOf(path);
      const [, lie] = await keptOf(harmless);
      server.write(toName(key, SECRET), toEntry(key, lie, { seal, packing }) ?? Buffer.alloc(0));
      const { cache, warnings } = open();
      return { honest: await report(path), poisoned: await report(path, cache), warnings };
    }

    test.each<readonly [string, Seal]>([
      ["a checksum, which anybody can make", checksum],
      ["another secret", sealWith("another secret, as good as ours")],
      ["an empty one", sealWith("")],
    ])("and has %s, is not believed", async (_what, seal) => {
      const { honest, poisoned, warnings } = await poison(seal);
      expect(honest).toContain('"verdict":"unsafe"');
      expect(poisoned).toBe(honest);
      expect(warnings).toEqual([]);
    });

    test("and has the secret, is: that is what the secret is for", async () => {
      const { honest, poisoned } = await poison(sealWith(SECRET));
      expect(honest).toContain('"verdict":"unsafe"');
      expect(poisoned).not.toContain('"verdict":"unsafe"');
    });
  });
});
