/** What tools leave in and behind a compressed layer: the files of eStargz, members of gzip, bytes behind the last one. */
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { blobFile, buildConfig, describe as toDescriptor, packArchive, toJson } from "../support/image-builder.js";
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
