/** Files that are read for their place, whatever name an entry gave them: by link, by hardlink, from a lower layer. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findLdCache } from "../../src/loader/find-ld-cache.js";
import { fileInspector } from "../../src/loader/inspect.js";
import { findText } from "../../src/loader/ld-conf.js";
import { readImage } from "../../src/image/read-image.js";
import { buildCache } from "../loader/cache-builder.js";
import { packArchive, writeLayout, type ImageDescription } from "../support/image-builder.js";
import { dockerArchive, ociLayout } from "../support/image-forms.js";
import { layerTar } from "../support/image-layer.js";
import { tarEntry, tarOf } from "../support/tar-builder.js";
import { failureOf } from "../support/tar-entries.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "by-path-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const OPTIONS = {
  inspector: fileInspector,
  layerMode: "overlay",
  verify: "always",
  defaultPlatform: "linux/amd64",
} as const;

function imageOf(...layers: readonly (readonly string[] | Uint8Array)[]): ImageDescription {
  return { layers: layers.map((layer) => (layer instanceof Uint8Array ? layer : layerTar(layer))) };
}

let count = 0;
async function readFile(image: ImageDescription, layerMode: "overlay" | "extract" = "overlay") {
  count += 1;
  const path = join(folder, `image-${count}.tar`);
  await writeFile(path, packArchive(dockerArchive([image])));
  return (await readImage(path, { ...OPTIONS, layerMode })).snapshot;
}

/** The same, from an archive that passes by once. */
async function readPassing(image: ImageDescription) {
  count += 1;
  const path = join(folder, `image-${count}.tar.gz`);
  await writeFile(path, gzipSync(packArchive(dockerArchive([image]))));
  return (await readImage(path, OPTIONS)).snapshot;
}

describe("a text of the loader", () => {
  const PRELOAD = "/etc/ld.so.preload";
  const ways: readonly (readonly [string, ImageDescription, string])[] = [
    ["a link", imageOf(["etc/ld.so.preload -> ../opt/list", "opt/list=/opt/a.so"]), "/opt/a.so"],
    [
      "a hardlink, whose first name is another",
      imageOf(["opt/list=/opt/a.so", "etc/ld.so.preload => opt/list"]),
      "/opt/a.so",
    ],
    [
      "a link into a lower layer",
      imageOf(["opt/list=/opt/a.so"], ["x=1"], ["etc/ld.so.preload -> /opt/list"]),
      "/opt/a.so",
    ],
    [
      "links of folders",
      imageOf(["etc -> conf", "conf/ld.so.preload -> there/list", "conf/there -> /opt", "opt/list=b"]),
      "b",
    ],
    [
      "a file that is replaced later",
      imageOf(["opt/list=old", "etc/ld.so.preload -> /opt/list"], ["opt/list=new"]),
      "new",
    ],
    ["a path that comes twice", imageOf(["opt/list=one", "opt/list=two", "etc/ld.so.preload -> /opt/list"]), "two"],
  ];

  it.each(ways)("behind %s", async (_way, image, expected) => {
    for (const mode of ["overlay", "extract"] as const)
      expect(findText(await readFile(image, mode), PRELOAD)).toBe(expected);
  });

  it("in a layout folder", async () => {
    const layout = join(folder, "layout");
    await writeLayout(layout, ociLayout([imageOf(["etc/ld.so.preload -> /opt/list", "opt/list=a"])]));
    expect(findText((await readImage(layout, OPTIONS)).snapshot, PRELOAD)).toBe("a");
  });

  it.each([
    ["/etc/ld-musl-x86_64.path", ["etc/ld-musl-x86_64.path -> /opt/folders", "opt/folders=/opt/lib"]],
    ["/opt/m/etc/ld-musl-aarch64.path", ["opt/m/etc/ld-musl-aarch64.path -> ../../folders", "opt/folders=/opt/lib"]],
    ["/etc/os-release", ["etc/os-release -> /opt/release", "opt/release=/opt/lib"]],
  ])("%s", async (path, lines) => {
    expect(findText(await readFile(imageOf(lines)), path)).toBe("/opt/lib");
  });

  it("leaves all else of the layer as it was", async () => {
    const snapshot = await readFile(
      imageOf(["etc/ld.so.preload -> /opt/list", "opt/list=a", "opt/more=a", "etc/os-release=b"]),
    );
    expect(snapshot.lookup("/opt/more")).toMatchObject({ facts: { kind: "other" } });
    expect(findText(snapshot, "/etc/os-release")).toBe("b");
  });

  it("that has passed by is an error, and not absent", async () => {
    for (const [, image] of ways.slice(0, 3)) {
      const failure = await failureOf(readPassing(image));
      expect(failure.code).toBe("unsupported-image");
      expect(failure.message).toContain("/etc/ld.so.preload leads to a file of another name, which had passed by");
    }
    const release = imageOf(["etc/os-release -> /opt/release", "opt/release=x"]);
    expect(findText(await readPassing(release), "/etc/os-release")).toBeUndefined();
    const plain = imageOf(["etc/ld.so.preload=a"]);
    expect(findText(await readPassing(plain), PRELOAD)).toBe("a");
  });

  it("that is no text is refused", async () => {
    const huge = tarOf(tarEntry({ name: "etc/ld.so.preload" }, "x".repeat((1 << 20) + 1)));
    const failure = await failureOf(readFile(imageOf(huge)));
    expect(failure.code).toBe("limit-exceeded");
    expect(failure.message).toContain("/etc/ld.so.preload has 1048577 bytes, and the limit is 1048576");
  });
});

describe("ld.so.cache", () => {
  const cache = buildCache([{ name: "libx.so.1", path: "/opt/lib/libx.so.1", flags: 0x0303 }]);

  it.each([
    [
      "a link",
      [
        tarEntry({ name: "etc/cache.real" }, cache),
        tarEntry({ name: "etc/ld.so.cache", type: "2", link: "cache.real" }),
      ],
    ],
    [
      "a hardlink",
      [tarEntry({ name: "etc/backup" }, cache), tarEntry({ name: "etc/ld.so.cache", type: "1", link: "etc/backup" })],
    ],
  ])("behind %s is known by its first bytes, in an archive that passes by too", async (_way, entries) => {
    const image = imageOf(tarOf(...entries));
    for (const snapshot of [await readFile(image), await readPassing(image)])
      expect([...(findLdCache(snapshot)?.entries.keys() ?? [])]).toEqual(["libx.so.1"]);
  });

  it("of another format is none", async () => {
    const snapshot = await readPassing(imageOf(["etc/ld.so.cache=garbage"]));
    expect(findLdCache(snapshot)).toBeUndefined();
    expect(snapshot.lookup("/etc/ld.so.cache")).toMatchObject({ facts: { kind: "other" } });
  });
});
