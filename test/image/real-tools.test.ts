/**
 * Images of real tools, made of a small root without any network: umoci writes layers over one another, skopeo converts them into
 * its forms, and all of them must give the tree that umoci unpacks.
 */
import { execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { chmod, link, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasTool, listFolder, run } from "../support/image-disk.js";
import { listTree } from "../support/image-layer.js";
import { readFrom } from "../support/image-read.js";

const isRoot = process.getuid?.() === 0;
const isThere = isRoot && hasTool("umoci") && hasTool("skopeo");

describe.skipIf(!isThere)("skopeo and umoci (needs root and both)", () => {
  let folder: string;
  let expected: string[];
  let diffIds: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tools-"));
    const layout = join(folder, "layout");
    const bundle = join(folder, "bundle");
    const root = join(bundle, "rootfs");
    run("umoci", ["init", "--layout", layout]);
    run("umoci", ["new", "--image", `${layout}:base`]);
    run("umoci", ["config", "--image", `${layout}:base`, "--architecture", "amd64", "--os", "linux"]);
    run("umoci", ["unpack", "--image", `${layout}:base`, bundle]);
    await writeBase(root);
    run("umoci", ["repack", "--refresh-bundle", "--image", `${layout}:base`, bundle]);
    await changeOnce(root);
    run("umoci", ["repack", "--refresh-bundle", "--image", `${layout}:second`, bundle]);
    await changeTwice(root);
    run("umoci", ["repack", "--refresh-bundle", "--image", `${layout}:app`, bundle]);
    run("umoci", ["raw", "unpack", "--image", `${layout}:app`, join(folder, "unpacked")]);
    expected = listFolder(join(folder, "unpacked"));
    const config = JSON.parse(run("skopeo", ["inspect", "--config", `oci:${layout}:app`])) as {
      rootfs: { diff_ids: string[] };
    };
    diffIds = config.rootfs.diff_ids;
    for (const [form, target] of FORMS) copy(target(join(folder, form)));
    execFileSync("tar", ["-cf", join(folder, "layout.tar"), "-C", layout, "."]);
    execFileSync("gzip", ["-k", join(folder, "oci-archive")]);
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function copy(target: readonly string[]): void {
    run("skopeo", [
      "copy",
      "--insecure-policy",
      "-q",
      ...target.slice(0, -1),
      `oci:${join(folder, "layout")}:app`,
      target.at(-1) ?? "",
    ]);
  }

  const FORMS: readonly (readonly [string, (path: string) => string[]])[] = [
    ["docker-archive", (path) => [`docker-archive:${path}:app:1`]],
    ["oci-archive", (path) => [`oci-archive:${path}:app`]],
    ["oci-archive-zstd", (path) => ["--dest-compress-format", "zstd", `oci-archive:${path}:app`]],
    ["oci-folder", (path) => [`oci:${path}:app`]],
    ["dir", (path) => [`dir:${path}`]],
    ["dir-docker", (path) => ["--format", "v2s2", `dir:${path}`]],
    ["dir-plain", (path) => ["--dest-decompress", `dir:${path}`]],
  ];

  it("made an image with something of everything", () => {
    expect(diffIds).toHaveLength(3);
    expect(expected).toContain("usr/lib/hard.so=library");
    expect(expected).toContain("lib -> usr/lib");
    expect(expected).not.toContain("etc/gone=1");
    expect(expected).toContain("opt/now-a-file=file");
    expect(expected.length).toBeGreaterThan(20);
  });

  it.each([...FORMS.map(([form]) => form), "layout.tar", "oci-archive.gz"])("%s", async (form) => {
    const selection = form === "layout.tar" ? { reference: "app" } : {};
    for (const layerMode of ["overlay", "extract"] as const) {
      const { image, snapshot, remarks } = await readFrom(join(folder, form), { layerMode, ...selection });
      expect(listTree(snapshot)).toEqual(expected);
      expect(image.layers.map(({ diffId }) => diffId)).toEqual(diffIds);
      expect(remarks).toEqual([]);
    }
  });

  it.each(["docker-archive", "oci-archive", "oci-archive-zstd", "oci-archive.gz"])(
    "%s on standard input",
    async (form) => {
      const { image, snapshot } = await readFrom("-", { stdin: createReadStream(join(folder, form)) });
      expect(listTree(snapshot)).toEqual(expected);
      expect(image.layers.map(({ diffId }) => diffId)).toEqual(diffIds);
    },
  );

  it("each tag of a layout", async () => {
    const layout = join(folder, "layout");
    expect((await readFrom(layout, { reference: "base" })).image.layers).toHaveLength(1);
    expect((await readFrom(layout, { reference: "second" })).image.layers).toHaveLength(2);
    await expect(readFrom(layout)).rejects.toMatchObject({ code: "reference-not-found" });
  });

  it("an archive with one flipped byte is never read as if it were whole", async () => {
    const bytes = await readFile(join(folder, "oci-archive"));
    const path = join(folder, "flipped");
    for (let round = 0; round < 40; round += 1) {
      const at = Math.floor((bytes.length * (round + 0.5)) / 40);
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] as number) ^ 0x20;
      await writeFile(path, flipped);
      const read = await readFrom(path).then(
        ({ image, snapshot }) => ({ tree: listTree(snapshot), diffIds: image.layers.map(({ diffId }) => diffId) }),
        (error: unknown) => (error as { code: string }).code,
      );
      // Padding and the outer headers' times may differ; the image itself may not.
      if (typeof read === "string") expect(["corrupt-image", "digest-mismatch", "not-an-image"]).toContain(read);
      else expect(read).toEqual({ tree: expected, diffIds });
    }
  });
});

const hasPodman = isThere && hasTool("podman") && hasTool("buildah");

describe.skipIf(!hasPodman)("podman and buildah (needs root and both, umoci and skopeo)", () => {
  let folder: string;
  let storage: string[];
  let expected: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "podman-"));
    storage = ["--root", join(folder, "root"), "--runroot", join(folder, "run"), "--storage-driver", "vfs"];
    // Two layers of buildah's own, of which the second replaces, removes and adds.
    await writeBase(join(folder, "files"));
    const container = buildah("from", "scratch").trim();
    buildah("copy", "-q", container, join(folder, "files"), "/");
    buildah("config", "--env", "LD_LIBRARY_PATH=/opt/lib", container);
    const base = buildah("commit", "-q", container, "localhost/app:base").trim();
    const upper = buildah("from", base).trim();
    const root = buildah("mount", upper).trim();
    await changeOnce(root);
    await changeTwice(root);
    expected = listFolder(root);
    buildah("commit", "-q", upper, "localhost/app:1");
    for (const form of PODMAN_FORMS)
      podman("save", "-q", "--format", form, "-o", join(folder, form), "localhost/app:1");
    podman("save", "-q", "-m", "-o", join(folder, "both"), "localhost/app:base", "localhost/app:1");
    buildah("push", "-q", "localhost/app:1", `docker-archive:${join(folder, "buildah-docker")}:app:1`);
    buildah("push", "-q", "localhost/app:1", `oci-archive:${join(folder, "buildah-oci")}:app`);
    buildah("push", "-q", "--format", "v2s2", "localhost/app:1", `dir:${join(folder, "buildah-dir")}`);
  }, 120_000);
  afterAll(async () => {
    buildah("rm", "-a");
    podman("rmi", "-a", "-f");
    await rm(folder, { recursive: true, force: true });
  });

  const podman = (...args: readonly string[]): string => run("podman", [...storage, ...args]);
  const buildah = (...args: readonly string[]): string => run("buildah", [...storage, ...args]);
  const PODMAN_FORMS = ["docker-archive", "oci-archive", "oci-dir", "docker-dir"];

  it.each([...PODMAN_FORMS, "buildah-docker", "buildah-oci", "buildah-dir"])("%s", async (form) => {
    for (const layerMode of ["overlay", "extract"] as const) {
      const { image, snapshot } = await readFrom(join(folder, form), { layerMode });
      expect(listTree(snapshot)).toEqual(expected);
      expect(image.config.env).toContain("LD_LIBRARY_PATH=/opt/lib");
      expect(image.layers).toHaveLength(2);
    }
  });

  it("two images in one archive", async () => {
    const source = join(folder, "both");
    await expect(readFrom(source)).rejects.toMatchObject({ code: "reference-not-found" });
    const { image, snapshot } = await readFrom(source, { reference: "app:1" });
    expect(listTree(snapshot)).toEqual(expected);
    expect(image.layers).toHaveLength(2);
    expect((await readFrom(source, { reference: "app:base" })).image.layers).toHaveLength(1);
  });
});

async function writeBase(root: string): Promise<void> {
  for (const path of ["usr/lib/deep/er", "usr/bin", "etc", "opt/old", "opt/now-a-file", "var/empty"]) {
    await mkdir(join(root, path), { recursive: true });
  }
  await symlink("usr/lib", join(root, "lib"));
  await writeFile(join(root, "usr/lib/soft.so"), "library");
  await link(join(root, "usr/lib/soft.so"), join(root, "usr/lib/hard.so"));
  await symlink("soft.so", join(root, "usr/lib/libx.so.1"));
  await writeFile(join(root, "usr/bin/tool"), "tool");
  await chmod(join(root, "usr/bin/tool"), 0o4755);
  await writeFile(join(root, "etc/gone"), "1");
  await writeFile(join(root, "etc/größe"), "2");
  await writeFile(join(root, "opt/old/a"), "a");
  await writeFile(join(root, "opt/now-a-file/b"), "b");
  await writeFile(join(root, `usr/lib/deep/er/${"n".repeat(150)}`), "long");
  await symlink("t".repeat(200), join(root, "usr/lib/deep/long-link"));
}

async function changeOnce(root: string): Promise<void> {
  await rm(join(root, "etc/gone"));
  await rm(join(root, "opt/now-a-file"), { recursive: true });
  await writeFile(join(root, "opt/now-a-file"), "file");
  await writeFile(join(root, "usr/bin/tool"), "tool two");
  await rm(join(root, "usr/lib/soft.so"));
}

async function changeTwice(root: string): Promise<void> {
  await rename(join(root, "opt/old"), join(root, "opt/new"));
  await mkdir(join(root, "opt/old"));
  await writeFile(join(root, "opt/old/c"), "c");
  await rm(join(root, "usr/lib/libx.so.1"));
  await writeFile(join(root, "usr/lib/libx.so.1"), "a file now");
}
