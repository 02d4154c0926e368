/** Every input that cannot be worked with ends in a code and one sentence that says what was found. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  blobFile,
  describe as toDescriptor,
  hexOf,
  packArchive,
  packLayer,
  toJson,
  writeLayout,
  type ArchiveFile,
  type ImageDescription,
} from "../support/image-builder.js";
import { docker25, dockerArchive, dockerLegacy, ociLayout } from "../support/image-forms.js";
import { layerTar } from "../support/image-layer.js";
import { readFrom, readStreamed, type ReadOptions } from "../support/image-read.js";
import { zstdFrame } from "../support/image-zstd.js";
import { base256, tarEntry, tarHeader, tarOf } from "../support/tar-builder.js";
import { failureOf } from "../support/tar-entries.js";
import { gnuSparse } from "../support/tar-extended.js";

const LAYER = layerTar(["a=1"]);
const IMAGE: ImageDescription = { references: ["app:1"], layers: [LAYER] };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "errors-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Both ways of reading must say the same, but for the name of the source. */
async function expectFailure(
  bytes: Uint8Array,
  code: string,
  message: RegExp,
  options: ReadOptions = {},
): Promise<void> {
  const path = join(folder, "image");
  await writeFile(path, bytes);
  for (const failure of [await failureOf(readFrom(path, options)), await failureOf(readStreamed(bytes, options))]) {
    expect(failure.message).toMatch(message);
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(/^Cannot [^\n]*[^.\n]$/);
    expect(failure.message).not.toMatch(/Cannot read tar:/);
  }
}

/** Replaces the content of the files whose names match. */
function edit(files: readonly ArchiveFile[], name: RegExp, change: (content: Uint8Array) => Uint8Array): ArchiveFile[] {
  return files.map((file) =>
    "content" in file && name.test(file.name) ? { ...file, content: change(file.content) } : file,
  );
}

describe("no image at all", () => {
  it.each([
    ["an empty file", Buffer.alloc(0), "not-an-image", /it is empty/],
    ["text", Buffer.from("FROM debian:12\n".repeat(100)), "not-an-image", /no tar archive/],
    ["a few random bytes", Buffer.from([7, 200, 13, 1, 99]), "not-an-image", /no tar archive/],
    [
      "an ELF file",
      Buffer.concat([Buffer.from("\x7fELF", "latin1"), Buffer.alloc(5000)]),
      "not-an-image",
      /no tar archive/,
    ],
    ["xz", Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4]), "unsupported-image", /compressed with xz/],
    ["bzip2", Buffer.from("BZh91AY&SY"), "unsupported-image", /compressed with bzip2/],
    ["gzip of text", gzipSync("hello"), "not-an-image", /no tar archive/],
    ["gzip of nothing", gzipSync(""), "not-an-image", /it is empty/],
    ["gzip in gzip", gzipSync(gzipSync(packArchive(ociLayout([IMAGE])))), "not-an-image", /no tar archive/],
    [
      "gzip that is cut off",
      gzipSync(packArchive(ociLayout([IMAGE]))).subarray(0, 200),
      "corrupt-image",
      /gzip data is damaged or cut off/,
    ],
    [
      "zstd that is cut off",
      zstdFrame(packArchive(ociLayout([IMAGE]))).subarray(0, 3000),
      "corrupt-image",
      /zstd data is damaged or cut off/,
    ],
    ["an empty tar", tarOf(), "not-an-image", /index.json \(OCI\) or manifest.json/],
    [
      "a tar of something else",
      tarOf(tarEntry({ name: "README" }, "hi")),
      "not-an-image",
      /index.json \(OCI\) or manifest.json/,
    ],
    [
      "a root filesystem",
      layerTar(["etc/", "etc/passwd=x", "usr/", "usr/bin/", "usr/bin/sh=x"]),
      "not-an-image",
      /root filesystem \(docker export\)/,
    ],
    [
      "an archive of Docker before 1.10",
      packArchive(dockerLegacy([IMAGE]).filter(({ name }) => name !== "manifest.json")),
      "unsupported-image",
      /older than 1.10/,
    ],
    ["a layout that lists nothing", packArchive(ociLayout([])), "not-an-image", /lists none/],
  ])("%s", async (_what, bytes, code, message) => {
    await expectFailure(bytes, code, message);
  });

  it("a file that is not there", async () => {
    const failure = await failureOf(readFrom(join(folder, "none.tar")));
    expect(failure).toEqual({
      code: "file-not-found",
      message: expect.stringMatching(/no such file.*docker save/) as string,
    });
  });

  it("standard input where there is none", async () => {
    expect((await failureOf(readFrom("-"))).code).toBe("usage");
  });

  it("an empty folder, and a root folder", async () => {
    await mkdir(join(folder, "empty"));
    await mkdir(join(folder, "root/usr/bin"), { recursive: true });
    expect(await failureOf(readFrom(join(folder, "empty")))).toMatchObject({ code: "not-an-image" });
    const root = await failureOf(readFrom(join(folder, "root")));
    expect(root.code).toBe("not-an-image");
    expect(root.message).toMatch(/root filesystem/);
  });
});

describe("an archive that is damaged", () => {
  const whole = packArchive(ociLayout([IMAGE]));

  it.each([
    ["cut inside a blob", whole.subarray(0, 700), "corrupt-image", /ends inside a file/],
    ["cut inside a header", whole.subarray(0, 100), "not-an-image", /no tar archive/],
    ["cut inside the second header", whole.subarray(0, 1124), "corrupt-image", /ends inside a header/],
    [
      "a layer with a wrong checksum",
      packArchive(
        dockerArchive([{ layers: [tarOf(tarEntry({ name: "a" }), tarHeader({ name: "b", checksum: "wrong" }))] }]),
      ),
      "corrupt-image",
      /checksum/,
    ],
    [
      "a layer that is cut off",
      packArchive(dockerArchive([{ layers: [layerTar([`a=${"x".repeat(3000)}`]).subarray(0, 2048)] }])),
      "corrupt-image",
      /ends inside a file/,
    ],
    [
      "a layer that is no tar",
      packArchive(dockerArchive([{ layers: [Buffer.from('{"not":"a layer"}')] }])),
      "corrupt-image",
      /ends inside a header|no tar header at its start/,
    ],
    [
      "a layer that is not there",
      packArchive(ociLayout([IMAGE]).filter(({ name }) => !name.includes(hexOf(packLayer(LAYER, "gzip"))))),
      "corrupt-image",
      /Cannot find layer 1 of 1/,
    ],
    [
      "a config that is no JSON",
      packArchive([
        { name: "c.json", content: Buffer.from("{") },
        { name: "manifest.json", content: toJson([{ Config: "c.json", Layers: [] }]) },
      ]),
      "corrupt-image",
      /it is no JSON/,
    ],
    [
      "a config that is not there",
      packArchive([{ name: "manifest.json", content: toJson([{ Config: "c.json", Layers: [] }]) }]),
      "corrupt-image",
      /Cannot find the config c.json/,
    ],
    [
      "a name that comes twice, with different content",
      Buffer.concat([tarEntry({ name: "manifest.json" }, "[]"), tarEntry({ name: "./manifest.json" }, "[ ]"), tarOf()]),
      "corrupt-image",
      /manifest.json twice/,
    ],
    [
      "a name that is a file and a link",
      Buffer.concat([
        tarEntry({ name: "manifest.json" }, "[]"),
        tarEntry({ name: "manifest.json", type: "2", link: "other" }),
        tarOf(),
      ]),
      "corrupt-image",
      /manifest.json twice/,
    ],
    [
      "links in a circle",
      packArchive([
        { name: "c.json", content: toJson({ rootfs: { diff_ids: ["sha256:x"] } }) },
        { name: "a", symlink: "b" },
        { name: "b", symlink: "a" },
        { name: "manifest.json", content: toJson([{ Config: "c.json", Layers: ["a"] }]) },
      ]),
      "corrupt-image",
      /links lead in a circle/,
    ],
    [
      "a blob that is stored as a sparse file",
      tarOf(gnuSparse({ name: "manifest.json", size: 9, parts: [{ offset: 0, data: "[]" }] })),
      "unsupported-image",
      /as a sparse file/,
    ],
    [
      "CVE-2021-41190: an index that is a manifest too",
      packArchive([
        { name: "index.json", content: toJson({ schemaVersion: 2, manifests: [], layers: [], config: {} }) },
      ]),
      "corrupt-image",
      /index and of a manifest/,
    ],
    [
      "schema 1",
      packArchive([{ name: "index.json", content: toJson({ schemaVersion: 1, fsLayers: [] }) }]),
      "unsupported-image",
      /schema 1/,
    ],
    [
      "an index that is no object",
      packArchive([{ name: "index.json", content: toJson([]) }]),
      "corrupt-image",
      /an object was expected/,
    ],
    [
      "a descriptor that climbs out (path traversal)",
      packArchive([
        { name: "index.json", content: toJson({ manifests: [{ digest: "sha256:../../etc/passwd", size: 1 }] }) },
      ]),
      "corrupt-image",
      /expected algorithm:hex/,
    ],
    [
      "a digest of the wrong length",
      packArchive([{ name: "index.json", content: toJson({ manifests: [{ digest: "sha256:abcd", size: 1 }] }) }]),
      "corrupt-image",
      /64 lower-case hex digits/,
    ],
  ])("%s", async (_what, bytes, code, message) => {
    await expectFailure(bytes, code, message);
  });

  it("a manifest inside a folder that is a link out of it", async () => {
    const path = join(folder, "escape");
    await writeLayout(path, ociLayout([IMAGE]));
    await rm(join(path, "index.json"));
    await writeFile(join(folder, "outside.json"), "{}");
    await symlink("../outside.json", join(path, "index.json"));
    const failure = await failureOf(readFrom(path));
    expect(failure).toEqual({ code: "corrupt-image", message: expect.stringMatching(/leaves the folder/) as string });
  });
});

describe("digests that do not hold", () => {
  const changed = layerTar(["a=2"]);

  it.each([
    [
      "a layer that is another one than the config says",
      packArchive(dockerArchive([{ layers: [LAYER], diffIds: [`sha256:${"0".repeat(64)}`] }])),
      /the config says that its tar has sha256:0000/,
    ],
    [
      "an OCI layer with other content",
      packArchive(
        edit(ociLayout([IMAGE], { packing: "plain" }), /blobs/, (content) =>
          content.length === LAYER.length ? changed : content,
        ),
      ),
      /its descriptor says sha256/,
    ],
    [
      "an OCI layer of another size",
      packArchive(
        ociLayout([IMAGE], {
          editManifest: (manifest) => ({
            ...manifest,
            layers: manifest.layers.map((layer) => ({ ...layer, size: 5 })),
          }),
        }),
      ),
      /says 5 bytes, and it has/,
    ],
    [
      "a manifest with other content",
      packArchive(
        edit(ociLayout([IMAGE]), /blobs/, (content) =>
          Buffer.from(
            Buffer.from(content).toString("latin1").replace('"schemaVersion":2', '"schemaVersion":3'),
            "latin1",
          ),
        ),
      ),
      /its descriptor says sha256/,
    ],
    [
      "a config that is not the one of its name",
      packArchive(edit(dockerArchive([IMAGE]), /^[0-9a-f]{64}\.json$/, () => toJson({ rootfs: { diff_ids: [] } }))),
      /its name says sha256/,
    ],
  ])("%s", async (_what, bytes, message) => {
    await expectFailure(bytes, "digest-mismatch", message);
  });

  it("a layer with other content is read where nothing shall be verified", async () => {
    const bytes = packArchive(dockerArchive([{ layers: [LAYER], diffIds: [`sha256:${"0".repeat(64)}`] }]));
    const { image } = await readStreamed(bytes, { verify: "never" });
    expect(image.layers).toHaveLength(1);
  });

  it.each([
    ["more layers than diff_ids", { diffIds: [] }, /1 layers, and its config has 0 diff_ids/],
    ["fewer layers than diff_ids", { diffIds: ["sha256:a", "sha256:b"] }, /1 layers, and its config has 2 diff_ids/],
  ])("%s", async (_what, change, message) => {
    await expectFailure(packArchive(dockerArchive([{ ...IMAGE, ...change }])), "corrupt-image", message);
  });

  it("index.json and manifest.json that name different images", async () => {
    const other = docker25([{ ...IMAGE, env: ["EVIL=1"] }]);
    const mixed = [...ociLayout([IMAGE]), ...other.filter(({ name }) => name !== "index.json")];
    await expectFailure(packArchive(mixed), "corrupt-image", /which index.json does not/);
  });
});

describe("an image that is not there, or cannot be analysed", () => {
  it.each([
    ["another platform", { platform: "linux/arm64" }, "platform-not-found", /it holds linux\/amd64/],
    ["another reference", { reference: "app:2" }, "reference-not-found", /it holds app:1/],
    ["a platform that is none", { platform: "arm64" }, "usage", /expected os\/arch/],
  ])("%s", async (_what, options, code, message) => {
    await expectFailure(packArchive(ociLayout([IMAGE])), code, message, options);
  });

  it("two images of one platform, and no name", async () => {
    const second = { references: ["other:1"], layers: [layerTar(["b=1"])] };
    await expectFailure(
      packArchive(dockerArchive([IMAGE, second])),
      "reference-not-found",
      /app:1, other:1; name one with --ref/,
    );
  });

  it("a Windows image", async () => {
    await expectFailure(packArchive(ociLayout([{ ...IMAGE, os: "windows" }])), "unsupported-image", /Windows image/);
  });
});

describe("limits", () => {
  it("more than 512 layers", async () => {
    const bytes = packArchive(dockerArchive([{ layers: Array.from({ length: 513 }, () => LAYER) }]));
    await expectFailure(bytes, "limit-exceeded", /513 layers, and the limit is 512/);
  });

  it("a manifest.json of 9 MiB", async () => {
    const content = Buffer.concat([Buffer.from("["), Buffer.alloc(9 << 20, " "), Buffer.from("]")]);
    await expectFailure(
      packArchive([{ name: "manifest.json", content }]),
      "limit-exceeded",
      /a JSON document of an image it has 9437186 bytes/,
    );
  });

  it("an index that leads to itself 9 levels deep", async () => {
    let files: ArchiveFile[] = [];
    let index = toJson({ manifests: [] });
    for (let depth = 0; depth < 12; depth += 1) {
      files = [...files, blobFile(index)];
      index = toJson({ manifests: [toDescriptor("application/vnd.oci.image.index.v1+json", index)] });
    }
    await expectFailure(
      packArchive([...files, { name: "index.json", content: index }]),
      "limit-exceeded",
      /indexes nested too deeply, and the limit is 8 \(--limit index-depth=N raises it\)/,
    );
  });

  it("an index of 5,000 descriptors", async () => {
    const manifests = Array.from({ length: 5000 }, (_, number) => ({
      digest: `sha256:${number.toString(16).padStart(64, "0")}`,
      size: 1,
    }));
    await expectFailure(
      packArchive([{ name: "index.json", content: toJson({ manifests }) }]),
      "limit-exceeded",
      /too many descriptors, and the limit is 4096/,
    );
  });

  it("a header that claims 8 TB", async () => {
    await expectFailure(
      Buffer.concat([tarHeader({ name: "manifest.json", rawSize: base256(2 ** 43) }), Buffer.alloc(512)]),
      "corrupt-image",
      /ends inside a file/,
    );
  });

  it("many JSON documents in a stream", async () => {
    const content = Buffer.concat([Buffer.from("{"), Buffer.alloc(7 << 20, " "), Buffer.from("}")]);
    const bytes = packArchive(Array.from({ length: 10 }, (_, number) => ({ name: `${number}.json`, content })));
    const failure = await failureOf(readStreamed(bytes));
    expect(failure.code).toBe("limit-exceeded");
    expect(failure.message).toMatch(/JSON documents have more than/);
  });
});

describe("a blob that fails in a stream", () => {
  it.each([
    [
      "damaged gzip",
      Buffer.concat([gzipSync(layerTar([`a=${"y".repeat(200_000)}`])).subarray(0, 150), Buffer.alloc(3_000_000, 7)]),
    ],
    [
      "a damaged tar in gzip",
      gzipSync(Buffer.concat([tarEntry({ name: "a" }, "1"), Buffer.from("x".repeat(3_000_000))])),
    ],
    ["a damaged tar in zstd", zstdFrame(Buffer.concat([tarEntry({ name: "a" }, "1"), Buffer.alloc(3_000_000, 9)]))],
    ["a damaged tar", Buffer.concat([tarEntry({ name: "a" }, "1"), Buffer.alloc(3_000_000, 9)])],
  ])("%s does not disturb the image around it", async (_what, content) => {
    const files = [{ name: "0-unreferenced", content }, ...ociLayout([IMAGE])];
    for (let round = 0; round < 3; round += 1) {
      const { image, snapshot } = await readStreamed(packArchive(files));
      expect(image.layers).toHaveLength(1);
      expect(snapshot.lookup("/a")).toMatchObject({ facts: "1" });
    }
  });

  it("is told when the manifest names it", async () => {
    const bytes = packArchive(dockerArchive([{ layers: [gzipSync(Buffer.alloc(3000, 7))] }]));
    await expectFailure(bytes, "corrupt-image", /checksum/);
  });
});
