/** An archive that becomes shorter while it is read: an error, and no endless reading. */
import { mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSeekableArchive } from "../../src/image/seekable-archive.js";
import { hexOf, packArchive, type ImageDescription } from "../support/image-builder.js";
import { dockerArchive } from "../support/image-forms.js";
import { CONTENT_INSPECTOR, layerTar } from "../support/image-layer.js";
import { failureOf } from "../support/tar-entries.js";

const LAYER = layerTar([`big=${"x".repeat(3_000_000)}`]);
const IMAGE: ImageDescription = { references: ["app:1"], layers: [LAYER] };
const BYTES = packArchive(dockerArchive([IMAGE]));
const SHRUNK = {
  code: "corrupt-image",
  message: expect.stringContaining("the file shrinks while it is being read") as string,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shrinking-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The archive, told to be of `size` bytes. */
async function openAs(name: string, size: number) {
  const path = join(folder, name);
  await writeFile(path, BYTES);
  const file = await open(path, "r");
  return { path, file, archive: openSeekableArchive(file, size, CONTENT_INSPECTOR, "app.tar") };
}

describe("a file that is shorter than it was said to be", () => {
  it.each([512, 4096, 1 << 20])("by %i bytes, behind the archive's end", async (missing) => {
    const { file, archive } = await openAs("behind", BYTES.length + missing);
    expect(await failureOf(archive)).toMatchObject(SHRUNK);
    await file.close();
  });

  it.each([1000, 2_500_000])("cut to %i bytes once it is open", async (length) => {
    const { path, archive } = await openAs("cut", BYTES.length);
    const blobs = await archive;
    await truncate(path, length);
    expect(await failureOf(blobs.layer(`${hexOf(LAYER)}.tar`, "sha256"))).toMatchObject(SHRUNK);
    expect(await failureOf(blobs.document("manifest.json"))).toMatchObject(SHRUNK);
    await blobs.close();
  });

  it("and one that keeps its length is read", async () => {
    const { archive } = await openAs("whole", BYTES.length);
    const blobs = await archive;
    expect((await blobs.layer(`${hexOf(LAYER)}.tar`, "sha256"))?.diffId).toBe(`sha256:${hexOf(LAYER)}`);
    await blobs.close();
  });
});
