/** One image in every form that tools write gives the same facts, from a file, a stream and a folder. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  packArchive,
  withDocuments,
  writeLayout,
  type ArchiveFile,
  type ImageDescription,
} from "../support/image-builder.js";
import { docker25, dockerArchive, dockerDir, dockerLegacy, kanikoArchive, ociLayout } from "../support/image-forms.js";
import { layerTar } from "../support/image-layer.js";
import { factsOf, readFrom, readStreamed } from "../support/image-read.js";
import { zstdFrame, zstdSkippable } from "../support/image-zstd.js";

const BASE = layerTar([
  "etc/",
  "etc/os-release=debian",
  "usr/",
  "usr/lib/",
  "lib -> usr/lib",
  "usr/lib/libz.so=z1",
  "bin/",
  "bin/a=1",
  "bin/b => bin/a",
]);
const EMPTY = layerTar([]);
const UPPER = layerTar(["usr/", "usr/lib/", "usr/lib/.wh.libz.so", "usr/lib/libnew.so=n", "bin/a=2"]);
const IMAGE: ImageDescription = {
  references: ["app:1", "app:latest"],
  env: ["PATH=/bin", "LD_LIBRARY_PATH=/opt"],
  // The empty layer comes twice: the second one is a link in old archives.
  layers: [BASE, EMPTY, UPPER, EMPTY],
};
const TREE = [
  "bin/",
  "bin/a=2",
  "bin/b=1",
  "etc/",
  "etc/os-release=debian",
  "lib -> usr/lib",
  "usr/",
  "usr/lib/",
  "usr/lib/libnew.so=n",
];
const OTHER: ImageDescription = { references: ["app:1"], architecture: "arm64", layers: [layerTar(["arm=1"])] };

const FORMS: readonly (readonly [string, readonly ArchiveFile[]])[] = [
  ["docker save before 25", dockerLegacy([IMAGE])],
  ["docker-archive of skopeo and podman", dockerArchive([IMAGE])],
  ["docker save of 25 to 28", docker25([IMAGE])],
  ["docker save of 25.0, whose manifest lost its layers", docker25([IMAGE], { lostLayers: true })],
  [
    "docker save with containerd's store: nested index, attestation, gzip",
    docker25([IMAGE], { packing: "gzip", nested: true, attested: true }),
  ],
  ["kaniko, crane and Jib", kanikoArchive(IMAGE)],
  ["OCI, plain layers", ociLayout([IMAGE], { packing: "plain" })],
  ["OCI, gzip", ociLayout([IMAGE])],
  ["OCI, zstd", ociLayout([IMAGE], { packing: "zstd" })],
  ["OCI, sha512", ociLayout([IMAGE], { algorithm: "sha512" })],
  ["OCI, sha512 and plain", ociLayout([IMAGE], { algorithm: "sha512", packing: "plain" })],
  ["OCI, nested index with attestations", ociLayout([IMAGE], { nested: true, attested: true })],
  ["OCI, several platforms", ociLayout([OTHER, IMAGE], { nested: true, attested: true })],
  ["dot-slash before every name", dockerLegacy([IMAGE]).map((file) => ({ ...file, name: `./${file.name}` }))],
];

let folder: string;
let expected: ReturnType<typeof factsOf>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "forms-"));
  expected = factsOf(await readStreamed(packArchive(ociLayout([IMAGE]))));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("the tree that all of them must give", () => {
  expect(expected.tree).toEqual(TREE);
  expect(expected.layersOfNodes).toEqual([0, undefined, 2]);
  expect(expected.remarks).toEqual([]);
  expect(expected.config).toMatchObject({
    env: ["PATH=/bin", "LD_LIBRARY_PATH=/opt"],
    cmd: ["/bin/sh"],
    labels: { maker: "test" },
  });
});

describe.each(FORMS)("%s", (name, files) => {
  it.each(["first", "last"] as const)("documents %s: from a file, and from a stream", async (where) => {
    const bytes = packArchive(withDocuments(files, where));
    const path = join(folder, `${name.replace(/\W+/g, "-")}-${where}.tar`);
    await writeFile(path, bytes);
    const [read, streamed] = [await readFrom(path), await readStreamed(bytes)];
    expect(factsOf(read)).toEqual(expected);
    expect(factsOf(streamed)).toEqual(expected);
    // Apart from where it came from, the image is the same to the last digest.
    expect({ ...streamed.image, source: "" }).toEqual({ ...read.image, source: "" });
  });

  it.each([
    ["gzip", (bytes: Uint8Array) => gzipSync(bytes)],
    [
      "gzip in two members",
      (bytes: Uint8Array) => Buffer.concat([gzipSync(bytes.subarray(0, 3000)), gzipSync(bytes.subarray(3000))]),
    ],
    ["zstd", zstdFrame],
    [
      "zstd behind a skippable frame",
      (bytes: Uint8Array) => Buffer.concat([zstdSkippable(Buffer.from("x")), zstdFrame(bytes)]),
    ],
  ])("compressed outside with %s", async (packing, compress) => {
    const bytes = compress(packArchive(files));
    const path = join(folder, `${name.replace(/\W+/g, "-")}-${packing.replace(/\W+/g, "-")}`);
    await writeFile(path, bytes);
    expect(factsOf(await readFrom(path))).toEqual(expected);
    expect(factsOf(await readStreamed(bytes))).toEqual(expected);
  });
});

describe("as a folder", () => {
  it.each([
    ...FORMS.slice(0, -1),
    ["docker-dir", dockerDir(IMAGE)] as const,
    ["docker-dir with plain layers", dockerDir(IMAGE, "plain")] as const,
  ])("%s", async (name, files) => {
    const path = join(folder, `folder-${name.replace(/\W+/g, "-")}`);
    await writeLayout(path, files);
    expect(factsOf(await readFrom(path))).toEqual(expected);
  });
});

it("a blob that is a hardlink to another name", async () => {
  const files = ociLayout([IMAGE]).map((file) =>
    "content" in file && file.name.startsWith("blobs/")
      ? [
          { ...file, name: `real/${file.name}` },
          { name: file.name, hardlink: `real/${file.name}` },
        ]
      : [file],
  );
  expect(factsOf(await readStreamed(packArchive(files.flat())))).toEqual(expected);
});

it("an empty file as a layer is an empty layer", async () => {
  const bytes = packArchive(dockerArchive([{ layers: [BASE, Buffer.alloc(0)] }]));
  const path = join(folder, "zero-length.tar");
  await writeFile(path, bytes);
  for (const { image, snapshot } of [await readFrom(path), await readStreamed(bytes)]) {
    expect(image.layers[1]?.diffId).toBe("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(snapshot.lookup("/bin/a")).toMatchObject({ kind: "file", facts: "1" });
  }
});

it("the digest is the manifest's where there is one, else the config's", async () => {
  const layout = await readStreamed(packArchive(ociLayout([IMAGE])));
  const docker = await readStreamed(packArchive(dockerArchive([IMAGE])));
  expect(layout.image.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(docker.image.digest).not.toBe(layout.image.digest);
  const index = JSON.parse(
    ociLayout([IMAGE])
      .flatMap((file) =>
        file.name === "index.json" && "content" in file ? [Buffer.from(file.content).toString()] : [],
      )
      .join(""),
  ) as {
    manifests: { digest: string }[];
  };
  expect(layout.image.digest).toBe(index.manifests[0]?.digest);
});
