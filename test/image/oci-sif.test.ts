/**
 * OCI images whose layers are squashfs file systems, in a SIF file and elsewhere. What such layers make of one another is held against
 * the trees that the kernel's overlayfs shows of the same layers.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packArchive, writeLayout, type ArchiveFile, type ImageDescription } from "../support/image-builder.js";
import { hasTool, listFolder, run } from "../support/image-disk.js";
import { ociLayout } from "../support/image-forms.js";
import { LAYER_CASES } from "../support/image-layer-cases.js";
import { layerTar, listTree } from "../support/image-layer.js";
import { readFrom, readStreamed } from "../support/image-read.js";
import { buildSif, ociObjects, overlay, primary } from "../support/sif-builder.js";
import { buildSquashfs, type SquashfsFile } from "../support/squashfs-builder.js";
import { canMount, HAS_SQUASHFS_TOOLS, lookMounted, makeSquashfs } from "../support/squashfs.js";
import { failureOf } from "../support/tar-entries.js";

const SQUASHFS = "application/vnd.sylabs.image.layer.v1.squashfs";
const isRoot = process.getuid?.() === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "oci-sif-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (text: string): SquashfsFile => ({ bytes: Buffer.from(text), mode: 0o755 });

/** A layout of an image whose layers have a media type. */
function layoutOf(layers: readonly Uint8Array[], mediaType = SQUASHFS, more: Partial<ImageDescription> = {}) {
  return ociLayout([{ layers, ...more }], {
    packing: "plain",
    editManifest: (manifest) => ({ ...manifest, layers: manifest.layers.map((layer) => ({ ...layer, mediaType })) }),
  });
}

function save(bytes: Uint8Array, name = "app.sif"): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

const saveSif = (files: readonly ArchiveFile[]): string => save(buildSif({ objects: ociObjects(files) }));

describe("an OCI-SIF", () => {
  const LOWER = buildSquashfs({
    "/etc/os-release": file("ID=debian"),
    "/lib/a": file("1"),
    "/bin": { link: "usr/bin" },
  });
  const UPPER = buildSquashfs({ "/lib/a": file("2"), "/lib/b": file("b") });

  it("is the image that its index leads to", async () => {
    const path = saveSif(
      layoutOf([LOWER, UPPER], SQUASHFS, { env: ["A=b"], references: ["app:1"], architecture: "arm64" }),
    );
    const { image, snapshot } = await readFrom(path, { platform: "linux/arm64" });
    expect(listTree(snapshot)).toEqual([
      "bin -> usr/bin",
      "etc/",
      "etc/os-release=ID=debian",
      "lib/",
      "lib/a=2",
      "lib/b=b",
    ]);
    expect(image.reference).toBe("app:1");
    expect(image.config.env).toEqual(["A=b"]);
    expect(image.layers.map(({ mediaType, size }) => [mediaType, size])).toEqual([
      [SQUASHFS, LOWER.length],
      [SQUASHFS, UPPER.length],
    ]);
    expect(image.layers.every(({ digest, diffId }) => digest === diffId)).toBe(true);
  });

  it("may have the tars that its layers were made from", async () => {
    const { snapshot } = await readFrom(
      saveSif(ociLayout([{ layers: [layerTar(["a=1"]), layerTar([".wh.a", "b=2"])] }])),
    );
    expect(listTree(snapshot)).toEqual(["b=2"]);
  });

  it("is found in an archive and in a folder, too, and with digests of SHA-512", async () => {
    const files = layoutOf([LOWER, UPPER]);
    const expected = listTree((await readFrom(saveSif(files))).snapshot);
    expect(listTree((await readFrom(save(packArchive(files), "app.tar"))).snapshot)).toEqual(expected);
    await writeLayout(join(folder, "layout"), files);
    expect(listTree((await readFrom(join(folder, "layout"))).snapshot)).toEqual(expected);
    const long = ociLayout([{ layers: [LOWER, UPPER] }], {
      packing: "plain",
      algorithm: "sha512",
      editManifest: (manifest) => ({
        ...manifest,
        layers: manifest.layers.map((layer) => ({ ...layer, mediaType: SQUASHFS })),
      }),
    });
    expect(listTree((await readFrom(saveSif(long))).snapshot)).toEqual(expected);
  });

  const expectRefusal = async (reading: Promise<unknown>, code: string, message: RegExp) => {
    const failure = await failureOf(reading);
    expect(failure.message).toMatch(message);
    expect(failure.code).toBe(code);
  };

  it("is refused where its layers are not what they are called", async () => {
    const tar = layerTar(["a=1"]);
    const asTar = layoutOf([LOWER], "application/vnd.oci.image.layer.v1.tar");
    await expectRefusal(
      readFrom(saveSif(asTar)),
      "corrupt-image",
      /is a squashfs file system, and its media type is ".*tar"/,
    );
    await expectRefusal(
      readFrom(saveSif(layoutOf([tar]))),
      "corrupt-image",
      /is no squashfs file system, and its media type/,
    );
    const ext3 = layoutOf([LOWER], "application/vnd.sylabs.image.layer.v1.ext3");
    await expectRefusal(
      readFrom(saveSif(ext3)),
      "unsupported-image",
      /such an overlay is not read; .*singularity overlay seal/,
    );
    const other = layoutOf([LOWER], "application/vnd.erofs.layer.v1");
    await expectRefusal(readFrom(saveSif(other)), "unsupported-image", /only tar archives and squashfs file systems/);
    await expectRefusal(
      readStreamed(packArchive(layoutOf([LOWER]))),
      "unsupported-image",
      /is read by its place; give the name/,
    );
  });

  it("is refused where its blobs are not what they are called", async () => {
    const files = layoutOf([LOWER, UPPER]);
    const objects = ociObjects(files);
    const isLayer = (one: { data: Uint8Array }) => Buffer.from(one.data).equals(LOWER);
    const changed = objects.map((one) => (isLayer(one) ? { ...one, data: UPPER } : one));
    await expectRefusal(readFrom(save(buildSif({ objects: changed }))), "digest-mismatch", /Cannot trust layer 1 of 2/);
    const missing = objects.filter((one) => !isLayer(one));
    await expectRefusal(
      readFrom(save(buildSif({ objects: missing }))),
      "corrupt-image",
      /the archive has no such file/,
    );
    const outside = objects.map((one) => (isLayer(one) ? { ...one, size: 2 ** 40 } : one));
    await expectRefusal(
      readFrom(save(buildSif({ objects: outside }))),
      "corrupt-image",
      /a blob of an OCI image, does not lie/,
    );
    const twice = [...objects, ...objects.filter(isLayer)];
    await expectRefusal(
      readFrom(save(buildSif({ objects: twice }))),
      "corrupt-image",
      /holds blobs\/sha256\/\w+ twice/,
    );
    for (const more of [primary(LOWER), overlay(Buffer.alloc(100))])
      await expectRefusal(
        readFrom(save(buildSif({ objects: [...objects, more] }))),
        "corrupt-image",
        /beside an OCI image it has the (?:primary|overlay) partition/,
      );
  });
});

describe.skipIf(!isRoot || !HAS_SQUASHFS_TOOLS || !hasTool("bsdtar") || !hasTool("python3"))(
  "squashfs layers (needs root, mksquashfs, bsdtar and python3)",
  () => {
    // What a kernel makes of an opaque root is asked below.
    const cases = LAYER_CASES.filter(
      ({ noKernel, layers }) => noKernel === undefined && !layers.flat().includes(".wh..wh..opq"),
    );

    /** The layers of a case as SingularityCE makes them: what a tar says by names is said in the words of overlayfs. */
    function convert(layers: readonly (readonly string[])[], index: number): Buffer[] {
      const names = layers.map((lines, layer) => {
        const name = join(folder, `case-${index}-${layer}`);
        writeFileSync(`${name}.tar`, layerTar(lines));
        return name;
      });
      const script = `import importlib, sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]: importlib.import_module("kernel-overlay").unpack(name + ".tar", name)`;
      run("python3", ["-c", script, new URL(".", import.meta.url).pathname, ...names]);
      return names.map((name) => makeSquashfs(name, `${name}.squashfs`));
    }

    it.each(cases.map((one, index) => ({ ...one, index })))("$name", async ({ layers, overlay: expected, index }) => {
      const { snapshot, remarks } = await readFrom(saveSif(layoutOf(convert(layers, index))));
      expect(listTree(snapshot)).toEqual([...expected].sort());
      expect(remarks.map(({ code }) => code)).not.toContain("null-device");
    });

    it("hide files by two names of one device, and folders by an attribute, as Linux shows it", async () => {
      const [lower, upper] = [join(folder, "lower"), join(folder, "upper")];
      for (const name of ["a", "b", "c", "folder/old", "other/old"]) {
        mkdirSync(join(lower, name, ".."), { recursive: true });
        writeFileSync(join(lower, name), name);
      }
      for (const name of ["folder", "other"]) mkdirSync(join(upper, name), { recursive: true });
      writeFileSync(join(upper, "folder", "new"), "new");
      run("mknod", [join(upper, "a"), "c", "0", "0"]);
      run("ln", [join(upper, "a"), join(upper, "b")]);
      const opaque = [upper, join(upper, "folder")].map((path) => JSON.stringify(path)).join(", ");
      const script = `for path in (${opaque}): os.setxattr(path, "trusted.overlay.opaque", b"y")`;
      run("python3", ["-c", `import os\n${script}`]);
      const blobs = [lower, upper].map((root) => makeSquashfs(root, join(folder, "layer.squashfs")));
      const { snapshot, remarks } = await readFrom(saveSif(layoutOf(blobs)));
      // An opaque root hides nothing, and is told of.
      expect(remarks).toMatchObject([{ code: "overlay-attribute", path: "/" }]);
      const expected = ["c=c", "folder/", "folder/new=new", "other/", "other/old=other/old"];
      expect(listTree(snapshot)).toEqual(expected);
      if (!canMount()) return;
      const shown = lookMounted(blobs[0] as Buffer, (below) =>
        lookMounted(blobs[1] as Buffer, (above) => {
          const merged = join(folder, "merged");
          mkdirSync(merged);
          run("mount", ["-t", "overlay", "overlay", "-o", `ro,lowerdir=${above}:${below}`, merged]);
          try {
            return [
              listFolder(merged),
              existsSync(join(merged, "a")),
              readFileSync(join(merged, "c"), "latin1"),
            ] as const;
          } finally {
            run("umount", [merged]);
          }
        }),
      );
      expect(shown).toEqual([expected, false, "c"]);
    });
  },
);
