/** What a manifest says that its layers are: signatures are no images, strange layers are named, and docker's archives say nothing. */
import { describe, expect, it } from "vitest";
import {
  blobFile,
  describe as describeBlob,
  hexOf,
  packArchive,
  toJson,
  type ArchiveFile,
  type ImageDescription,
} from "../support/image-builder.js";
import { dockerArchive, kanikoArchive, ociLayout } from "../support/image-forms.js";
import { layerTar } from "../support/image-layer.js";
import { readStreamed } from "../support/image-read.js";
import { failureOf } from "../support/tar-entries.js";

const IMAGE: ImageDescription = { references: ["app:1"], layers: [layerTar(["who=image"])] };

/** A layout with what cosign stores beside an image: an image's config without a platform, and its payload as the one layer. */
function withSignature(image: ImageDescription): ArchiveFile[] {
  const payload = toJson({ critical: { type: "cosign container image signature" } });
  const config = toJson({
    architecture: "",
    os: "",
    config: {},
    rootfs: { type: "layers", diff_ids: [`sha256:${hexOf(payload)}`] },
  });
  const manifest = toJson({
    schemaVersion: 2,
    config: describeBlob("application/vnd.oci.image.config.v1+json", config),
    layers: [describeBlob("application/vnd.dev.cosign.simplesigning.v1+json", payload)],
  });
  return ociLayout([image]).flatMap((file) => {
    if (file.name !== "index.json" || !("content" in file)) return [file];
    const index = JSON.parse(Buffer.from(file.content).toString()) as { manifests: object[] };
    const signature = describeBlob("application/vnd.oci.image.manifest.v1+json", manifest);
    return [
      ...[payload, config, manifest].map((content) => blobFile(content)),
      { name: "index.json", content: toJson({ ...index, manifests: [signature, ...index.manifests] }) },
    ];
  });
}

function withLayerType(mediaType: string): Buffer {
  return packArchive(
    ociLayout([IMAGE], {
      packing: "plain",
      editManifest: (manifest) => ({ ...manifest, layers: manifest.layers.map((layer) => ({ ...layer, mediaType })) }),
    }),
  );
}

describe("a signature of cosign", () => {
  it("is no image, whichever comes first", async () => {
    const { snapshot } = await readStreamed(packArchive(withSignature(IMAGE)));
    expect(snapshot.lookup("/who")).toMatchObject({ facts: "image" });
  });

  it("is not the image for a platform that the archive lacks", async () => {
    const failure = await failureOf(readStreamed(packArchive(withSignature(IMAGE)), { platform: "linux/arm64" }));
    expect(failure.code).toBe("platform-not-found");
    expect(failure.message).toContain("it holds linux/amd64");
  });
});

describe("a layer of a media type", () => {
  it.each([
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    "application/x-tar",
    "",
  ])("%j is read by its bytes", async (mediaType) => {
    expect((await readStreamed(withLayerType(mediaType))).snapshot.lookup("/who")).toMatchObject({ facts: "image" });
  });

  it.each(["application/vnd.oci.image.layer.squashfs", "application/vnd.oci.image.layer.nydus.blob.v1"])(
    "%s is refused by its name",
    async (mediaType) => {
      const failure = await failureOf(readStreamed(withLayerType(mediaType)));
      expect(failure.code).toBe("unsupported-image");
      expect(failure.message).toContain(
        `has the media type "${mediaType}", and only tar archives and squashfs file systems`,
      );
    },
  );
});

it("layers of a docker archive have the type that their compression gives them", async () => {
  const typesIn = async (files: readonly ArchiveFile[]) =>
    (await readStreamed(packArchive(files))).image.layers.map(({ mediaType }) => mediaType);
  expect(await typesIn(dockerArchive([IMAGE]))).toEqual(["application/vnd.docker.image.rootfs.diff.tar"]);
  expect(await typesIn(kanikoArchive(IMAGE))).toEqual(["application/vnd.docker.image.rootfs.diff.tar.gzip"]);
});

it("--verify never asks no config of a docker archive for its digest", async () => {
  const files = dockerArchive([IMAGE]).map((file): ArchiveFile => {
    if (!/^[0-9a-f]{64}\.json$/.test(file.name) || !("content" in file)) return file;
    return { ...file, content: Buffer.concat([file.content, Buffer.from("\n")]) };
  });
  expect((await failureOf(readStreamed(packArchive(files)))).code).toBe("digest-mismatch");
  expect((await readStreamed(packArchive(files), { verify: "never" })).image.reference).toBe("app:1");
});

describe("a layer that nobody can read", () => {
  const lower = layerTar(["who=base"]);
  const upper = layerTar(["who=secret"]);
  const pack = (edit: (mediaType: string) => string, left?: (name: string) => boolean): Buffer =>
    packArchive(
      ociLayout([{ references: ["app:1"], layers: [lower, upper] }], {
        packing: "plain",
        editManifest: (manifest) => ({
          ...manifest,
          layers: manifest.layers.map((layer, index) =>
            index === 0 ? layer : { ...layer, mediaType: edit(layer.mediaType) },
          ),
        }),
      }).filter(({ name }) => left?.(name) !== false),
    );

  it.each(["", "+gzip", "+zstd"])(
    "is an encrypted one (tar%s+encrypted): it counts as empty, and is named",
    async (suffix) => {
      const { snapshot, unreadLayers, remarks, image } = await readStreamed(
        pack(() => `application/vnd.oci.image.layer.v1.tar${suffix}+encrypted`),
      );
      expect(unreadLayers).toEqual([1]);
      expect(remarks).toMatchObject([{ code: "layer-unread", layer: 1 }]);
      expect(remarks[0]?.message).toContain(`Layer 2 (sha256:${hexOf(upper)}) is encrypted`);
      expect(snapshot.lookup("/who")).toMatchObject({ facts: "base" });
      expect(image.layers).toHaveLength(2);
    },
  );

  it.each([
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
    "application/vnd.docker.image.rootfs.foreign.diff.tar",
  ])("is a foreign one that the archive leaves out (%s)", async (mediaType) => {
    const isThere = (name: string) => !name.endsWith(hexOf(upper));
    const { unreadLayers, snapshot } = await readStreamed(pack(() => mediaType, isThere));
    expect(unreadLayers).toEqual([1]);
    expect(snapshot.lookup("/who")).toMatchObject({ facts: "base" });
  });

  it("is none where the archive has the foreign layer, and an error where another is missing", async () => {
    const foreign = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    const whole = await readStreamed(pack(() => foreign));
    expect(whole.unreadLayers).toEqual([]);
    expect(whole.snapshot.lookup("/who")).toMatchObject({ facts: "secret" });
    const isThere = (name: string) => !name.endsWith(hexOf(upper));
    expect((await failureOf(readStreamed(pack((mediaType) => mediaType, isThere)))).code).toBe("corrupt-image");
  });
});
