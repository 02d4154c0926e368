/** Layers from the cache: the same report in every form of image, and no layer believed that was not verified. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { analyze, openCache, readHost, type AnalyzeOptions, type Host, type LayerStore } from "../../src/index.js";
import { readImage, type ReadImageOptions } from "../../src/image/read-image.js";
import type { FileFacts } from "../../src/loader/facts.js";
import { fileInspector } from "../../src/loader/inspect.js";
import { findText } from "../../src/loader/ld-conf.js";
import { toLayerCache } from "../../src/open-cache.js";
import { walk } from "../../src/rootfs/walk.js";
import { packRoot, writeRoot } from "../cli/root-files.js";
import { HOST, IMAGE } from "../cli/verdict-roots.js";
import { hexOf, packArchive, writeLayout, type ArchiveFile } from "../support/image-builder.js";
import { docker25, dockerArchive, dockerLegacy, kanikoArchive, ociLayout } from "../support/image-forms.js";
import { layerTar } from "../support/image-layer.js";
import { failureOf } from "../support/tar-entries.js";

const folder = mkdtempSync(join(tmpdir(), "containerspec-layers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BASE = packRoot(IMAGE);
const MIDDLE = layerTar(["opt/list=/opt/none.so", "etc/", "opt/.wh.old", "usr/bin/other => usr/bin/safe", "dev/x %"]);
const TOP = layerTar(["etc/ld.so.preload -> ../opt/list", "opt/bytes\u00e9\u00ff=x", "usr/lib/.wh..wh..opq"]);
const APP = { references: ["app:1"], layers: [BASE, MIDDLE, TOP] };

const FORMS: Readonly<Record<string, readonly ArchiveFile[]>> = {
  "docker archive": dockerArchive([APP]),
  "docker save, before 25": dockerLegacy([APP]),
  "docker save, since 25, compressed": docker25([APP], { packing: "gzip" }),
  "OCI, plain": ociLayout([APP], { packing: "plain" }),
  "OCI, gzip": ociLayout([APP], { packing: "gzip" }),
  "OCI, zstd": ociLayout([APP], { packing: "zstd" }),
  "OCI, sha512": ociLayout([APP], { packing: "gzip", algorithm: "sha512" }),
  "OCI, sha512, plain": ociLayout([APP], { packing: "plain", algorithm: "sha512" }),
  kaniko: kanikoArchive(APP),
};

let host: Host;
beforeAll(async () => {
  host = await readHost(writeRoot(join(folder, "host"), HOST));
});

/** A store in memory, which counts what is found in it. */
function createStore(): LayerStore & { readonly entries: Map<string, Uint8Array>; layersFound: number } {
  const entries = new Map<string, Uint8Array>();
  const store = {
    entries,
    layersFound: 0,
    get(key: string) {
      const found = entries.get(key);
      if (found !== undefined && key.startsWith("layer ")) store.layersFound += 1;
      return Promise.resolve(found);
    },
    put(key: string, bytes: Uint8Array) {
      entries.set(key, Buffer.from(bytes));
      return Promise.resolve();
    },
  };
  return store;
}

let store: ReturnType<typeof createStore>;
/** paths of the files that were looked into since the start of the test */
let inspected: string[];
beforeEach(() => {
  store = createStore();
  inspected = [];
});

const watching: typeof fileInspector = {
  ...fileInspector,
  inspect(path, body) {
    inspected.push(path);
    return fileInspector.inspect(path, body);
  },
};

let count = 0;
function write(files: readonly ArchiveFile[]): string {
  count += 1;
  const path = join(folder, `image-${count}.tar`);
  writeFileSync(path, packArchive(files));
  return path;
}

function read(path: string, options: Partial<ReadImageOptions<FileFacts>> = {}) {
  return readImage(path, {
    inspector: watching,
    layerMode: "overlay",
    verify: "always",
    defaultPlatform: "linux/amd64",
    cache: toLayerCache(store),
    ...options,
  });
}

async function report(path: string, options: Partial<AnalyzeOptions> = {}): Promise<string> {
  return JSON.stringify(await analyze(path, { host, libraries: ["*"], ...options }));
}

describe.each(Object.entries(FORMS))("%s", (_form, files) => {
  test("cold, warm and without a cache the reports are equal, to the byte", async () => {
    const path = write(files);
    for (const layerMode of ["overlay", "extract"] as const) {
      const without = await report(path, { layerMode });
      const cache = createStore();
      expect(await report(path, { layerMode, cache })).toBe(without);
      expect(cache.layersFound).toBe(0);
      expect(await report(path, { layerMode, cache })).toBe(without);
      expect(cache.layersFound).toBe(3);
      expect(await report(path, { layerMode, cache, verify: "auto" })).toBe(without);
    }
  });

  test("what is found is what was read, facts and all", async () => {
    const path = write(files);
    const cold = await read(path);
    expect(inspected).not.toEqual([]);
    inspected = [];
    const warm = await read(path);
    // The text that a link leads to is read again: it is asked for by a place, which other layers decide.
    expect(inspected).toEqual(["/opt/list"]);
    expect(warm.image).toEqual(cold.image);
    expect(warm.remarks).toEqual(cold.remarks);
    expect([...walk(warm.snapshot)]).toEqual([...walk(cold.snapshot)]);
    expect(findText(warm.snapshot, "/etc/ld.so.preload")).toBe("/opt/none.so");
  });
});

describe("a layer that two images share", () => {
  test("is read once, in whatever form it is stored", async () => {
    const other = { references: ["other:1"], layers: [BASE, layerTar(["opt/own=1"])] };
    const plain = write(dockerArchive([APP]));
    await read(plain);
    inspected = [];
    await read(write(dockerArchive([other])));
    expect(inspected).toEqual([]);
    // What the same layer is compressed to has to be inflated once: nobody else knows what is in it.
    const gzip = write(ociLayout([other], { packing: "gzip" }));
    await read(gzip);
    expect(inspected.length).toBeGreaterThan(3);
    inspected = [];
    await read(gzip);
    expect(inspected).toEqual([]);
    expect([...store.entries.keys()].filter((key) => key.startsWith("layer "))).toHaveLength(4);
    expect(await report(gzip, { cache: store })).toBe(await report(gzip));
  });

  test("as a folder, and twice in one image", async () => {
    const image = { references: ["twice:1"], layers: [BASE, MIDDLE, BASE] };
    const layout = join(folder, "layout");
    await writeLayout(layout, ociLayout([image], { packing: "zstd" }));
    const without = await report(layout);
    expect(await report(layout, { cache: store })).toBe(without);
    store.layersFound = 0;
    expect(await report(layout, { cache: store })).toBe(without);
    expect(store.layersFound).toBe(3);
  });

  test("an image that passes by neither fills nor uses it", async () => {
    const path = `${write(dockerArchive([APP]))}.gz`;
    const image = { ...APP, layers: [BASE, MIDDLE] };
    writeFileSync(path, gzipSync(packArchive(dockerArchive([image]))));
    expect(await report(path, { cache: store })).toBe(await report(path));
    expect(store.entries.size).toBe(0);
  });
});

describe("bytes that were not verified", () => {
  const EVIL = layerTar(["usr/bin/evil=1"]);

  test("a config that names another layer is a lie, with a warm cache too", async () => {
    for (const packing of ["plain", "gzip", "zstd"] as const) {
      await read(write(ociLayout([{ layers: [BASE] }], { packing })));
      await read(write(ociLayout([{ layers: [EVIL] }], { packing })));
      const lie = write(ociLayout([{ layers: [EVIL], diffIds: [`sha256:${hexOf(BASE)}`] }], { packing }));
      const cold = await failureOf(read(lie, { cache: toLayerCache(createStore()) }));
      const warm = await failureOf(read(lie));
      expect(cold.code).toBe("digest-mismatch");
      expect([warm.code, warm.message]).toEqual([cold.code, cold.message]);
    }
  });

  test.each(["docker archive", "OCI, plain", "OCI, gzip", "OCI, zstd", "kaniko", "docker save, since 25, compressed"])(
    "%s: one changed byte of a layer fails as it does without a cache",
    async (form) => {
      const files = FORMS[form] ?? [];
      const path = write(files);
      await read(path);
      const stored = files.flatMap((file) => ("content" in file ? [file.content] : []));
      const largest = stored.reduce((a, b) => (a.length >= b.length ? a : b));
      const archive = readFileSync(path);
      const at = archive.indexOf(largest.subarray(0, 300)) + 200;
      archive[at] = (archive[at] as number) ^ 1;
      writeFileSync(path, archive);
      const without = await failureOf(read(path, { cache: toLayerCache(createStore()) }));
      const warm = await failureOf(read(path));
      expect([warm.code, warm.message]).toEqual([without.code, without.message]);
    },
  );

  test("a layer that fails is not kept", async () => {
    const lie = write(ociLayout([{ layers: [EVIL], diffIds: [`sha256:${hexOf(BASE)}`] }]));
    expect((await failureOf(read(lie))).code).toBe("digest-mismatch");
    expect(store.entries.size).toBe(0);
  });

  test("with --verify never nothing is kept, and what is there is believed", async () => {
    const path = write(ociLayout([APP], { packing: "gzip" }));
    const without = await report(path, { verify: "never" });
    expect(await report(path, { verify: "never", cache: store })).toBe(without);
    expect(store.entries.size).toBe(0);
    await report(path, { cache: store });
    store.layersFound = 0;
    expect(await report(path, { verify: "never", cache: store })).toBe(without);
    expect(store.layersFound).toBe(3);
    const kaniko = write(kanikoArchive(APP));
    expect(await report(kaniko, { verify: "never", cache: store })).toBe(await report(kaniko, { verify: "never" }));
  });

  test("an entry is another's who reads with another version", async () => {
    const path = write(dockerArchive([APP]));
    await read(path);
    inspected = [];
    await read(path, { cache: { ...toLayerCache(store), version: "later" } });
    expect(inspected.length).toBeGreaterThan(3);
  });

  test("bytes that the codec does not understand are read anew, and written over", async () => {
    const path = write(dockerArchive([APP]));
    const without = await report(path, { cache: store });
    for (const key of store.entries.keys()) store.entries.set(key, Buffer.from("{}"));
    expect(await report(path, { cache: store })).toBe(without);
    inspected = [];
    await read(path);
    expect(inspected).toEqual(["/opt/list"]);
  });
});

describe("limits", () => {
  test("an entry made under higher ones does not bypass lower ones", async () => {
    const path = write(dockerArchive([APP]));
    await read(path, { limits: { pathBytes: 9999 } });
    for (const limits of [{ pathBytes: 10 }, { entries: 3 }, { bodyBytes: 100 }]) {
      const without = await failureOf(read(path, { limits, cache: toLayerCache(createStore()) }));
      await read(path);
      const warm = await failureOf(read(path, { limits }));
      expect([without.code, warm.code, warm.message]).toEqual(["limit-exceeded", "limit-exceeded", without.message]);
    }
  });

  test("memory counts the same, to the byte, from the cache", async () => {
    const path = write(ociLayout([APP]));
    await read(path);
    let [fails, works] = [1, 1 << 20];
    while (works - fails > 1) {
      const memory = (fails + works) >> 1;
      const isEnough = await read(path, { limits: { memory }, cache: toLayerCache(createStore()) }).then(
        () => true,
        () => false,
      );
      if (isEnough) works = memory;
      else fails = memory;
    }
    inspected = [];
    await read(path, { limits: { memory: works } });
    expect(inspected).toEqual(["/opt/list"]);
    const failure = await failureOf(read(path, { limits: { memory: fails } }));
    expect(failure.code).toBe("limit-exceeded");
  });
});

test("a folder as cache, for an image as host too: reports stay equal while its files are damaged one by one", async () => {
  const place = join(folder, "cache");
  const hostImage = write(ociLayout([{ references: ["host:1"], layers: [packRoot(HOST)] }]));
  const image = write(ociLayout([APP]));
  const judge = async (options: { cache?: LayerStore }): Promise<string> =>
    JSON.stringify(await analyze(image, { host: await readHost(hostImage, options), libraries: ["*"], ...options }));
  const without = await judge({});
  const cache = openCache(place);
  expect(await judge({ cache })).toBe(without);
  const files = readdirSync(place).filter((name) => name.endsWith(".layer"));
  expect(files).toHaveLength(8);
  for (const [index, name] of files.entries()) {
    const bytes = readFileSync(join(place, name));
    bytes[bytes.length - 10] = (bytes[bytes.length - 10] as number) ^ 1;
    writeFileSync(join(place, name), index % 2 === 0 ? bytes : bytes.subarray(0, -1));
    expect(await judge({ cache })).toBe(without);
  }
  expect(await judge({ cache })).toBe(without);
});
