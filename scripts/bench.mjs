/**
 * How long reading and judging take, beside what the same bytes cost others, all in one run; writes docs/performance.md and its plots.
 *
 *     npm run bench                          everything, about half an hour
 *     npm run bench -- --rounds 2            with fewer rounds than five
 *     npm run bench -- --part judging        one part anew; the others' figures stay (docs/performance/figures.json)
 *     npm run bench -- --quick               one round of each, and nothing is written
 *
 * The image is Debian's MPI stack with ROCm's librocsparse (1.8 GB); plots take several sizes and numbers of layers. Rows that are
 * compared run in turn. Needs root, and mmdebstrap, umoci, skopeo, zstd, binutils, libtree, pax-utils and time from Debian's packages.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { countLayers, makeBenchImage } from "./bench/images.mjs";
import { measureInTurn } from "./bench/measure.mjs";
import { renderPage } from "./bench/page.mjs";
import { renderPlot } from "./bench/plot.mjs";
import { run } from "./debian/archive.mjs";
import { makeRoot, MPI_PACKAGES } from "./debian/root.mjs";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    part: { type: "string", multiple: true, default: [] },
  },
});
const RUNS = options.quick ? 1 : Number(options.rounds);
/** of what takes minutes */
const LONG_RUNS = Math.min(RUNS, 3);
const FORMS = /** @type {const} */ (["docker", "gzip", "zstd"]);
const SIZES = [1, 2, 3, 4];
const LAYERS = [1, 4, 16, 64];
const LIBRARIES = [1, 40, 80, 170];
/** of the image with a large file that is no library, to see whether memory grows with bytes */
const BULK = 9 * 2 ** 30;

const PAGE = resolve(import.meta.dirname, "../docs/performance.md");
const FIGURES = resolve(PAGE, "../performance/figures.json");
const script = (name) => `node ${resolve(import.meta.dirname, "bench", `${name}.mjs`)}`;
const cli = `node ${resolve(import.meta.dirname, "../dist/cli/main.js")}`;

const work = mkdtempSync(join(tmpdir(), "containerspec-bench-"));
try {
  const page = measureAll();
  console.log(renderPage(page));
  if (!options.quick) writePage(page);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The parts that were asked for, beside what is known of the others. */
function measureAll() {
  checkTools();
  const mpi = makeRoot({ name: "mpi-trixie", suite: "trixie", packages: MPI_PACKAGES });
  const gpu = makeRoot({ name: "gpu-bookworm", suite: "bookworm", packages: [...MPI_PACKAGES, "librocsparse0"] });
  const host = join(work, "host.json");
  run("bash", ["-c", `${cli} host ${makeRoot({ name: "mpi-sid", suite: "sid", packages: MPI_PACKAGES })} -o ${host}`]);
  const images = makeBenchImage({ name: "gpu", root: gpu, layers: 4, forms: FORMS });
  const read = (file, more = "") => `${script("read")} ${file} ${host} ${more}`;
  const parts = {
    whole: () => measureWhole(images, read),
    start: () => measureInTurn({ none: "node -e 0", help: `${cli} --help` }, RUNS * 3),
    pipeline: () => measurePipeline(images, host, read),
    top: () => measureTop(gpu, images, read),
    judging: () => measureJudging(images.docker, host),
    bulk: () => measureBulk(mpi, read),
    sizes: () => measureGrowth(mpi, read, { wanted: "copies", name: "size", amounts: SIZES }),
    layers: () => measureGrowth(mpi, read, { wanted: "layers", name: "layers", amounts: LAYERS }),
  };
  const asked = options.part.length === 0 ? Object.keys(parts) : options.part;
  for (const name of asked) if (!(name in parts)) throw new Error(`no part ${name}: ${Object.keys(parts).join(", ")}`);
  const known = options.part.length === 0 ? {} : JSON.parse(readFileSync(FIGURES, "utf8"));
  const measured = Object.fromEntries(asked.map((name) => [name, parts[name]()]));
  return {
    ...known,
    ...measured,
    machine: {
      node: process.version,
      runs: RUNS,
      layers: countLayers(images.docker),
      megabytes: mapForms((form) => megabytes(images[form])),
    },
  };
}

/** A row of a program that is not there would be a fast one. */
function checkTools() {
  for (const tool of ["mmdebstrap", "umoci", "skopeo", "zstd", "readelf", "libtree", "lddtree", "/usr/bin/time"])
    run("bash", ["-c", `command -v ${tool}`]);
}

function measureWhole(images, read) {
  return mapForms((form) => {
    say(`reading ${form}`);
    const caches = `--cache ${join(work, "cache", form)}`;
    run("bash", ["-c", read(images[form], caches)]);
    const lines = {
      read: read(images[form]),
      bare: `${script("bare")} ${form} ${images[form]}`,
      warm: read(images[form], `--verify auto ${caches}`),
      "warm, hashed": read(images[form], caches),
      never: read(images[form], "--verify never"),
      "never, warm": read(images[form], `--verify never ${caches}`),
      ...othersOf(form, images[form]),
    };
    return measureInTurn(lines, RUNS);
  });
}

/** What the same bytes cost programs that know less. */
function othersOf(form, file) {
  const unpacked = join(work, `unpacked-${form}`);
  run("mkdir", ["-p", unpacked]);
  run("tar", ["-xf", file, "-C", unpacked]);
  const inflate = `find ${unpacked}/blobs -type f -size +64k -exec ${form} -dcq {} + > /dev/null`;
  return {
    cat: `cat ${file} > /dev/null`,
    sha256sum: `sha256sum ${file} > /dev/null`,
    "tar -t": `tar -tf ${file} > /dev/null`,
    ...(form === "docker" ? {} : { [`${form} -dc`]: inflate }),
  };
}

/** What people do today: unpack as root, then look at each ELF file. */
function measurePipeline(images, host, read) {
  say("unpacking with umoci");
  const out = join(work, "pipeline");
  const source = { docker: `docker-archive:${images.docker}`, gzip: `oci-archive:${images.gzip}` };
  const files = `find ${out}/bundle/rootfs -type f -print0`;
  const each = (/** @type {"docker" | "gzip"} */ form) => ({
    [`${form}: umoci unpack, readelf`]: [
      `rm -rf ${out} && mkdir ${out}`,
      `skopeo --insecure-policy copy --quiet ${source[form]} oci:${out}/layout:latest`,
      `umoci unpack --image ${out}/layout:latest ${out}/bundle > /dev/null`,
      // What is no ELF file makes readelf fail, and nothing else here may.
      `(${files} | xargs -0 readelf -dVW --dyn-syms > /dev/null 2>&1 || test -e ${out}/bundle/rootfs/usr/bin)`,
    ].join(" && "),
    // It does the same: unpacks what is verified, and reads each table of each ELF file.
    [`${form}: containerspec, reading`]: read(images[form]),
    [`${form}: containerspec analyze`]: `${cli} analyze ${images[form]} --host ${host} --no-cache --fail-on never > /dev/null 2>&1`,
  });
  const figures = measureInTurn({ ...each("docker"), ...each("gzip") }, LONG_RUNS);
  // Scripts are among them, of which both say so and fail.
  const programs = `test -e ${out}/bundle/rootfs/usr/bin && find ${out}/bundle/rootfs/usr/bin -type f | head -200 | xargs`;
  const trees = measureInTurn(
    {
      "libtree, 200 programs": `${programs} libtree > /dev/null 2>&1 || true`,
      "lddtree, 200 programs": `${programs} lddtree -R ${out}/bundle/rootfs > /dev/null 2>&1 || true`,
    },
    1,
  );
  return { ...figures, ...trees };
}

/** An image of which the cache knows all but the top layer. */
function measureTop(root, images, read) {
  say("another top layer");
  const layer = join(work, "top.tar");
  run("tar", ["-C", root, "-cf", layer, "./usr/lib/python3"]);
  const other = makeBenchImage({ name: "gpu-top", root, layers: 4, forms: ["gzip"], extra: layer });
  const seed = join(work, "cache/top");
  run("bash", ["-c", read(images.gzip, `--cache ${seed}`)]);
  const fresh = `rm -rf ${seed}-now && cp -r ${seed} ${seed}-now && `;
  return measureInTurn(
    {
      "the layer alone, bare": `gzip -c ${layer} | gzip -dc | sha256sum > /dev/null`,
      "all but the top from the cache": fresh + read(other.gzip, `--cache ${seed}-now`),
      "all from the cache": read(images.gzip, `--cache ${seed}`),
    },
    RUNS,
  );
}

function measureJudging(image, host) {
  return LIBRARIES.map((libraries) => {
    say(`judging ${libraries} libraries`);
    const [line] = Object.values(measureInTurn({ judge: `${script("judge")} ${image} ${host} ${libraries}` }, RUNS));
    return /** @type {const} */ ([libraries, line]);
  });
}

/** Memory, where there are many bytes and no more libraries. */
function measureBulk(root, read) {
  say("an image of 10 GB");
  const file = join(work, "bulk");
  run("bash", [
    "-c",
    `mkdir -p ${work}/data && head -c ${BULK} /dev/zero | openssl enc -aes-128-ctr -nosalt -pass pass:x > ${work}/data/bulk 2>/dev/null; tar -C ${work} -cf ${file} data/bulk; rm ${work}/data/bulk`,
  ]);
  const small = makeBenchImage({ name: "size-1", root, forms: FORMS });
  const large = makeBenchImage({ name: "bulk", root, forms: ["docker"], extra: file });
  rmSync(file);
  return measureInTurn({ "0.6 GB": read(small.docker), "10 GB": read(large.docker) }, 1);
}

/** Time against size, or against the number of layers. */
function measureGrowth(root, read, { wanted, name, amounts }) {
  return amounts.map((amount) => {
    say(`${name} ${amount}`);
    const files = makeBenchImage({ name: `${name}-${amount}`, root, forms: FORMS, [wanted]: amount });
    const lines = mapForms((form) => read(files[form]));
    const drawn = wanted === "layers" ? countLayers(files.docker) : amount;
    return { amount: drawn, gigabytes: megabytes(files.docker) / 1000, figures: measureInTurn(lines, LONG_RUNS) };
  });
}

function writePage(page) {
  const notes = readFileSync(PAGE, "utf8");
  writeFileSync(PAGE, renderPage(page, notes));
  const folder = resolve(PAGE, "../performance");
  mkdirSync(folder, { recursive: true });
  writeFileSync(FIGURES, `${JSON.stringify(page, undefined, 2)}\n`);
  const seriesOf = (points, toX) =>
    mapForms((form) => points.map((point) => /** @type {const} */ ([toX(point), point.figures[form].reading])));
  writeFileSync(
    join(folder, "size.svg"),
    renderPlot({
      title: "Seconds of reading against the image's size",
      x: "GB, uncompressed",
      y: "seconds",
      series: seriesOf(page.sizes, ({ gigabytes }) => gigabytes),
    }),
  );
  writeFileSync(
    join(folder, "layers.svg"),
    renderPlot({
      title: "Seconds of reading against the number of layers",
      x: "layers",
      y: "seconds",
      series: seriesOf(page.layers, ({ amount }) => amount),
    }),
  );
  writeFileSync(
    join(folder, "libraries.svg"),
    renderPlot({
      title: "Seconds of judging against the number of libraries",
      x: "libraries",
      y: "seconds",
      series: { judging: page.judging.map(([libraries, { wall }]) => [libraries, wall]) },
    }),
  );
}

/** @template Value @param {(form: "docker" | "gzip" | "zstd") => Value} map @returns {Record<string, Value>} */
function mapForms(map) {
  return Object.fromEntries(FORMS.map((form) => [form, map(form)]));
}

function megabytes(file) {
  return Math.round(statSync(file).size / 1e6);
}

function say(what) {
  process.stderr.write(`${what} …\n`);
}
