/** Images written again with labels, in every form: skopeo reads them, shows the labels, and finds the layers that were there. */
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { labels, writeLabels } from "../../src/index.js";
import { createFolder, runCli } from "../cli/run-cli.js";
import { packArchive, writeLayout, type ArchiveFile, type ImageDescription } from "../support/image-builder.js";
import { hasTool, run } from "../support/image-disk.js";
import { docker25, dockerArchive, dockerDir, dockerLegacy, kanikoArchive, ociLayout } from "../support/image-forms.js";
import { zstdFrame } from "../support/image-zstd.js";
import { program, text } from "../support/story-files.js";
import { toImageTar, toLayer } from "../support/story-image.js";
import { debian12 } from "../support/story-systems.js";

const GLIBC = "org.supercontainers.glibc";
const MPI = "org.supercontainers.mpi";
const folder = createFolder();
const IMAGE: ImageDescription = {
  references: ["localhost/app:1"],
  layers: [toLayer(debian12({})), toLayer({ "/usr/bin/app": program({}) }), toLayer({ "/etc/note": text("n") })],
  // One that is kept, one that is wrong, and one that nothing supports.
  labels: { maker: "test", [GLIBC]: "2.31", [MPI]: "openmpi" },
};
const OTHER: ImageDescription = {
  ...IMAGE,
  references: ["localhost/other:1"],
  layers: [toLayer({ "/other": text("o") })],
};

type Transport = "docker-archive" | "oci-archive";

const FORMS: Readonly<Record<string, readonly [Transport, readonly ArchiveFile[]]>> = {
  "docker save of old": ["docker-archive", dockerLegacy([IMAGE, OTHER])],
  "docker save since 25": ["docker-archive", docker25([IMAGE])],
  "skopeo's docker-archive": ["docker-archive", dockerArchive([IMAGE, OTHER])],
  "kaniko's": ["docker-archive", kanikoArchive(IMAGE)],
  "an OCI archive": ["oci-archive", ociLayout([IMAGE, OTHER])],
  "one with zstd layers": ["oci-archive", ociLayout([IMAGE], { packing: "zstd" })],
};

async function relabel(source: string, name: string, reference?: string) {
  const asked = reference === undefined ? {} : { reference };
  const report = await labels(source, asked);
  const target = join(folder, name);
  return { target, ...(await writeLabels(report, target, asked)) };
}

/** Names of members to digests of what they hold; links as they are. */
function listMembers(archive: string): Readonly<Record<string, string>> {
  const root = `${archive}.members`;
  mkdirSync(root);
  execFileSync("tar", ["-xf", archive, "-C", root]);
  const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return Object.fromEntries(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(root.length + 1), createHash("sha256").update(readFileSync(path)).digest("hex")];
    }),
  );
}

const hasSkopeo = hasTool("skopeo");
const skipped = hasSkopeo ? "" : " (skipped: needs skopeo)";

interface Inspected {
  readonly Labels: Readonly<Record<string, string>>;
  readonly Layers: readonly string[];
  readonly Digest: string;
}

function inspect(transport: Transport, archive: string, name = "localhost/app:1"): Inspected {
  return JSON.parse(run("skopeo", ["inspect", `${transport}:${archive}:${name}`])) as Inspected;
}

describe.skipIf(!hasSkopeo)(`skopeo${skipped}`, () => {
  test.each(Object.entries(FORMS))("%s: the labels, and the layers of before", async (name, [transport, files]) => {
    const source = join(folder, `${name}.tar`.replaceAll(" ", "-"));
    writeFileSync(source, packArchive(files));
    const { target, removed } = await relabel(source, `new-${name}.tar`.replaceAll(" ", "-"), "localhost/app:1");
    const [before, after] = [inspect(transport, source), inspect(transport, target)];
    expect(after.Layers).toEqual(before.Layers);
    expect(after.Labels).toMatchObject({ maker: "test", [GLIBC]: "2.36", "io.archspec.cpu.target": "x86_64" });
    expect(after.Labels).not.toHaveProperty(MPI);
    expect(removed).toEqual([MPI]);
    expect((await labels(target, { reference: "localhost/app:1" })).checks.map(({ verdict }) => verdict)).not.toContain(
      "untrue",
    );
    // Loading checks every digest; and whatever else is in the archive is there as it was.
    run("skopeo", ["copy", "-q", "--insecure-policy", `${transport}:${target}:localhost/app:1`, `dir:${target}.dir`]);
    const [old, now] = [listMembers(source), listMembers(target)];
    const changed = Object.keys(old).filter((member) => old[member] !== now[member]);
    expect(changed.length).toBeLessThanOrEqual(4);
    for (const member of changed) expect(readFileSync(join(`${source}.members`, member), "utf8")).toMatch(/^[[{]/);
    if (packArchive(files).includes("localhost/other:1"))
      expect(inspect(transport, target, "localhost/other:1")).toEqual(inspect(transport, source, "localhost/other:1"));
  });

  test("compressed outside, and a layout in a folder: an archive that is not compressed", async () => {
    const files = ociLayout([IMAGE]);
    const [plain, gzip, zstd, layout] = ["plain.tar", "outer.tar.gz", "outer.tar.zst", "layout"].map((name) =>
      join(folder, name),
    ) as [string, string, string, string];
    writeFileSync(plain, packArchive(files));
    writeFileSync(gzip, gzipSync(packArchive(files)));
    writeFileSync(zstd, zstdFrame(packArchive(files)));
    await writeLayout(layout, files);
    const { target } = await relabel(plain, "from-plain.tar");
    const expected = inspect("oci-archive", target);
    for (const [source, name] of [
      [gzip, "gz"],
      [zstd, "zst"],
      [layout, "folder"],
    ] as const) {
      const written = await relabel(source, `from-${name}.tar`);
      expect(inspect("oci-archive", written.target)).toEqual(expected);
      expect(written.digest).toBe(expected.Digest);
    }
  });

  test("an index of several platforms: the others are as they were, and what speaks of the old image is told", async () => {
    const arm: ImageDescription = { ...IMAGE, architecture: "arm64" };
    const source = join(folder, "index.tar");
    writeFileSync(source, packArchive(ociLayout([IMAGE, arm], { nested: true, attested: true })));
    const { target, stale, digest } = await relabel(source, "new-index.tar");
    expect(stale).toHaveLength(1);
    const find = (archive: string, platform: string): Inspected =>
      JSON.parse(run("skopeo", ["inspect", "--override-arch", platform, `oci-archive:${archive}`])) as Inspected;
    expect(find(target, "arm64")).toEqual({ ...find(source, "arm64"), Digest: find(target, "arm64").Digest });
    expect(find(target, "amd64").Labels).toMatchObject({ [GLIBC]: "2.36" });
    expect(find(target, "amd64").Layers).toEqual(find(source, "amd64").Layers);
    expect(Object.keys(listMembers(target))).toContain(`blobs/${digest.replace(":", "/")}`);
  });
});

describe("the file that is written", () => {
  const source = join(folder, "source.tar");
  writeFileSync(source, packArchive(ociLayout([IMAGE])));
  const bytes = readFileSync(source);

  test("the same image gives the same bytes, from the command line too", async () => {
    const { target } = await relabel(source, "once.tar");
    const again = join(folder, "again.tar");
    const { status, stderr } = runCli(["labels", source, "--write", again]);
    expect(status).toBe(0);
    expect(stderr).toContain("left out of it, since they are untrue: org.supercontainers.mpi");
    expect(readFileSync(again).equals(readFileSync(target))).toBe(true);
  });

  test("never over its own input, by whatever name", async () => {
    linkSync(source, join(folder, "hard.tar"));
    symlinkSync("source.tar", join(folder, "soft.tar"));
    mkdirSync(join(folder, "sub"));
    const layout = join(folder, "own-layout");
    await writeLayout(layout, ociLayout([IMAGE]));
    for (const target of ["source.tar", "hard.tar", "soft.tar", "sub", "own-layout/out.tar"]) {
      const from = target.startsWith("own-layout") ? layout : source;
      const report = await labels(from);
      await expect(writeLabels(report, join(folder, target))).rejects.toMatchObject({ code: "usage" });
    }
    expect(readFileSync(source).equals(bytes)).toBe(true);
  });

  test("whole or not at all: of a damaged blob nothing is left", async () => {
    const damaged = join(folder, "damaged.tar");
    const report = await labels(source);
    const broken = Buffer.from(bytes);
    broken[broken.length / 2 - 700] = (broken[broken.length / 2 - 700] ?? 0) ^ 1;
    writeFileSync(damaged, broken);
    await expect(writeLabels({ ...report, source: damaged }, join(folder, "none.tar"))).rejects.toMatchObject({
      name: "ContainerspecError",
    });
    expect(readdirSync(folder).filter((name) => name === "none.tar" || name.startsWith(".containerspec"))).toEqual([]);
    await expect(writeLabels(report, join(folder, "no-such-folder/x.tar"))).rejects.toMatchObject({ code: "usage" });
  });

  test("forms that have no config to write into are refused, and so is what passes by once", async () => {
    const sif = join(folder, "app.sif");
    writeFileSync(sif, toImageTar({ layers: [debian12({ "/usr/bin/app": program({}) })], form: "sif" }));
    await expect(relabel(sif, "sif.tar")).rejects.toMatchObject({ code: "unsupported-image" });
    const dir = join(folder, "dir");
    await writeLayout(dir, dockerDir(IMAGE));
    await expect(relabel(dir, "dir.tar")).rejects.toMatchObject({ code: "unsupported-image" });
    const streamed = runCli(["labels", "-", "--write", join(folder, "stream.tar")], { input: bytes });
    expect(streamed.status).toBe(2);
    expect(runCli(["labels", source, "--check", "--write", join(folder, "x.tar")]).status).toBe(2);
  });
});
