/** Small files that grow to gigabytes cost little memory and a bounded time, with each decoder. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  blobFile,
  buildConfig,
  describe as toDescriptor,
  packArchive,
  toJson,
  type ArchiveFile,
} from "../support/image-builder.js";
import { compileReader, measure, type Measured } from "../support/image-child.js";
import { zstdFrame, zstdZeros } from "../support/image-zstd.js";
import { base256, tarHeader } from "../support/tar-builder.js";

const GB = 2 ** 30;
/** Node itself takes about 60 MB. */
const MEMORY = 200;
const SECONDS = 30;

let reader: string;
beforeAll(() => {
  reader = compileReader();
});
afterAll(() => rmSync(reader, { recursive: true, force: true }));

/** An OCI archive of one layer as it is, whose diffID nobody knows. */
function withLayer(content: Uint8Array, architecture = "amd64"): ArchiveFile[] {
  const config = buildConfig({ layers: [], architecture, diffIds: [`sha256:${"0".repeat(64)}`] });
  const manifest = toJson({
    schemaVersion: 2,
    config: toDescriptor("application/vnd.oci.image.config.v1+json", config),
    layers: [toDescriptor("application/vnd.oci.image.layer.v1.tar", content)],
  });
  const index = toJson({
    schemaVersion: 2,
    manifests: [toDescriptor("application/vnd.oci.image.manifest.v1+json", manifest)],
  });
  return [blobFile(content), blobFile(config), blobFile(manifest), { name: "index.json", content: index }];
}

function save(name: string, bytes: Uint8Array): string {
  const path = join(reader, name);
  writeFileSync(path, bytes);
  return path;
}

function expectBounded({ seconds, megabytes }: Measured): void {
  expect(megabytes).toBeLessThan(MEMORY);
  expect(seconds).toBeLessThan(SECONDS);
}

const HUGE_FILE = tarHeader({ name: "usr/lib/huge.so", rawSize: base256(3 * GB) });
const DECODERS = [["zstd-napi", {}] as const, ["zstddec", { CONTAINERSPEC_ZSTD: "zstddec" }] as const];

describe.each(DECODERS)("3 GB of zeros in zstd, decoded by %s", (_name, env) => {
  const layer = Buffer.concat([zstdFrame(HUGE_FILE), zstdZeros(3 * GB), zstdFrame(Buffer.alloc(1024))]);

  it("as a file of a layer: read to its end, which has another diffID", () => {
    expect(layer.length).toBeLessThan(125_000);
    const measured = measure(reader, save("layer.tar", packArchive(withLayer(layer))), { env });
    expect(measured.outcome).toBe("digest-mismatch");
    expectBounded(measured);
  });

  it("behind the end of a layer's tar", () => {
    const measured = measure(reader, save("tail.tar", packArchive(withLayer(zstdZeros(3 * GB)))), { env });
    expect(measured.outcome).toBe("digest-mismatch");
    expectBounded(measured);
  });

  it("around the whole archive, on standard input", () => {
    const archive = Buffer.concat([
      zstdFrame(tarHeader({ name: "blob", rawSize: base256(3 * GB) })),
      zstdZeros(3 * GB),
      zstdFrame(Buffer.alloc(1024)),
    ]);
    const measured = measure(reader, "-", { env, stdin: archive });
    expect(measured.outcome).toBe("not-an-image");
    expectBounded(measured);
  });
});

it("1 GB of zeros in gzip, in many members", () => {
  const member = gzipSync(Buffer.alloc(64 << 20));
  const layer = Buffer.concat([
    gzipSync(tarHeader({ name: "usr/lib/huge.so", rawSize: base256(GB) })),
    ...Array.from({ length: 16 }, () => member),
  ]);
  const measured = measure(reader, save("gzip.tar", packArchive(withLayer(layer))));
  expect(measured.outcome).toBe("digest-mismatch");
  expectBounded(measured);
});

it("a document of an archive that grows to gigabytes", () => {
  const archive = Buffer.concat([
    zstdFrame(Buffer.concat([tarHeader({ name: "index.json", rawSize: base256(GB) }), Buffer.from("{")])),
    zstdZeros(GB - 1),
    zstdFrame(Buffer.alloc(1024)),
  ]);
  const measured = measure(reader, save("document.tar.zst", archive));
  expect(measured.outcome).toBe("limit-exceeded");
  expectBounded(measured);
});

it("200,000 empty files in a layer of a few kB", () => {
  const entry = tarHeader({ name: "usr/share/doc/empty" });
  const layer = gzipSync(Buffer.concat([...Array.from({ length: 200_000 }, () => entry), Buffer.alloc(1024)]));
  const measured = measure(reader, save("many.tar", packArchive(withLayer(layer))));
  expect(measured.outcome).toBe("digest-mismatch");
  expect(measured.megabytes).toBeLessThan(300);
  expect(measured.seconds).toBeLessThan(SECONDS);
});

describe("3 GB of zeros in a file that is wanted whole", () => {
  it.each([
    ["in a layer", (layer: Buffer) => packArchive(withLayer(layer))],
    ["in an archive that is compressed outside too", (layer: Buffer) => zstdFrame(packArchive(withLayer(layer)))],
  ])("%s: refused before it fills the memory", (_where, wrap) => {
    const layer = Buffer.concat([zstdFrame(HUGE_FILE), zstdZeros(3 * GB), zstdFrame(Buffer.alloc(1024))]);
    const measured = measure(reader, save("wanted.tar", wrap(layer)), { wanted: "/usr/lib/huge.so" });
    expect(measured.outcome).toBe("limit-exceeded");
    expect(measured.message).toMatch(/huge.so|file/);
    expect(measured.megabytes).toBeLessThan(600);
    expect(measured.seconds).toBeLessThan(SECONDS);
  });

  it("in an archive that is compressed outside alone", () => {
    const blob = Buffer.concat([tarHeader({ name: "blobs/sha256/x", rawSize: base256(512 + 3 * GB) }), HUGE_FILE]);
    const archive = Buffer.concat([zstdFrame(blob), zstdZeros(3 * GB), zstdFrame(Buffer.alloc(1024))]);
    const measured = measure(reader, save("outside.tar", archive), { wanted: "/usr/lib/huge.so" });
    expect(measured.megabytes).toBeLessThan(600);
    expect(measured.seconds).toBeLessThan(SECONDS);
    expect(measured.outcome).toBe("not-an-image");
  });
});
