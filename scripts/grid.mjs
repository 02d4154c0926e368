/**
 * Whether the matrix of a grid is what really happens:
 *
 *     npm run grid -- [--suite bookworm]... [--program curl]... [--write] [--out rows.json]
 *
 * Images and hosts are Debian releases. Of each host libraries, and a folder with a program, are mounted into each image; the program is
 * started there with the image's own loader, and whether it starts is held against what `containerspec grid` says of suites.yaml.
 * --write puts the table into docs/grid.md. Needs root, and gcc, mmdebstrap, patchelf and util-linux from Debian's packages. All mounts
 * are made in a private mount namespace.
 */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeLayout } from "./conformance/image-layout.mjs";
import { createStage } from "./conformance/stage.mjs";
import { compileTools } from "./conformance/tools.mjs";
import { run } from "./debian/archive.mjs";
import { makeRoot, MPI_PACKAGES } from "./debian/root.mjs";
import { makeView, PROGRAMS } from "./grid/programs.mjs";
import { renderTable, writeTable } from "./grid/table.mjs";

const SUITES = ["bullseye", "bookworm", "trixie", "sid"];
const PAGE = resolve(import.meta.dirname, "../docs/grid.md");
const CLI = resolve(import.meta.dirname, "../dist/cli/main.js");
const IN_NAMESPACE = "CONTAINERSPEC_GRID_NAMESPACE";

const { values: asked } = parseArgs({
  options: {
    suite: { type: "string", multiple: true, default: SUITES },
    program: { type: "string", multiple: true, default: PROGRAMS.map(({ name }) => name) },
    out: { type: "string" },
    write: { type: "boolean", default: false },
  },
});

if (process.env[IN_NAMESPACE] === undefined) {
  const command = ["-m", "--propagation", "private", process.execPath, import.meta.filename, ...process.argv.slice(2)];
  const { status } = spawnSync("unshare", command, { stdio: "inherit", env: { ...process.env, [IN_NAMESPACE]: "1" } });
  process.exit(status ?? 4);
}

const bases = new Map(
  asked.suite.map((suite) => [suite, realpathSync(makeRoot({ name: `mpi-${suite}`, suite, packages: MPI_PACKAGES }))]),
);
const folder = mkdtempSync(join(tmpdir(), "containerspec-grid-"));
run("mount", ["-t", "tmpfs", "tmpfs", folder]);
try {
  const tools = compileTools(folder);
  const suites = [];
  for (const [suite, base] of bases) suites.push(await openSuite(suite, base, tools));
  const report = askGrid(suites);
  const rows = suites.flatMap((image) =>
    suites.flatMap((host) =>
      PROGRAMS.filter(({ name }) => asked.program.includes(name)).map((program) => play(image, host, program, report)),
    ),
  );
  for (const { stage } of suites) stage.close();
  if (asked.out !== undefined) writeFileSync(asked.out, `${JSON.stringify(rows, null, 2)}\n`);
  if (asked.write) await writeTable(PAGE, rows, suites);
  else console.log(renderTable(rows, suites));
  process.exitCode = rows.every(({ predicted, starts }) => predicted === starts) ? 0 : 1;
} finally {
  spawnSync("umount", ["-R", "-l", folder]);
  rmSync(folder, { recursive: true });
}

/** A release as an image and as a host, and as a root in which programs can be started. */
async function openSuite(suite, base, tools) {
  const layout = await makeLayout({ name: `grid-${suite}`, root: base });
  const stage = createStage({ folder: join(folder, suite), base, tools });
  makeFurnished(stage);
  const profile = join(folder, `${suite}.json`);
  run("node", [CLI, "host", stage.root, "--folder", "/opt/view", "-o", profile]);
  const { libc } = JSON.parse(readFileSync(profile, "utf8"));
  return { suite, layout, stage: withFolders(stage), profile, libc: libc.version };
}

/** What finds libraries in it is put in first: the view is made by asking its loader. */
function makeFurnished(stage) {
  stage.furnish();
  makeView(stage);
}

/** A stage whose folders can be bound, too. */
function withFolders(stage) {
  let folders = [];
  return {
    ...stage,
    bindFolder(source, path) {
      // The stage's own folder of that name is what it brings as a host.
      run("mount", ["--bind", source, stage.root + path]);
      folders.push(stage.root + path);
    },
    unbind() {
      for (const place of folders.reverse()) run("umount", [place]);
      folders = [];
      stage.unbind();
    },
  };
}

/** The matrix of suites.yaml, with the images and hosts where it expects them. */
function askGrid(suites) {
  const file = join(folder, "suites.yaml");
  copyFileSync(join(import.meta.dirname, "grid/suites.yaml"), file);
  mkdirSync(join(folder, "images"));
  for (const { suite, layout } of suites) symlinkSync(layout, join(folder, "images", suite));
  const hosts = suites.flatMap(({ profile }) => ["--host", profile]);
  const out = join(folder, "report.json");
  run("node", [CLI, "grid", file, ...hosts, "--verify", "never", "--no-cache", "--format", `json=${out}`]);
  return JSON.parse(readFileSync(out, "utf8"));
}

/** One cell: what was foretold, and what happens. */
function play(image, host, program, report) {
  const cell = report.cells.find((one) => one.image === `${image.suite}-amd64` && one.host === host.profile);
  const told = cell.mounts.find(({ mount }) => mount === program.name);
  program.mount(image.stage, host.stage);
  const [{ status, text }] = image.stage.start([{ words: program.words, env: new Map() }]);
  image.stage.unbind();
  // A library that lacks version tables draws a line that stops nothing.
  const words = text.split("\n").find((line) => status !== 0 && line !== "") ?? "";
  return {
    ...{ image: image.suite, host: host.suite, program: program.name, verdict: told.verdict, loader: told.loader },
    predicted: !told.refused.includes(program.words[0]),
    starts: status === 0,
    words,
    foretold: told.reasons.some(({ loaderMessage }) => loaderMessage === words),
  };
}
