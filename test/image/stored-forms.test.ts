/** What tools leave in and behind a compressed layer: the files of eStargz, members of gzip, bytes behind the last one. */
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  blobFile,
  buildConfig,
  describe as toDescriptor,
  packArchive,
  packLayer,
  toJson,
} from "../support/image-builder.js";
import { layerTar, listTree } from "../support/image-layer.js";
import { readStreamed } from "../support/image-read.js";
import { failureOf } from "../support/tar-entries.js";

/** An OCI archive of one layer, stored in these bytes. */
function archiveOf(tar: Uint8Array, stored: Uint8Array): Buffer {
  const config = buildConfig({ layers: [tar] });
  const manifest = toJson({
    config: toDescriptor("application/vnd.oci.image.config.v1+json", config),
    layers: [toDescriptor("application/vnd.oci.image.layer.v1.tar+gzip", stored)],
  });
  const index = toJson({ manifests: [toDescriptor("application/vnd.oci.image.manifest.v1+json", manifest)] });
  return packArchive([
    ...[config, manifest, stored].map((one) => blobFile(one)),
    { name: "index.json", content: index },
  ]);
}

async function treeOf(tar: Uint8Array, stored: Uint8Array): Promise<readonly string[]> {
  return listTree((await readStreamed(archiveOf(tar, stored))).snapshot);
}

describe("eStargz", () => {
  it.each([".prefetch.landmark", ".no.prefetch.landmark", "stargz.index.json"])(
    "%s at the root is no file",
    async (name) => {
      const tar = layerTar(["a=1", `${name}=x`, `d/${name}=x`]);
      expect(await treeOf(tar, gzipSync(tar))).toEqual(["a=1", "d/", `d/${name}=x`]);
    },
  );
  it("a member for each file, and an empty one at the end", async () => {
    const tar = layerTar(["a=1", "b=2", "stargz.index.json={}"]);
    const members = [0, 1024, 2048, 3072].map((at, index) =>
      gzipSync(tar.subarray(at, index === 3 ? undefined : at + 1024)),
    );
    expect(await treeOf(tar, Buffer.concat([...members, gzipSync("")]))).toEqual(["a=1", "b=2"]);
  });
});

describe("bytes behind the last member of gzip", () => {
  const tar = layerTar(["a=1"]);
  it("zeros are padding", async () => {
    expect(await treeOf(tar, Buffer.concat([gzipSync(tar), Buffer.alloc(700)]))).toEqual(["a=1"]);
  });
  it.each([
    ["other bytes", Buffer.from("garbage")],
    ["other bytes behind zeros", Buffer.concat([Buffer.alloc(700), Buffer.from("garbage")])],
  ])("%s are refused", async (_what, behind) => {
    const failure = await failureOf(treeOf(tar, Buffer.concat([gzipSync(tar), behind])));
    expect(failure.code).toBe("corrupt-image");
    expect(failure.message).toMatch(/its gzip data is damaged/);
  });
});

describe("descriptors that carry their content (data)", () => {
  const tar = layerTar(["a=1"]);
  const config = buildConfig({ layers: [tar] });
  const carry = (descriptor: object, content: Uint8Array) => ({
    ...descriptor,
    data: Buffer.from(content).toString("base64"),
  });
  const manifestOf = (content: Uint8Array): Buffer =>
    toJson({
      config: carry(toDescriptor("application/vnd.oci.image.config.v1+json", config), content),
      layers: [toDescriptor("application/vnd.oci.image.layer.v1.tar", tar)],
    });
  const archive = (content: Uint8Array): Buffer => {
    const manifest = manifestOf(content);
    const descriptor = carry(toDescriptor("application/vnd.oci.image.manifest.v1+json", manifest), manifest);
    return packArchive([blobFile(tar), { name: "index.json", content: toJson({ manifests: [descriptor] }) }]);
  };

  it("need no blobs for it", async () => {
    expect(listTree((await readStreamed(archive(config))).snapshot)).toEqual(["a=1"]);
  });
  it("are held to their digests", async () => {
    const other = buildConfig({ layers: [tar], references: ["other"] });
    const changed = Buffer.concat([other, Buffer.from(" ")]);
    expect((await failureOf(readStreamed(archive(changed)))).code).toBe("digest-mismatch");
  });
});

describe("zstd:chunked", () => {
  it("frames of their own for files, and a table in a frame that decoders pass over", async () => {
    const tar = layerTar(["a=1", "b=2"]);
    const frames = [0, 1024, 2048].map((at, index) =>
      packLayer(tar.subarray(at, index === 2 ? undefined : at + 1024), "zstd"),
    );
    const table = Buffer.from("the table of contents");
    const skippable = Buffer.alloc(8);
    skippable.writeUInt32LE(0x184d2a50, 0);
    skippable.writeUInt32LE(table.length, 4);
    expect(await treeOf(tar, Buffer.concat([...frames, skippable, table]))).toEqual(["a=1", "b=2"]);
  });
});
