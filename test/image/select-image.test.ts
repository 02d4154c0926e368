/** Which of several images is read: by platform, by name, and by what two lists of images say together. */
import { describe, expect, it } from "vitest";
import { matchesPlatform, parsePlatform, toPlatformText } from "../../src/image/platform.js";
import { packArchive, type ImageDescription } from "../support/image-builder.js";
import { docker25, dockerArchive, ociLayout } from "../support/image-forms.js";
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

  it("a variant that was asked for must match", () => {
    const v3 = parsePlatform("linux/amd64/v3");
    expect(matchesPlatform(parsePlatform("linux/amd64"), v3)).toBe(true);
    expect(matchesPlatform(v3, parsePlatform("linux/amd64"))).toBe(false);
  });
});
