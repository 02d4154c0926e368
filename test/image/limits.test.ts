/** Every limit stops a small image where it is set low, names the option that raises it, and lets the image pass where it is raised. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { DEFAULT_LIMITS, LIMIT_NAMES, type LimitKey, type Limits } from "../../src/image/limits.js";
import {
  blobFile,
  buildConfig,
  describe as toDescriptor,
  packArchive,
  packLayer,
  toJson,
} from "../support/image-builder.js";
import { dockerArchive } from "../support/image-forms.js";
import { layerTar } from "../support/image-layer.js";
import { readFrom, readStreamed } from "../support/image-read.js";
import { buildSquashfs } from "../support/squashfs-builder.js";
import { failureOf } from "../support/tar-entries.js";
import { tarEntry, tarOf } from "../support/tar-builder.js";
import { gnuSparse } from "../support/tar-extended.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "limits-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const LAYER = layerTar(["usr/", "usr/lib/", "usr/lib/liba.so=1", "lib -> usr/lib", "lib/libb.so=2"]);
const PLAIN = packArchive(dockerArchive([{ layers: [LAYER, LAYER] }]));
/** zeros that compress a hundredfold and more */
const ZEROS = tarOf(tarEntry({ name: "zeros" }, Buffer.alloc(1 << 20)));
const HOLE = packArchive(
  dockerArchive([
    { layers: [tarOf(gnuSparse({ name: "hole", size: 1 << 20, parts: [{ offset: 0, data: "\x7fELF" }] }))] },
  ]),
);

/** An index that leads to an index that leads to an image, whose layer is compressed. */
function nested(tar: Uint8Array): Buffer {
  const layer = packLayer(tar, "gzip");
  const config = buildConfig({ layers: [tar] });
  const manifest = toJson({
    schemaVersion: 2,
    config: toDescriptor("application/vnd.oci.image.config.v1+json", config),
    layers: [toDescriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer)],
  });
  const inner = toJson({ manifests: [toDescriptor("application/vnd.oci.image.manifest.v1+json", manifest)] });
  const index = toJson({ manifests: [toDescriptor("application/vnd.oci.image.index.v1+json", inner)] });
  const blobs = [layer, config, manifest, inner].map((content) => blobFile(content));
  return packArchive([...blobs, { name: "index.json", content: index }]);
}

const NESTED = nested(LAYER);
const GROWING = nested(ZEROS);

type Case = readonly [LimitKey, Buffer, low: Partial<Limits>, high: Partial<Limits>];

const CASES: readonly Case[] = [
  ["documentBytes", PLAIN, { documentBytes: 100 }, { documentBytes: 4096 }],
  ["indexDepth", NESTED, { indexDepth: 1 }, { indexDepth: 2 }],
  ["descriptors", NESTED, { descriptors: 1 }, { descriptors: 2 }],
  ["layers", PLAIN, { layers: 1 }, { layers: 2 }],
  ["entries", PLAIN, { entries: 3 }, { entries: 20 }],
  ["pathBytes", PLAIN, { pathBytes: 10 }, { pathBytes: 100 }],
  ["pathDepth", PLAIN, { pathDepth: 2 }, { pathDepth: 3 }],
  ["linkSteps", PLAIN, { linkSteps: 1 }, { linkSteps: 200 }],
  ["bodyBytes", GROWING, { bodyBytes: 1000 }, { bodyBytes: 1 << 20 }],
  ["memory", PLAIN, { memory: 500 }, { memory: 10_000 }],
  ["inflatedBodyBytes", HOLE, { inflatedBodyBytes: 1000 }, { inflatedBodyBytes: 1 << 20 }],
  [
    "bodyInflation",
    HOLE,
    { inflatedBodyBytes: 1000, bodyInflation: 2 },
    { inflatedBodyBytes: 1000, bodyInflation: 1 << 20 },
  ],
  ["inflatedBytes", GROWING, { inflatedBytes: 5000, inflationRatio: 1 }, { inflatedBytes: 2 << 20, inflationRatio: 1 }],
  ["inflationRatio", GROWING, { inflatedBytes: 1, inflationRatio: 2 }, { inflatedBytes: 1, inflationRatio: 2000 }],
];

function nameOf(key: LimitKey): string {
  return [...LIMIT_NAMES].find(([, one]) => one === key)?.[0] ?? "";
}

describe.each(CASES)("%s", (key, bytes, low, high) => {
  it.each(["file", "stream"] as const)("of an archive that is a %s", async (form) => {
    const path = join(folder, "image.tar");
    await writeFile(path, bytes);
    const read = (limits: Partial<Limits>) =>
      form === "file" ? readFrom(path, { limits }) : readStreamed(bytes, { limits });
    const failure = await failureOf(read(low));
    expect(failure.code).toBe("limit-exceeded");
    expect(failure.message).toContain(`(--limit ${nameOf(key)}=N raises it)`);
    expect((await read(high)).image.layers.length).toBeGreaterThan(0);
  });
});

test("documentsBytes, of an archive that is a stream", async () => {
  const failure = await failureOf(readStreamed(PLAIN, { limits: { documentsBytes: 200 } }));
  expect(failure).toMatchObject({
    code: "limit-exceeded",
    message: expect.stringContaining("(--limit documents-bytes=N raises it)") as string,
  });
  await readStreamed(PLAIN, { limits: { documentsBytes: 4096 } });
});

describe("a squashfs file system", () => {
  const bytes = buildSquashfs({
    "/bin/tool": { bytes: Buffer.alloc(5000, 1), mode: 0o755 },
    "/link": { link: "bin/tool" },
  });
  const cases: readonly (readonly [LimitKey, Partial<Limits>])[] = [
    ["entries", { entries: 1 }],
    ["pathBytes", { pathBytes: 5 }],
    ["pathDepth", { pathDepth: 1 }],
    ["bodyBytes", { bodyBytes: 1000 }],
    ["memory", { memory: 300 }],
    ["inflatedBytes", { inflatedBytes: 6000, inflationRatio: 1 }],
  ];
  it.each(cases)("%s", async (key, limits) => {
    const path = join(folder, "image.squashfs");
    await writeFile(path, bytes);
    const failure = await failureOf(readFrom(path, { limits }));
    expect(failure.code).toBe("limit-exceeded");
    expect(failure.message).toContain(`(--limit ${nameOf(key)}=N raises it)`);
    await readFrom(path);
  });
});

test("every limit has a case", () => {
  expect([...CASES.map(([key]) => key), "documentsBytes"].sort()).toEqual(Object.keys(DEFAULT_LIMITS).sort());
});

test.each([{ memory: 0 }, { memory: 1.5 }, { memory: NaN }, { nosuch: 1 }])("no limit: %o", async (limits) => {
  expect((await failureOf(readStreamed(PLAIN, { limits }))).code).toBe("usage");
});
