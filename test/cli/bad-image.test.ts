/** An image that cannot be read: one sentence that helps, an exit code, and nothing else. */
import type { Report } from "../../src/index.js";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { buildElf } from "../support/elf-builder.js";
import { hexOf, packArchive, toJson, type ArchiveFile } from "../support/image-builder.js";
import { dockerArchive, ociLayout } from "../support/image-forms.js";
import { tarEntry, tarOf } from "../support/tar-builder.js";
import { expectError } from "./expect-error.js";
import { packImage, packRoot, writeRoot } from "./root-files.js";
import { createFolder, runCli, type Run } from "./run-cli.js";
import { BARE, HOST } from "./verdict-roots.js";

const cwd = createFolder();
writeRoot(join(cwd, "host"), HOST);
const IMAGE = { references: ["app:1"], layers: [packRoot(BARE)] };

/** Analyzes these bytes, or what has this name, against the host of the fixture. */
function analyze(image: string | Uint8Array, ...more: readonly string[]): Run {
  if (typeof image !== "string") writeFileSync(join(cwd, "image.tar"), image);
  return runCli(["analyze", typeof image === "string" ? image : "image.tar", "--host", "host", ...more], { cwd });
}

/** The files of an archive with the content of one of them changed. */
function change(files: readonly ArchiveFile[], name: RegExp, edit: (content: Uint8Array) => Uint8Array): Buffer {
  expect(files.some((file) => name.test(file.name) && "content" in file)).toBe(true);
  return packArchive(
    files.map((file) => (name.test(file.name) && "content" in file ? { ...file, content: edit(file.content) } : file)),
  );
}

describe("no such image", () => {
  test("a missing file", () => {
    expectError(analyze("nosuch.tar"), 3, ["Cannot open nosuch.tar", "no such file", "docker save"]);
  });
  test("a path through a file", () => {
    writeFileSync(join(cwd, "file.tar"), "");
    const run = analyze("./file.tar/image.tar");
    expectError(run, 3, ["Cannot open ./file.tar/image.tar: not a directory", "expected a file or a folder"]);
  });
  test("an empty name", () => {
    expectError(analyze(""), 2, ["without a name", "variable"]);
  });
  test("the name of an image in a registry", () => {
    const run = analyze("ghcr.io/team/app:1");
    expectError(run, 3, ["ghcr.io/team/app:1", "docker save ghcr.io/team/app:1 -o app.tar", "skopeo copy"]);
  });
  test("a short name that a daemon would know", () => {
    expectError(analyze("alpine"), 3, ["no such file", "docker save alpine -o alpine.tar"]);
  });
  test.each([
    ["docker://alpine:3", "skopeo copy docker://alpine:3 docker-archive:alpine.tar"],
    ["docker-daemon:app:1", "docker save app:1 -o app.tar"],
    ["containers-storage:app:1", "skopeo copy containers-storage:app:1 docker-archive:app.tar"],
    ["https://example.org/app.tar", "curl -LO https://example.org/app.tar"],
    ["oci-archive:/images/app.tar:app:1", /give the path alone: \/images\/app\.tar\n/],
  ])("%s is refused with the command that makes a file", (source, advice) => {
    expectError(analyze(source), 2, [source, "asks no registry", advice]);
  });
  test("a link to nowhere", () => {
    symlinkSync("/nowhere/at/all", join(cwd, "dangling.tar"));
    expectError(analyze("dangling.tar"), 3, ["Cannot open dangling.tar"]);
  });
});

describe("no image", () => {
  test.each([
    ["a text", Buffer.from("hello\n".repeat(200)), "no tar archive"],
    ["nothing", Buffer.alloc(0), "it is empty"],
    ["an ELF file", Buffer.from(buildElf()), "no tar archive"],
    ["a compressed text", gzipSync("hello ".repeat(1000)), "no tar archive"],
  ])("%s", (_name, bytes, says) => {
    expectError(analyze(bytes), 3, ["Cannot read image.tar", says, "docker save"]);
  });
  test("a tar of something else", () => {
    const tar = tarOf(tarEntry({ name: "notes.txt" }, "hello"));
    expectError(analyze(tar), 3, ["Cannot find an image in image.tar", "index.json", "manifest.json"]);
  });
  test("a root filesystem (docker export)", () => {
    expectError(analyze(packRoot(BARE)), 3, ["root filesystem", "docker save"]);
  });
  test("an empty folder", () => {
    mkdirSync(join(cwd, "empty"));
    expectError(analyze("empty"), 3, ["Cannot find an image in empty"]);
  });
  test("a squashfs and a SIF", () => {
    expectError(analyze(Buffer.concat([Buffer.from("hsqs"), Buffer.alloc(600, 1)])), 3, ["squashfs"]);
    const sif = Buffer.alloc(600, 1);
    sif.write("SIF_MAGIC\0", 32);
    expectError(analyze(sif), 3, ["SIF", "version"]);
  });
});

describe("a damaged image", () => {
  const [layer] = IMAGE.layers;
  test("cut off in a layer", () => {
    const whole = packImage(BARE);
    expectError(analyze(whole.subarray(0, 2048)), 3, ["image.tar", /end|cut|truncated/]);
  });
  test("a layer that is cut off, in an archive that is whole", () => {
    const files = dockerArchive([IMAGE]);
    const tar = change(files, new RegExp(`^${hexOf(layer as Buffer)}\\.tar$`), (content) =>
      content.subarray(0, content.length / 2),
    );
    expectError(analyze(tar), 3, ["image.tar", /end|cut|truncated/]);
  });
  test("a gzip layer that is cut off", () => {
    const tar = change(ociLayout([IMAGE]), /blobs/, (content) =>
      content[0] === 0x1f ? content.subarray(0, content.length - 20) : content,
    );
    expectError(analyze(tar), 3, ["image.tar", /Cannot (?:read|decompress|trust)/]);
  });
  test("a layer with another digest", () => {
    const lie = { ...IMAGE, diffIds: [`sha256:${"0".repeat(64)}`] };
    const run = analyze(packArchive(dockerArchive([lie])));
    expectError(run, 3, ["layer 1 of 1", "image.tar", `sha256:${"0".repeat(64)}`, `sha256:${hexOf(layer as Buffer)}`]);
    expect(analyze("image.tar", "--verify", "never").status).toBe(0);
  });
  test("a config with another digest", () => {
    const tar = change(dockerArchive([IMAGE]), /^[0-9a-f]{64}\.json$/, (content) =>
      Buffer.from(Buffer.from(content).toString().replace("/usr/bin", "/opt/bin")),
    );
    expectError(analyze(tar), 3, ["Cannot trust the config", "sha256:"]);
  });
  test("a layer that is not there", () => {
    const files = dockerArchive([IMAGE]).filter(({ name }) => name !== `${hexOf(layer as Buffer)}.tar`);
    expectError(analyze(packArchive(files)), 3, ["Cannot find layer 1 of 1 in image.tar"]);
  });
  test("a manifest that is no JSON", () => {
    const tar = change(dockerArchive([IMAGE]), /^manifest\.json$/, () => Buffer.from("[{"));
    expectError(analyze(tar), 3, ["manifest.json", "no JSON"]);
  });
  test("an index without images", () => {
    const index = { name: "index.json", content: toJson({ schemaVersion: 2, manifests: [] }) };
    expectError(analyze(packArchive([index])), 3, ["Cannot find an image in image.tar", "index"]);
  });
});

describe("not this image", () => {
  const two = packArchive(
    ociLayout([
      { ...IMAGE, references: ["app:1"] },
      { ...IMAGE, references: ["app:1"], architecture: "arm64" },
    ]),
  );
  test("a platform that is not there", () => {
    expectError(analyze(two, "--platform", "linux/s390x"), 3, [
      "Cannot find the platform linux/s390x in image.tar",
      "linux/amd64, linux/arm64",
      "--platform",
    ]);
  });
  test("a platform that is none", () => {
    expectError(analyze(two, "--platform", "amd64"), 2, ["--platform amd64", "os/arch", "linux/amd64"]);
  });
  test("a reference that is not there", () => {
    expectError(analyze(packImage(BARE), "--ref", "other:2"), 3, ["other:2", "image.tar", "app:1"]);
  });
  test("a Windows image", () => {
    const run = analyze(packImage({ "Files/Windows/System32/ntdll.dll": "MZ" }, { os: "windows" }));
    expectError(run, 3, ["image.tar", "Windows image", "Linux"]);
  });
});

describe("standard input", () => {
  test("closed", () => {
    expectError(runCli(["analyze", "-", "--host", "host"], { cwd }), 3, ["standard input", "it is empty"]);
  });
  test("no image in it", () => {
    const run = runCli(["analyze", "-", "--host", "host"], { cwd, input: Buffer.from("hello ".repeat(200)) });
    expectError(run, 3, ["Cannot read standard input", "no tar archive"]);
  });
  test("two images cannot both come from it", () => {
    expectError(runCli(["analyze", "-", "-", "--host", "host"], { cwd }), 2, ["two images", "standard input"]);
  });
  test("an image in it is analyzed as a file is", () => {
    const args = ["--host", "host", "--format", "json"];
    const bytes = packImage(BARE);
    writeFileSync(join(cwd, "piped.tar"), bytes);
    const piped = runCli(["analyze", "-", ...args], { cwd, input: bytes });
    const file = runCli(["analyze", "piped.tar", ...args], { cwd });
    expect(piped.status).toBe(0);
    expect(JSON.parse(piped.stdout)).toEqual(JSON.parse(file.stdout.replace('"source": "piped.tar"', '"source": "-"')));
  });
});

test("one image of several that cannot be read ends the run without half an answer", () => {
  writeFileSync(join(cwd, "good.tar"), packImage(BARE));
  expectError(runCli(["analyze", "good.tar", "nosuch.tar", "--host", "host"], { cwd }), 3, ["nosuch.tar"]);
});

test("an ELF file in the image that cannot be read ends nothing, where no search reaches it", () => {
  const broken = buildElf({ soname: "libz.so.1" }).subarray(0, 100);
  const run = analyze(
    packImage({ ...BARE, "opt/data/libz.so.1": broken }),
    "--format",
    "json",
    "--library",
    "libc.so.6",
  );
  const { image, mounts } = JSON.parse(run.stdout) as Report;
  expect(JSON.stringify(mounts)).not.toContain("/opt/data/libz.so.1");
  expect(image.findings).toMatchObject([
    { rule: "elf-malformed", severity: "note", subjects: ["/opt/data/libz.so.1"] },
  ]);
  expect(run.status).toBe(0);
});

test("a layout whose files are folders", () => {
  mkdirSync(join(cwd, "folders", "index.json"), { recursive: true });
  expectError(runCli(["analyze", "folders", "--host", "host"], { cwd }), 3, [
    "Cannot read folders",
    "a folder where a file",
  ]);
  expectError(runCli(["host", "folders"], { cwd }), 3, ["Cannot read folders", "a folder where a file"]);
});
