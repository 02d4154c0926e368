/** Images at hand as the source of a lock file: what a layout knows is what its registry says; what an archive cannot know is not written. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { fillLock } from "../../src/fill-lock.js";
import { EMPTY_LOCK, parseLock, renderLock } from "../../src/registry/lock.js";
import { recordLock } from "../../src/registry/record-lock.js";
import { createRegistrySource } from "../../src/registry/registry-source.js";
import { packArchive, writeLayout } from "../support/image-builder.js";
import { docker25, dockerArchive, ociLayout } from "../support/image-forms.js";
import { layerTar } from "../support/image-layer.js";
import {
  buildIndex,
  buildSingle,
  hasRegistry,
  startRegistry,
  temporaryFolder,
  WITHOUT_REGISTRY,
} from "../support/registry-server.js";

const CREATED = "2024-03-01T10:20:30Z";
const image = { layers: [layerTar(["file=x"])], references: ["team/app:1"], created: CREATED };

function write(name: string, bytes: Uint8Array): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, bytes);
  return file;
}

describe.skipIf(!hasRegistry)(`what skopeo copies from a registry${WITHOUT_REGISTRY}`, () => {
  test("a layout, and an archive of it, fill a lock with what the registry itself answers", async () => {
    const server = await startRegistry();
    const index = await buildIndex("1", "one", [{ created: CREATED }, { architecture: "arm64" }]);
    await server.push(index.layout, "1", "team/base:1");
    const [folder, archive] = [join(temporaryFolder(), "layout"), join(temporaryFolder(), "oci.tar")];
    const name = `${server.host}/team/base:1`;
    for (const to of [`oci:${folder}:${name}`, `oci-archive:${archive}:${name}`])
      await promisify(execFile)("skopeo", [
        "--insecure-policy",
        "copy",
        "--all",
        "--src-tls-verify=false",
        `docker://${name}`,
        to,
      ]);

    const recorder = recordLock(createRegistrySource({ environment: {}, insecure: true }));
    const base = { registry: server.host, repository: "team/base" };
    await recorder.source.resolve(base, "1");
    await recorder.source.findCreated(base, "1");
    for (const source of [folder, archive]) {
      const filled = await fillLock(source);
      expect(filled).toMatchObject({ added: [name], warnings: [] });
      expect(renderLock(filled.lock)).toBe(renderLock(recorder.toLock()));
    }
    expect(recorder.toLock().images[name]).toMatchObject({ digest: index.digest, created: CREATED });
  });
});

test("containerd's name counts beside a tag by itself; the platforms of the index are there also without their blobs", async () => {
  const { layout, digest } = await buildIndex("1", "one", [{}, { architecture: "arm64" }]);
  const { lock, added, warnings } = await fillLock(layout);
  expect(added).toEqual(["docker.io/library/app:1"]);
  expect(warnings).toEqual([]);
  expect(lock.images["docker.io/library/app:1"]?.digest).toBe(digest);
  expect(Object.keys(lock.images["docker.io/library/app:1"]?.platforms ?? {})).toEqual(["linux/amd64", "linux/arm64"]);
});

test("an image without an index is written, with a word on it", async () => {
  const { layout, digest } = await buildSingle("localhost:5000/app:2", "two", { created: CREATED });
  const { lock, warnings } = await fillLock(layout);
  expect(lock.images).toEqual({
    "localhost:5000/app:2": { digest, platforms: { "linux/amd64": digest }, created: CREATED },
  });
  expect(warnings).toEqual([
    `localhost:5000/app:2 of ${layout} is there for linux/amd64 alone, without an index; where its registry has an index, or the image was saved and not copied, the registry has another digest: copy it with skopeo copy --all`,
  ]);
});

test("what was known before stays, and a name that was gone is back", async () => {
  const { layout } = await buildSingle("app:2", "two");
  const before = {
    ...EMPTY_LOCK,
    tags: { "docker.io/library/x": ["1"] },
    gone: ["docker.io/library/app:2", "docker.io/library/app:3"],
  };
  const { lock } = await fillLock(layout, before);
  expect(lock).toMatchObject({ tags: before.tags, gone: ["docker.io/library/app:3"] });
  expect(parseLock(renderLock(lock))).toEqual(lock);
});

describe("not written, and said", () => {
  test.each<readonly [string, Uint8Array, string]>([
    [
      "docker save, which knows configs alone",
      packArchive(dockerArchive([image])),
      "docker.io/team/app:1 of FILE is not written: an archive of this form does not know the digest of its manifest",
    ],
    [
      "docker save since 25, whose manifest is its own",
      packArchive(docker25([image])),
      "docker.io/team/app:1 of FILE is not written: its manifest was made when it was saved",
    ],
    [
      "a layout without names",
      packArchive(ociLayout([{ layers: image.layers }])),
      "of FILE is not written: its name is not told",
    ],
    [
      "a layout whose name is a tag",
      packArchive(ociLayout([{ ...image, references: ["12"] }])),
      "of FILE is not written: its name is 12, where name:tag was expected",
    ],
    [
      "two images of one name",
      packArchive(ociLayout([image, { ...image, architecture: "arm64" }])),
      "docker.io/team/app:1 of FILE is not written: there are 2 images of that name, and no index of them",
    ],
  ])("%s", async (_what, bytes, warning) => {
    const file = write("image.tar", bytes);
    const { lock, added, warnings } = await fillLock(file);
    expect([lock, added]).toEqual([EMPTY_LOCK, []]);
    expect(warnings.join("\n").replaceAll(file, "FILE")).toContain(warning);
  });

  test("docker save with containerd's store, whose manifests are the registry's", async () => {
    const file = write("image.tar", packArchive(docker25([image], { packing: "gzip" })));
    expect((await fillLock(file)).added).toEqual(["docker.io/team/app:1"]);
  });
});

test("what is no image, and what contradicts itself, is an error", async () => {
  await expect(fillLock(write("x", Buffer.from("hello")))).rejects.toMatchObject({ code: "not-an-image" });
  await expect(fillLock("/nowhere/at-all")).rejects.toMatchObject({ code: "file-not-found" });
  const folder = temporaryFolder();
  const files = ociLayout([image]).map((file) =>
    "content" in file && file.name.startsWith("blobs/") && file.content.length < 2000
      ? { ...file, content: Buffer.concat([file.content, Buffer.from(" ")]) }
      : file,
  );
  await writeLayout(folder, files);
  await expect(fillLock(folder)).rejects.toMatchObject({ code: "digest-mismatch" });
});
