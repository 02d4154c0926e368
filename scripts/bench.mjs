/**
 * How long the main job takes on a real image, beside what the same bytes cost others, all in one run:
 *
 *     npm run bench
 *
 * The image is Debian's MPI stack (about 600 MB), the host another release of it. Compared are reading the file (cat), hashing it,
 * inflating its layers (gzip -dc, zstd -dc), listing it (tar -t), and the usual pipeline: unpack the image with umoci, then readelf
 * over every ELF file. No run finds layers in a cache but those that say so. Judging is timed apart from reading, for more and more libraries. Wall and CPU seconds and peak memory come from GNU time. Needs root, and mmdebstrap, umoci, skopeo, zstd,
 * binutils and time from Debian's packages.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeImages } from "./debian/image.mjs";
import { run } from "./debian/archive.mjs";
import { makeRoot, MPI_PACKAGES } from "./debian/root.mjs";

const CLI = resolve(import.meta.dirname, "../dist/cli/main.js");
const JUDGE = resolve(import.meta.dirname, "bench/judge.mjs");
const RUNS = Number(process.env["BENCH_RUNS"] ?? 3);

const root = makeRoot({ name: "mpi-trixie", suite: "trixie", packages: MPI_PACKAGES });
const host = makeRoot({ name: "mpi-sid", suite: "sid", packages: MPI_PACKAGES });
const images = makeImages("mpi-trixie", root);
const work = mkdtempSync(join(tmpdir(), "containerspec-bench-"));

try {
  const profile = join(work, "host.json");
  run("node", [CLI, "host", host, "-o", profile]);
  console.log(
    `node ${process.version}, image ${megabytes(images.docker)} MB as docker save, ${megabytes(images.gzip)} MB OCI gzip, ${megabytes(images.zstd)} MB OCI zstd; best of ${RUNS}\n`,
  );
  console.log("| what | wall s | CPU s | peak MB |\n|---|---|---|---|");
  const pipeline = measure("umoci unpack + readelf -dVW --dyn-syms over all ELF files", pipelineOf(images.gzip));
  for (const [form, file] of Object.entries(images)) {
    measure(`cat (${form})`, `cat ${file} > /dev/null`);
    measure(`sha256sum (${form})`, `sha256sum ${file} > /dev/null`);
    if (form === "docker") measure("tar -t (docker)", `tar -tf ${file} > /dev/null`);
    if (form !== "docker") measure(`${form} -dc of its layers`, inflateOf(file, form));
    measure(
      `containerspec analyze, no library (${form})`,
      analyze(file, profile, "--library libz.so.1 --consumer '*/ls'"),
    );
    const caches = `--cache ${join(work, "cache", form)}`;
    const few = "--library libz.so.1 --consumer '*/ls'";
    measure(
      `the same, into a cache (${form})`,
      `rm -rf ${join(work, "cache")}; ${analyze(file, profile, few, caches)}`,
    );
    measure(`the same, from the cache (${form})`, analyze(file, profile, few, caches));
    const whole = measure(`containerspec analyze --library '*' (${form})`, analyze(file, profile, "--library '*'"));
    if (form === "gzip")
      console.log(
        `| **the pipeline over analyze, same file** | **${(pipeline.wall / whole.wall).toFixed(1)}x** | **${(pipeline.cpu / whole.cpu).toFixed(1)}x** | |`,
      );
  }
  for (const libraries of [1, 40, 80, 170]) measureJudging(profile, libraries);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function analyze(file, profile, options, caches = "--no-cache") {
  return `node ${CLI} analyze ${file} --host ${profile} ${options} ${caches} --format json --fail-on never > /dev/null 2>&1`;
}

/** Judging alone, against every consumer; its growth with the number of libraries. */
function measureJudging(profile, libraries) {
  const line = () => JSON.parse(run("node", [JUDGE, images.docker, profile, String(libraries)]));
  const runs = Array.from({ length: RUNS }, line).sort((a, b) => a.wall - b.wall);
  const [{ wall, cpu }] = runs;
  console.log(`| judging ${libraries} libraries | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | |`);
}

/** What people do today: unpack as root, then look at each ELF file. */
function pipelineOf(file) {
  const out = join(work, "unpacked");
  return [
    `rm -rf ${out}`,
    `mkdir ${out}`,
    `tar -xf ${file} -C ${out}`,
    `umoci unpack --image ${out}:latest ${out}/bundle > /dev/null`,
    `find ${out}/bundle/rootfs -type f -print0 | xargs -0 readelf -dVW --dyn-syms > /dev/null 2>&1 || true`,
  ].join(" && ");
}

/** Only the layers, as the archive stores them. */
function inflateOf(file, form) {
  const folder = join(work, form);
  run("mkdir", ["-p", folder]);
  run("tar", ["-xf", file, "-C", folder]);
  const blobs = readdirSync(join(folder, "blobs/sha256")).map((name) => join(folder, "blobs/sha256", name));
  const layers = blobs.filter((blob) => statSync(blob).size > 4096 || isCompressed(blob));
  return layers.map((layer) => `${form} -dc < ${layer} > /dev/null`).join(" && ");
}

function isCompressed(blob) {
  return !run("head", ["-c1", blob]).startsWith("{");
}

/** Runs a shell line some times under GNU time; prints and returns the best. */
function measure(what, line) {
  let best;
  for (let i = 0; i < RUNS; i += 1) {
    const report = join(work, "time");
    run("/usr/bin/time", ["-o", report, "-f", "%e %U %S %M", "bash", "-c", line]);
    const [wall, user, system, peak] = run("tail", ["-n1", report]).trim().split(" ").map(Number);
    const figures = { wall, cpu: user + system, peak: peak / 1024 };
    if (best === undefined || figures.wall < best.wall) best = figures;
  }
  console.log(`| ${what} | ${best.wall.toFixed(2)} | ${best.cpu.toFixed(2)} | ${best.peak.toFixed(0)} |`);
  return best;
}

function megabytes(file) {
  return Math.round(statSync(file).size / 1e6);
}
