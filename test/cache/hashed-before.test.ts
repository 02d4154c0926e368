/** `--verify auto`: what was hashed before is not hashed again while its file stays what it was, and never believed of another content. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { LayerStore } from "../../src/image/layer-store.js";
import { readImage, type OpenedImage } from "../../src/image/read-image.js";
import { findChangeTimes } from "../../src/disk/file-identity.js";
import type { FileFacts } from "../../src/loader/facts.js";
import { fileInspector } from "../../src/loader/inspect.js";
import { toLayerCache } from "../../src/open-cache.js";
import { packRoot } from "../cli/root-files.js";
import { IMAGE } from "../cli/verdict-roots.js";
import { packArchive, writeLayout } from "../support/image-builder.js";
import { dockerArchive, ociLayout } from "../support/image-forms.js";
import { layerTar } from "../support/image-layer.js";
import { failureOf } from "../support/tar-entries.js";

const folder = mkdtempSync(join(tmpdir(), "containerspec-hashed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOUR = 3_600_000;
const APP = { references: ["app:1"], layers: [packRoot(IMAGE), layerTar(["opt/list=/opt/none.so"])] };
const times = findChangeTimes(folder);
const obstacle = times === "own" ? "" : " (skipped: the temporary folder's file system does not keep ctimes by itself)";

interface Store extends LayerStore {
  readonly entries: Map<string, Uint8Array>;
}

function createStore(more: Pick<LayerStore, "ofMachine"> = {}): Store {
  const entries = new Map<string, Uint8Array>();
  return {
    entries,
    get: (key) => Promise.resolve(entries.get(key)),
    put: (key, bytes) => Promise.resolve(void entries.set(key, Buffer.from(bytes))),
    ...more,
  };
}

const marksOf = ({ entries }: Store): string[] => [...entries.keys()].filter((key) => key.startsWith("bytes "));

/** paths of the files that were looked into since the start of the test */
let inspected: string[] = [];
let count = 0;
beforeEach(() => {
  inspected = [];
  count += 1;
});
afterEach(() => {
  vi.useRealTimers();
});

/** What was changed a moment ago may change again within one step of the clock; an hour later it is old enough. */
function waitAnHour(): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR });
}

function read(path: string, store: LayerStore, verify: "always" | "auto"): Promise<OpenedImage<FileFacts>> {
  return readImage(path, {
    inspector: {
      ...fileInspector,
      inspect(name, body) {
        inspected.push(name);
        return fileInspector.inspect(name, body);
      },
    },
    layerMode: "overlay",
    verify,
    defaultPlatform: "linux/amd64",
    cache: toLayerCache(store),
  });
}

const FORMS: Readonly<Record<string, () => Promise<string>>> = {
  async "docker archive"() {
    const path = join(folder, `docker-${count}.tar`);
    await writeFile(path, packArchive(dockerArchive([APP])));
    return path;
  },
  async "OCI archive, gzip"() {
    const path = join(folder, `oci-${count}.tar`);
    await writeFile(path, packArchive(ociLayout([APP], { packing: "gzip" })));
    return path;
  },
  async "OCI layout"() {
    const path = join(folder, `layout-${count}`);
    await writeLayout(path, ociLayout([APP], { packing: "gzip" }));
    return path;
  },
};

describe.skipIf(obstacle !== "").each(Object.entries(FORMS))(`%s${obstacle}`, (_form, write) => {
  test("the digest that was kept is the one that counts, and nothing but `auto` asks for it", async () => {
    const path = await write();
    waitAnHour();
    const store = createStore();
    const cold = await read(path, store, "always");
    expect(marksOf(store)).toHaveLength(APP.layers.length);
    inspected = [];
    expect((await read(path, store, "auto")).image).toEqual(cold.image);
    expect(inspected).toEqual([]);
    // Whoever hashes does not notice a lie; whoever believes it knows no layer of that digest, and reads them after all.
    const lie = (): void => {
      for (const key of marksOf(store)) store.entries.set(key, Buffer.from(`sha256:${"0".repeat(64)}`));
    };
    lie();
    await read(path, store, "always");
    expect(inspected).toEqual([]);
    lie();
    expect((await read(path, store, "auto")).image).toEqual(cold.image);
    expect(inspected).not.toEqual([]);
  });

  test("what changed a moment ago is hashed each time", async () => {
    const store = createStore();
    await read(await write(), store, "auto");
    expect(marksOf(store)).toEqual([]);
  });

  test("a store of many machines that has no place for one keeps no marks, and one that has keeps them there", async () => {
    const path = await write();
    waitAnHour();
    const shared = createStore({ ofMachine: "none" });
    await read(path, shared, "auto");
    expect(marksOf(shared)).toEqual([]);
    const own = createStore();
    const both = createStore({ ofMachine: own });
    await read(path, both, "auto");
    expect([marksOf(both).length, marksOf(own).length]).toEqual([0, APP.layers.length]);
  });
});

test.skipIf(obstacle !== "")(`a file that was written to is hashed again${obstacle}`, async () => {
  const path = join(folder, "written-to.tar");
  writeFileSync(path, packArchive(dockerArchive([APP])));
  const store = createStore();
  waitAnHour();
  await read(path, store, "auto");
  const bytes = readFileSync(path);
  const at = bytes.indexOf("/opt/none.so");
  expect(at).toBeGreaterThan(0);
  bytes.write("/opt/EVIL.so", at);
  writeFileSync(path, bytes);
  expect((await failureOf(read(path, store, "auto"))).code).toBe("digest-mismatch");
});
