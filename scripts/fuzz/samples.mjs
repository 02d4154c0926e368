/**
 * What is damaged: real files, small ones, made anew for each run from the sample image and from what GNU tar, gzip and zstd write.
 * The same tools give the same samples.
 */
import { createHash } from "node:crypto";
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { packOciSif, packSif } from "./sif.mjs";
import { packTar } from "./tar-blocks.mjs";

const SAMPLE = join(import.meta.dirname, "../../fixtures/sample");
/** Of the machine's own files, small ones of every sort. */
const SYSTEM_FILES = ["/usr/lib/x86_64-linux-gnu/libz.so.1", "/usr/lib/x86_64-linux-gnu/libdl.so.2", "/usr/bin/true"];
const LARGEST = 300_000;

/**
 * @typedef {object} Samples
 * @property {Buffer[]} tars layers, uncompressed
 * @property {Buffer[]} gzips
 * @property {Buffer[]} zstds none where there is no zstd
 * @property {Buffer[]} squashes none where there is no mksquashfs
 * @property {Buffer[]} sifs of both forms, likewise
 * @property {Buffer[]} elves
 * @property {Buffer[]} caches
 * @property {Buffer[]} archives whole images
 * @property {string[]} documents JSON of images
 * @property {string} profile a saved host
 */

/** @returns {Samples} */
export function makeSamples() {
  const work = mkdtempSync(join(tmpdir(), "containerspec-fuzz-"));
  try {
    const image = readFileSync(join(SAMPLE, "image.tar"));
    execFileSync("tar", ["-xf", join(SAMPLE, "image.tar"), "-C", work]);
    const blobs = readdirSync(join(work, "blobs/sha256"))
      .sort()
      .map((name) => readFileSync(join(work, "blobs/sha256", name)));
    const gzips = blobs.filter((blob) => blob[0] === 0x1f);
    const layers = gzips.map((blob) => gunzipSync(blob));
    const odd = makeOddTars(work);
    const elves = extractElves(layers, work);
    const squashes = makeSquashes(work);
    return {
      tars: [...layers, ...odd],
      gzips: [...gzips, Buffer.concat([gzipSync(odd[0].subarray(0, 1024)), gzipSync(odd[0].subarray(1024))])],
      zstds: compressZstd(layers, work),
      squashes,
      sifs: squashes.length === 0 ? [] : [packSif(squashes[1]), packOciSif([...squashes].reverse())],
      elves: [...elves, ...SYSTEM_FILES.filter(isSmall).map((path) => readFileSync(path))],
      caches: existsSync("/etc/ld.so.cache") ? [readFileSync("/etc/ld.so.cache")] : [],
      archives: [image, wrapLayer(layers[0])],
      documents: [...blobs.filter((blob) => blob[0] === 0x7b), readFileSync(join(work, "index.json"))].map(String),
      profile: readFileSync(join(SAMPLE, "host.json"), "utf8"),
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function isSmall(path) {
  return existsSync(path) && statSync(path).size <= LARGEST;
}

/** What layers seldom hold: holes, long names, links of both kinds, in each of the formats. */
function makeOddTars(work) {
  const folder = join(work, "odd");
  const deep = join(folder, "a".repeat(90), "b".repeat(90));
  mkdirSync(deep, { recursive: true });
  mkdirSync(join(folder, "lib"));
  writeFileSync(join(deep, "file"), "x".repeat(700));
  writeFileSync(join(folder, "lib/.wh.gone"), "");
  writeFileSync(join(folder, "lib/.wh..wh..opq"), "");
  writeFileSync(join(folder, "lib/libx.so.1"), readFileSync(process.execPath).subarray(0, 3000));
  linkSync(join(folder, "lib/libx.so.1"), join(folder, "lib/libx.so"));
  symlinkSync(`../${"c".repeat(120)}`, join(folder, "lib/liby.so"));
  symlinkSync("loop", join(folder, "loop"));
  writeFileSync(join(folder, "holes"), "start");
  truncateSync(join(folder, "holes"), 1 << 20);
  return [
    ["--format=gnu", "--sparse"],
    ["--format=posix", "--sparse"],
    ["--format=posix", "--sparse", "--sparse-version=0.1"],
    ["--format=v7", "--exclude=a*", "--exclude=liby*", "--exclude=holes"],
  ].map((options) =>
    execFileSync("tar", [
      ...options,
      "--sort=name",
      "--mtime=@0",
      "--owner=0",
      "--group=0",
      "-C",
      folder,
      "-cf",
      "-",
      ".",
    ]),
  );
}

function compressZstd(layers, work) {
  if (spawnSync("zstd", ["--version"]).status !== 0) return [];
  return layers.slice(0, 2).map((layer, index) => {
    const file = join(work, `layer-${index}`);
    writeFileSync(file, layer);
    return execFileSync("zstd", ["-q", "-c", "--", file]);
  });
}

/** Two file systems of the same content: one compressed, and one whose tables are damaged where they mean something. */
function makeSquashes(work) {
  if (spawnSync("mksquashfs", ["-version"]).error !== undefined) return [];
  const plain = ["-noI", "-noD", "-noF", "-noX", "-noId"];
  return [
    ["-comp", "gzip"],
    ["-b", "4096", ...plain],
  ].map((options, index) => {
    const file = join(work, `squash-${index}`);
    const fixed = ["-all-root", "-mkfs-time", "0", "-all-time", "0", "-no-progress", "-quiet", "-processors", "1"];
    execFileSync("mksquashfs", [join(work, "root"), join(work, "odd"), file, ...options, ...fixed], {
      stdio: "ignore",
    });
    return readFileSync(file);
  });
}

function extractElves(layers, work) {
  const folder = join(work, "root");
  mkdirSync(folder);
  for (const layer of layers)
    execFileSync("tar", ["-xf", "-", "-C", folder], { input: layer, stdio: ["pipe", "ignore", "ignore"] });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    .filter((bytes) => bytes.toString("latin1", 0, 4) === "\x7fELF" && bytes.length <= LARGEST);
}

/**
 * An image of one layer as docker save wrote it before OCI layouts: a manifest.json and no index. Its digests hold, whatever the
 * layer is.
 *
 * @param {Buffer} layer
 */
export function wrapLayer(layer) {
  const diffId = createHash("sha256").update(layer).digest("hex");
  const config = Buffer.from(
    JSON.stringify({
      os: "linux",
      architecture: "amd64",
      config: {},
      rootfs: { type: "layers", diff_ids: [`sha256:${diffId}`] },
    }),
  );
  const name = createHash("sha256").update(config).digest("hex");
  const manifest = [{ Config: `${name}.json`, RepoTags: ["app:1"], Layers: [`${diffId}/layer.tar`] }];
  return packTar([
    { name: `${name}.json`, content: config },
    { name: `${diffId}/layer.tar`, content: layer },
    { name: "manifest.json", content: Buffer.from(JSON.stringify(manifest)) },
  ]);
}
