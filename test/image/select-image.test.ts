/** Which of several images is read: by platform, by name, and by what two lists of images say together. */
import { describe, expect, it } from "vitest";
import { parsePlatform, rankPlatform, toPlatformText } from "../../src/image/platform.js";
import { packArchive, type ArchiveFile, type ImageDescription } from "../support/image-builder.js";
import { docker25, dockerArchive, dockerLegacy, ociLayout } from "../support/image-forms.js";
import { layerTar } from "../support/image-layer.js";
import { readStreamed, type ReadOptions } from "../support/image-read.js";
import { failureOf } from "../support/tar-entries.js";

function imageOf(name: string, rest: Partial<ImageDescription> = {}): ImageDescription {
  return { references: ["app:1"], layers: [layerTar([`who=${name}`])], ...rest };
}

async function chosen(bytes: Uint8Array, options: ReadOptions = {}): Promise<string> {
  const { snapshot } = await readStreamed(bytes, options);
  const node = snapshot.lookup("/who");
  return node?.kind === "file" ? node.facts : "";
}

/** An image of another tag, "latest". */
function tagLatest(image: ImageDescription): ImageDescription {
  return { ...image, references: image.references?.map((name) => name.replace(/:\w+$/, ":latest")) };
}

function documentOf(files: readonly ArchiveFile[], name: string): { manifests: { digest: string }[] } {
  const file = files.find((one) => one.name === name);
  const text = file !== undefined && "content" in file ? Buffer.from(file.content).toString() : "{}";
  return JSON.parse(text) as { manifests: { digest: string }[] };
}

describe("by platform", () => {
  const many = [
    imageOf("arm64", { architecture: "arm64", variant: "v8" }),
    imageOf("amd64"),
    imageOf("armv7", { architecture: "arm", variant: "v7" }),
    imageOf("armv6", { architecture: "arm", variant: "v6" }),
    imageOf("windows", { os: "windows" }),
  ];

  it.each([
    ["the default", {}, "amd64"],
    ["another default", { defaultPlatform: "linux/arm64" }, "arm64"],
    ["asked for", { platform: "linux/arm64" }, "arm64"],
    ["by another name", { platform: "linux/aarch64" }, "arm64"],
    ["with a variant that is the usual one", { platform: "linux/arm64/v8" }, "arm64"],
    ["with a variant", { platform: "linux/arm/v6" }, "armv6"],
    ["with the variant that stands first", { platform: "linux/arm" }, "armv7"],
  ])("%s", async (_how, options, expected) => {
    expect(await chosen(packArchive(ociLayout(many, { nested: true, attested: true })), options)).toBe(expected);
  });

  const variants = [
    imageOf("v3", { variant: "v3" }),
    imageOf("plain"),
    imageOf("v2", { variant: "v2" }),
    imageOf("armv5", { architecture: "arm", variant: "v5" }),
    imageOf("armv7", { architecture: "arm", variant: "v7" }),
    imageOf("loong", { architecture: "loong64" }),
  ];

  it.each([
    ["linux/amd64", "plain"],
    ["linux/amd64/v1", "plain"],
    ["linux/amd64/v3", "v3"],
    ["linux/amd64/v4", "v3"],
    ["linux/arm/v7", "armv7"],
    ["linux/arm/v6", "armv5"],
    ["linux/loongarch64", "loong"],
  ])("%s is the best of several variants, wherever it stands", async (platform, expected) => {
    for (const nested of [true, false]) {
      const bytes = packArchive(ociLayout(variants, { nested }));
      expect(await chosen(bytes, { platform })).toBe(expected);
      expect(await chosen(bytes, { defaultPlatform: platform })).toBe(expected);
    }
  });

  it("of two in one index that serve alike, the first", async () => {
    const bytes = packArchive(ociLayout([imageOf("first"), imageOf("second")], { nested: true }));
    expect(await chosen(bytes)).toBe("first");
  });

  it("one that is not there", async () => {
    const failure = await failureOf(readStreamed(packArchive(ociLayout(many)), { platform: "linux/s390x" }));
    expect(failure.code).toBe("platform-not-found");
    expect(failure.message).toContain(
      "it holds linux/amd64, linux/arm/v6, linux/arm/v7, linux/arm64/v8, windows/amd64;",
    );
  });

  it("the only image, whatever its machine, where none was asked for", async () => {
    const bytes = packArchive(ociLayout([imageOf("ppc", { architecture: "ppc64le" })], { attested: true }));
    expect(await chosen(bytes)).toBe("ppc");
    expect((await failureOf(readStreamed(bytes, { platform: "linux/amd64" }))).code).toBe("platform-not-found");
  });

  it("an image whose blobs were left out is none", async () => {
    const arm = ociLayout([imageOf("arm64", { architecture: "arm64" })]).map(({ name }) => name);
    const files = ociLayout([imageOf("arm64", { architecture: "arm64" }), imageOf("amd64")], { nested: true });
    const kept = files.filter(({ name }) => !(name.startsWith("blobs/") && arm.includes(name)));
    expect(kept.length).toBeLessThan(files.length);
    expect(await chosen(packArchive(kept))).toBe("amd64");
    expect((await failureOf(readStreamed(packArchive(kept), { platform: "linux/arm64" }))).code).toBe(
      "platform-not-found",
    );
  });
});

describe("by name", () => {
  const two = [
    imageOf("one", { references: ["registry.example/team/app:1", "app:old"] }),
    imageOf("two", { references: ["tools:2"] }),
  ];

  it.each([
    ["registry.example/team/app:1", "one"],
    ["app:old", "one"],
    ["team/app:1", "one"],
    ["tools:2", "two"],
  ])("%s", async (reference, expected) => {
    for (const files of [dockerArchive(two), docker25(two), ociLayout(two)]) {
      const bytes = packArchive(files);
      expect(await chosen(bytes, { reference })).toBe(expected);
    }
  });

  it("says which it has when none was named", async () => {
    for (const files of [dockerArchive(two), ociLayout(two)]) {
      const failure = await failureOf(readStreamed(packArchive(files)));
      expect(failure.code).toBe("reference-not-found");
      expect(failure.message).toContain("app:old, registry.example/team/app:1, tools:2; name one with --ref");
    }
  });

  it.each([
    ["latest", undefined],
    ["app", "exact"],
    ["tools", "latest"],
    ["team/tools", "latest"],
    ["eam/tools:latest", undefined],
  ])("a bare name %s means the tag latest, unless it is a name itself", async (reference, expected) => {
    const images = [
      imageOf("exact", { references: ["app"] }),
      imageOf("old", { references: ["team/tools:old"] }),
      imageOf("latest", { references: ["registry.example/team/tools:latest"] }),
    ];
    for (const files of [dockerArchive(images), ociLayout(images)]) {
      const read = chosen(packArchive(files), { reference });
      if (expected === undefined) expect((await failureOf(read)).code).toBe("reference-not-found");
      else expect(await read).toBe(expected);
    }
  });

  it("the name that was meant stands in the report, not the first one", async () => {
    const { image } = await readStreamed(packArchive(dockerArchive(two)), { reference: "team/app:1" });
    expect(image.reference).toBe("registry.example/team/app:1");
    const named = imageOf("one", { references: ["app:old", "registry.example/team/app:1"] });
    const other = await readStreamed(packArchive(dockerArchive([named])), { reference: "team/app:1" });
    expect(other.image.reference).toBe("registry.example/team/app:1");
  });

  it("a digest of the image, of its config or of its index", async () => {
    const one = await readStreamed(packArchive(ociLayout(two)), { reference: "app:old" });
    const reference = one.image.digest;
    expect(await chosen(packArchive(ociLayout(two)), { reference })).toBe("one");
    expect(await chosen(packArchive(ociLayout(two)), { reference: reference.slice(7, 19) })).toBe("one");
    const config = (await readStreamed(packArchive(dockerArchive(two)), { reference: "tools:2" })).image.digest;
    expect(await chosen(packArchive(dockerArchive(two)), { reference: config })).toBe("two");
    expect(await chosen(packArchive(ociLayout(two)), { reference: config })).toBe("two");
    const nested = ociLayout([imageOf("amd64"), imageOf("arm64", { architecture: "arm64" })], { nested: true });
    const [top] = documentOf(nested, "index.json").manifests;
    expect(await chosen(packArchive(nested), { reference: top?.digest ?? "", platform: "linux/arm64" })).toBe("arm64");
    const failure = await failureOf(
      readStreamed(packArchive(ociLayout(two)), { reference: `sha256:${"0".repeat(64)}` }),
    );
    expect(failure.code).toBe("reference-not-found");
  });

  describe("is refused, with the list, where it could be either", () => {
    const nameless = [imageOf("one", { references: undefined }), imageOf("two", { references: undefined })];
    const sameTag = [imageOf("one"), imageOf("two")];
    const endings = [
      imageOf("one", { references: ["a.example/app:1"] }),
      imageOf("two", { references: ["b.example/app:1"] }),
    ];

    it.each([
      ["two images without a name", nameless, {}],
      ["one tag of two images", sameTag, {}],
      ["one tag of two images, named", sameTag, { reference: "app:1" }],
      ["an end that two names have", endings, { reference: "app:1" }],
      ["the same, of a bare name", endings.map(tagLatest), { reference: "app" }],
    ])("%s", async (_what, images, options) => {
      for (const files of [dockerArchive(images), ociLayout(images), dockerLegacy(images)]) {
        const failure = await failureOf(readStreamed(packArchive(files), options));
        expect(failure.code).toBe("reference-not-found");
        expect(failure.message).toMatch(/sha256:[0-9a-f]{64}.*, .*sha256:[0-9a-f]{64}|a\.example.*, b\.example/);
        // What the list offers is taken.
        const [word] = / it holds (?:\S+ \()?([^,) ]+)/.exec(failure.message)?.slice(1) ?? [];
        expect(["one", "two"]).toContain(await chosen(packArchive(files), { reference: word }));
      }
    });

    it("images of different names for different platforms, which --platform tells apart as well", async () => {
      const images = [
        imageOf("good", { references: ["good:1"] }),
        imageOf("bad", { references: ["bad:1"], architecture: "arm64" }),
      ];
      for (const files of [dockerArchive(images), ociLayout(images), docker25(images)]) {
        const failure = await failureOf(readStreamed(packArchive(files)));
        expect(failure.message).toContain("it holds bad:1, good:1; name one with --ref");
        expect(await chosen(packArchive(files), { platform: "linux/amd64" })).toBe("good");
        expect(await chosen(packArchive(files), { reference: "bad:1" })).toBe("bad");
      }
    });

    it("and platforms of one name are one image", async () => {
      const images = [imageOf("amd64"), imageOf("arm64", { architecture: "arm64" })];
      for (const files of [ociLayout(images), ociLayout(images.map((image) => ({ ...image, references: undefined })))])
        expect(await chosen(packArchive(files))).toBe("amd64");
    });
  });

  it("an image that is there under several names is one image", async () => {
    const twice = imageOf("one", { references: ["app:1", "app:latest"] });
    for (const files of [dockerArchive([twice]), ociLayout([twice]), docker25([twice])]) {
      const { image } = await readStreamed(packArchive(files), { reference: "app:latest" });
      expect(image.reference).toBe("app:latest");
    }
  });
});

describe("what an archive itself has to say", () => {
  it("data behind its end is remarked, and not read", async () => {
    const bytes = Buffer.concat([
      packArchive(ociLayout([imageOf("first")])),
      packArchive(dockerArchive([imageOf("ghost")])),
    ]);
    const { snapshot, remarks } = await readStreamed(bytes);
    expect(snapshot.lookup("/who")).toMatchObject({ facts: "first" });
    expect(remarks).toMatchObject([{ code: "data-after-end" }]);
  });

  it("progress names stages and counts layers", async () => {
    const seen: string[] = [];
    await readStreamed(packArchive(dockerArchive([imageOf("x")])), {
      onProgress: ({ stage, done, total }) => seen.push(`${stage} ${done}/${total ?? "?"}`),
    });
    expect(seen.at(-1)).toBe("reading layers 1/1");
  });

  it("a diffID of another algorithm cannot be verified", async () => {
    const bytes = packArchive(dockerArchive([imageOf("x", { diffIds: [`sha512:${"0".repeat(128)}`] })]));
    expect((await failureOf(readStreamed(bytes))).code).toBe("unsupported-image");
  });
});

describe("platforms as text", () => {
  it.each([
    ["linux/x86_64", "linux/amd64"],
    ["Linux/AMD64/v1", "linux/amd64"],
    ["linux/amd64/v3", "linux/amd64/v3"],
    ["linux/aarch64/v8", "linux/arm64"],
    ["linux/arm64/8", "linux/arm64"],
    ["linux/armhf", "linux/arm"],
    ["linux/armel", "linux/arm/v6"],
    ["linux/i686", "linux/386"],
  ])("%s is %s", (text, normal) => {
    expect(toPlatformText(parsePlatform(text))).toBe(normal);
  });

  it.each(["linux", "linux/", "/amd64", "a/b/c/d", ""])("%j is none", (text) => {
    expect(() => parsePlatform(text)).toThrow(/expected os\/arch/);
  });

  it.each([
    ["linux/amd64", ["linux/amd64", "linux/amd64/v1"]],
    ["linux/amd64/v3", ["linux/amd64/v3", "linux/amd64/v2", "linux/amd64"]],
    ["linux/arm", ["linux/arm/v7", "linux/arm/v6", "linux/arm/v5"]],
    ["linux/arm/v8", ["linux/arm/v8", "linux/arm", "linux/arm/v6", "linux/arm/v5"]],
    ["linux/arm64", ["linux/arm64/v8"]],
    ["linux/arm64/v8.2", ["linux/arm64/v8.2", "linux/arm64/v8.1", "linux/arm64"]],
    ["linux/arm64/v9", ["linux/arm64/v9", "linux/arm64/v8.5", "linux/arm64/v8.1", "linux/arm64/v8"]],
    ["linux/loongarch64", ["linux/loong64"]],
  ])("%s is served by %j, the best first", (wanted, served) => {
    const ranks = served.map((one) => rankPlatform(parsePlatform(wanted), parsePlatform(one)) ?? Infinity);
    expect(ranks[0]).toBe(0);
    expect([...ranks].sort((a, b) => a - b)).toEqual(ranks);
    expect(ranks).not.toContain(Infinity);
  });

  it.each([
    ["linux/amd64", "linux/amd64/v2"],
    ["linux/amd64/v2", "linux/amd64/v3"],
    ["linux/arm/v6", "linux/arm"],
    ["linux/arm64", "linux/arm64/v9"],
    ["linux/arm64/v8.4", "linux/arm64/v8.5"],
    ["linux/amd64", "linux/386"],
    ["linux/amd64", "windows/amd64"],
  ])("%s is not served by %s", (wanted, offered) => {
    expect(rankPlatform(parsePlatform(wanted), parsePlatform(offered))).toBeUndefined();
  });
});
