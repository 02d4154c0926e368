/** Several images at a time: the same reports as one by one, in their order, and a layer that they share is scanned once. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyze, analyzeSeveral, readHost, type Host, type LayerStore } from "../src/index.js";
import { inTurn } from "../src/image/layer-turns.js";
import { packRoot, writeRoot } from "./cli/root-files.js";
import { HOST, IMAGE } from "./cli/verdict-roots.js";
import { packArchive } from "./support/image-builder.js";
import { ociLayout } from "./support/image-forms.js";
import { layerTar } from "./support/image-layer.js";
import { failureOf } from "./support/tar-entries.js";

const folder = mkdtempSync(join(tmpdir(), "containerspec-several-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BASE = packRoot(IMAGE);
const file = (name: string): string => join(folder, name);
const SOURCES = ["a.tar", "b.tar", "c.tar"].map(file);
let host: Host;

beforeAll(async () => {
  host = await readHost(writeRoot(file("host"), HOST));
  SOURCES.forEach((source, i) => {
    const top = layerTar([`etc/name=${i}`]);
    writeFileSync(
      source,
      packArchive(ociLayout([{ references: ["app:1"], layers: [BASE, top] }], { packing: "gzip" })),
    );
  });
  writeFileSync(file("broken.tar"), "no image at all");
});

/** A store in memory that answers late, as a disk does. */
function createStore(): LayerStore & { readonly kept: string[] } {
  const entries = new Map<string, Uint8Array>();
  const kept: string[] = [];
  return {
    kept,
    async get(key) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return entries.get(key);
    },
    async put(key, bytes) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      kept.push(key);
      entries.set(key, Buffer.from(bytes));
    },
  };
}

describe.each([1, 2, 8])("%i at a time", (jobs) => {
  test("are reported in their order, as one by one", async () => {
    const each = await Promise.all(SOURCES.map((source) => analyze(source, { host, libraries: ["*"] })));
    expect(await analyzeSeveral(SOURCES, { host, libraries: ["*"], jobs })).toEqual(each);
    expect(await analyzeSeveral(SOURCES, { host, libraries: ["*"], jobs, cache: createStore() })).toEqual(each);
  });

  test("scan a layer that they share once", async () => {
    const store = createStore();
    await analyzeSeveral(SOURCES, { host, jobs, cache: store });
    const layers = store.kept.filter((key) => key.startsWith("layer "));
    expect(layers).toHaveLength(1 + SOURCES.length);
    expect(new Set(layers).size).toBe(layers.length);
  });

  test("fail with the first that cannot be read, by its name", async () => {
    const [first = "", ...others] = SOURCES;
    const sources = [first, file("broken.tar"), file("absent.tar"), ...others];
    const error = await failureOf(analyzeSeveral(sources, { host, jobs }));
    expect(error).toMatchObject({ code: "not-an-image" });
    expect(error.message).toContain("broken.tar");
  });
});

describe("turns at a layer", () => {
  const store = createStore();

  test("come one after the other, and a failure ends one only", async () => {
    const log: string[] = [];
    const work = (name: string, fails = false) =>
      inTurn(store, "layer", async () => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 2));
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const settled = await Promise.allSettled([work("first", true), work("second"), work("third")]);
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    expect(log).toEqual(["first", "second", "third"].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  test("are taken with each store, and at each layer, apart", async () => {
    let release: () => void = () => undefined;
    const blocked = inTurn(store, "one", () => new Promise<void>((resolve) => (release = resolve)));
    expect(await inTurn(store, "two", () => Promise.resolve("free"))).toBe("free");
    expect(await inTurn(createStore(), "one", () => Promise.resolve("free"))).toBe("free");
    release();
    await blocked;
  });
});
