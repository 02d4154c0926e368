/** What was measured as docs/performance.md: the targets' table first, then every figure. Notes that people wrote there stay. */

const NOTES = "<!-- what follows is written by people, and kept -->";

/**
 * @param {any} page what bench.mjs measured
 * @param {string} [before] the page of before, whose notes are kept
 */
export function renderPage(page, before = "") {
  const at = before.indexOf(NOTES);
  return [...renderFigures(page), "", at === -1 ? NOTES : before.slice(at).trimEnd(), ""].join("\n");
}

function renderFigures({ machine, whole, start, pipeline, top, judging, bulk, sizes, layers }) {
  const { docker, gzip, zstd } = whole;
  const { megabytes: mb } = machine;
  const umoci = (form) => pipeline[`${form}: umoci unpack, readelf`].wall;
  const gain = (form) => umoci(form) / pipeline[`${form}: containerspec, reading`].whole;
  const analyzeGain = (form) => umoci(form) / pipeline[`${form}: containerspec analyze`].wall;
  const help = (start.help.wall - start.none.wall) * 1000;
  const added = top["all but the top from the cache"].reading - top["all from the cache"].reading;
  const targets = [
    ["gzip image, cold, digests verified", "1.2 times inflating and hashing", ratio(gzip.read.whole / gzip.bare.wall)],
    ["zstd image, likewise", "1.25 times decompressing and hashing", ratio(zstd.read.whole / zstd.bare.wall)],
    ["docker archive, `--verify never`", "0.4 s", seconds(docker.never.whole)],
    ["docker archive, digests verified", "1.3 times hashing it", ratio(docker.read.whole / docker.bare.wall)],
    [
      "the same again, cache warm, `--verify auto` (docker, gzip, zstd)",
      "0.25 s",
      [docker, gzip, zstd].map(({ warm }) => seconds(warm.whole)).join(", "),
    ],
    [
      "the same, hashed once more (`--verify always`)",
      "",
      [docker, gzip, zstd].map((form) => seconds(form["warm, hashed"].whole)).join(", "),
    ],
    ["judging 170 libraries, host at hand", "1 s", seconds(judging.at(-1)[1].wall)],
    [
      "an image that differs in its top layer",
      `the time of that layer (${seconds(top["the layer alone, bare"].wall)})`,
      seconds(added),
    ],
    ["reading against umoci and readelf, gzip", "10 times", ratio(gain("gzip"))],
    ["reading against umoci and readelf, docker archive", "50 times", ratio(gain("docker"))],
    [
      "a whole `analyze` against them (docker, gzip)",
      "",
      ["docker", "gzip"].map((form) => ratio(analyzeGain(form))).join(", "),
    ],
    [
      "CPU seconds (docker, gzip, zstd)",
      "2.6, 8.9, 3.4",
      [docker, gzip, zstd].map(({ read }) => read.cpu.toFixed(1)).join(", "),
    ],
    [
      "peak memory (docker, gzip, zstd)",
      "250 MB",
      [docker, gzip, zstd].map(({ read }) => `${Math.round(read.peak)} MB`).join(", "),
    ],
    ["peak memory at 10 GB, against 0.6 GB", "1.2 times", ratio(bulk["10 GB"].peak / bulk["0.6 GB"].peak)],
    ["`--help`, beyond `node -e 0`", "80 ms", `${Math.round(help)} ms`],
  ];
  return [
    "# How fast it is",
    "",
    "`npm run bench` wrote this page: what runs in one line of a table ran in turn, medians of " +
      `${machine.runs} rounds on two cores, Node.js ${machine.node}.`,
    "The image is Debian's MPI stack with ROCm's librocsparse in " +
      `${machine.layers} layers: ${mb.docker} MB as \`docker save\` writes it, ${mb.gzip} MB as OCI archive with gzip and ${mb.zstd} MB with zstd.`,
    'Reading ends when all layers are put together; its seconds count from the start of Node.js. "Bare" is `scripts/bench/bare.mjs`: the least',
    "work that reading takes, which inflates and hashes in as many threads, and knows no files.",
    "",
    ...table(["work", "target, at most (or at least)", "measured"], targets),
    "",
    "## Every figure",
    "",
    ...table(
      ["what", "wall s", "CPU s", "peak MB"],
      [
        ...Object.entries(whole).flatMap(([form, rows]) => rowsOf(rows, (name) => `${form}: ${name}`)),
        ...rowsOf(pipeline),
        ...rowsOf(top),
        ...rowsOf(bulk),
        ...judging.map(([libraries, row]) => figuresOf(`judging ${libraries} libraries`, row)),
        ...rowsOf(start, (name) => (name === "none" ? "`node -e 0`" : "`containerspec --help`")),
      ],
    ),
    "",
    "## How it grows",
    "",
    "![Seconds of reading against the image's size](performance/size.svg)",
    "",
    "![Seconds of reading against the number of layers](performance/layers.svg)",
    "",
    "![Seconds of judging against the number of libraries](performance/libraries.svg)",
    "",
    ...table(
      ["GB", ...Object.keys(whole)],
      sizes.map(({ gigabytes, figures }) => [gigabytes.toFixed(1), ...readingsOf(figures)]),
    ),
    "",
    ...table(
      ["layers", ...Object.keys(whole)],
      layers.map(({ amount, figures }) => [String(amount), ...readingsOf(figures)]),
    ),
  ];
}

function rowsOf(rows, toName = (name) => name) {
  return Object.entries(rows).map(([name, row]) => figuresOf(toName(name), row));
}

function figuresOf(name, { wall, whole, cpu, peak }) {
  return [name, (whole ?? wall).toFixed(2), cpu.toFixed(2), peak.toFixed(0)];
}

function readingsOf(figures) {
  return Object.values(figures).map(({ reading }) => seconds(reading));
}

function table(head, rows) {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)];
}

function seconds(value) {
  return `${value.toFixed(2)} s`;
}

function ratio(value) {
  return `${value.toFixed(2)} times`;
}
