/**
 * Whether containerspec says what the real dynamic loader does:
 *
 *     npm run conformance -- [--case last]... [--image bookworm]... [--host bullseye]... [--small 8] [--write] [--out rows.jsonl]
 *
 * Images and hosts are Debian releases with an MPI stack, plain and changed; libraries of one are mounted into the other, all
 * programs and libraries that could meet them are started by the image's own loader, and what it does is held against the report.
 * docs/conformance.md tells the method, and holds the results of the last run with --write. Needs root, and gcc, binutils,
 * mmdebstrap and util-linux from Debian's packages. All mounts are made in a private mount namespace.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { CASES, SUITES } from "./conformance/cases.mjs";
import { isMet, writePage } from "./conformance/page.mjs";
import { renderDisagreements, renderSummary } from "./conformance/results.mjs";
import { openSuite, runCase } from "./conformance/run-case.mjs";
import { runSmallCase } from "./conformance/small-cases.mjs";
import { compileTools } from "./conformance/tools.mjs";
import { makeProfile } from "./conformance/verdicts.mjs";
import { run } from "./debian/archive.mjs";
import { makeRoot, MPI_PACKAGES } from "./debian/root.mjs";

const PAGE = resolve(import.meta.dirname, "../docs/conformance.md");
const IN_NAMESPACE = "CONTAINERSPEC_CONFORMANCE_NAMESPACE";

const { values: asked } = parseArgs({
  options: {
    case: { type: "string", multiple: true, default: [] },
    image: { type: "string", multiple: true, default: [] },
    host: { type: "string", multiple: true, default: [] },
    cli: { type: "string", default: resolve(import.meta.dirname, "../dist/cli/main.js") },
    small: { type: "string", default: "24" },
    out: { type: "string" },
    write: { type: "boolean", default: false },
  },
});

if (process.env[IN_NAMESPACE] === undefined) {
  // Small worlds need no more than a user namespace; real roots have files of many users.
  const user = process.getuid() === 0 ? [] : ["-r"];
  const command = [
    ...user,
    "-m",
    "--propagation",
    "private",
    process.execPath,
    import.meta.filename,
    ...process.argv.slice(2),
  ];
  const { status } = spawnSync("unshare", command, { stdio: "inherit", env: { ...process.env, [IN_NAMESPACE]: "1" } });
  process.exit(status ?? 4);
}

const chosen = CASES.filter(
  ({ kind, image, host }) => isAsked(asked.case, kind) && isAsked(asked.image, image) && isAsked(asked.host, host),
);
const seeds =
  isAsked(asked.case, "small") && asked.image.length + asked.host.length === 0 ? listSeeds(asked.small) : [];
const needed = chosen.length === 0 ? [] : SUITES;
const bases = new Map(
  needed.map((suite) => [suite, realpathSync(makeRoot({ name: `mpi-${suite}`, suite, packages: MPI_PACKAGES }))]),
);
const folder = mkdtempSync(join(tmpdir(), "containerspec-conformance-"));
run("mount", ["-t", "tmpfs", "tmpfs", folder]);
const started = performance.now();
const rows = [];
try {
  const tools = compileTools(folder);
  const workshop = { folder, tools, level: findLevel(), cli: asked.cli };
  const suites = new Map(
    [...bases].map(([name, base]) => {
      const profile = makeProfile(asked.cli, base, join(folder, `${name}.json`));
      return [name, openSuite({ name, base, folder, tools, profile })];
    }),
  );
  const onProgress = (line) => console.error(`${elapsed()} ${line}`);
  for (const one of chosen) keep(await runCase({ case: one, suites, workshop, onProgress }));
  for (const seed of seeds) keep(await runSmallCase(seed, workshop, onProgress));
  console.log(renderSummary(rows));
  console.log(renderDisagreements(rows));
  console.log(`${rows.length} truths in ${elapsed()}`);
  if (asked.write) await writePage(PAGE, { rows, bases });
} finally {
  run("umount", ["-R", "-l", folder]);
  rmSync(folder, { recursive: true });
}
process.exitCode = isMet(rows) ? 0 : 1;

function keep(found) {
  rows.push(...found);
  if (asked.out !== undefined) appendFileSync(asked.out, found.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

/** "8" is the first eight, "5-8" four of them. */
function listSeeds(text) {
  const [first, last] = text.includes("-") ? text.split("-").map(Number) : [1, Number(text)];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function isAsked(list, value) {
  return list.length === 0 || list.includes(value);
}

function elapsed() {
  return `${((performance.now() - started) / 1000).toFixed(0)} s`;
}

/** The x86-64 level that this machine's loader sees in its CPU. */
function findLevel() {
  const help = spawnSync("/lib64/ld-linux-x86-64.so.2", ["--help"], { encoding: "utf8" }).stdout;
  return /^ {2}(x86-64-v\d) \(supported, searched\)$/m.exec(help)?.[1] ?? "x86-64-v1";
}
