/**
 * Builds the sample image, fixtures/sample/image.tar, from fixtures/sample/src: `node scripts/build-sample.mjs`.
 *
 *     --out <folder>   write there instead of fixtures/sample
 *     --host           write host.json too, from the libraries of this machine: Debian 12 on amd64, after `npm run build`
 *     --check          only say which tools are missing
 *
 * Needs GCC for both machines and GNU tar; on Debian and amd64 `apt-get install gcc gcc-aarch64-linux-gnu tar`. Headers and
 * libraries of the building machine are not used. The same compilers give the same bytes; others give files with the same names,
 * versions and symbols.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { compileMachine } from "./build-sample/compile.mjs";
import { writeHostProfile } from "./build-sample/host-profile.mjs";
import { MACHINES } from "./build-sample/machines.mjs";
import { packArchive, packFolder } from "./build-sample/pack.mjs";

const PROJECT = dirname(import.meta.dirname);
const SAMPLE = join(PROJECT, "fixtures", "sample");
const CONFIG = {
  Env: ["PATH=/usr/local/bin:/usr/bin:/bin"],
  Cmd: ["heat"],
  Labels: {
    "org.opencontainers.image.title": "heat",
    "org.opencontainers.image.version": "1.0",
    "org.opencontainers.image.description": "A sample to analyse; its programs cannot run",
  },
};

const { values } = parseArgs({
  options: { out: { type: "string" }, host: { type: "boolean" }, check: { type: "boolean" } },
});
const missing = findMissing();
if (missing.length > 0) {
  console.error(
    `Cannot build the sample: a compiler or GNU tar is missing; on Debian: apt-get install ${missing.join(" ")}`,
  );
  process.exit(1);
}
if (values.check) process.exit(0);
const out = resolve(values.out ?? SAMPLE);
const work = mkdtempSync(join(tmpdir(), "containerspec-sample-"));
try {
  const images = MACHINES.map((machine) => ({ architecture: machine.architecture, layers: buildLayers(machine) }));
  const archive = packArchive(images, { reference: "heat:1.0", config: CONFIG, work: makeFolder("archive") });
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "image.tar"), archive);
  console.error(`image.tar: ${archive.length} bytes`);
  if (values.host) writeHostProfile({ project: PROJECT, work: makeFolder("host"), file: join(out, "host.json") });
} finally {
  rmSync(work, { recursive: true });
}

/**
 * Two layers: the system, and the application on it.
 *
 * @param {import("./build-sample/machines.mjs").Machine} machine
 */
function buildLayers(machine) {
  const [base, app, build] = ["base", "app", "build"].map((name) => makeFolder(join(machine.architecture, name)));
  const sources = join(SAMPLE, "src");
  for (const name of ["bin", "lib", ...(machine.interpreter.startsWith("/lib64/") ? ["lib64"] : [])]) {
    mkdirSync(join(base, "usr", name), { recursive: true });
    symlinkSync(join("usr", name), join(base, name));
  }
  cpSync(join(sources, "etc"), join(base, "etc"), { recursive: true });
  compileMachine(machine, { sources, base, app, work: build });
  return [
    { tar: packFolder(base), createdBy: "Sample Linux 1: C library, compiler runtimes, zlib, LZ4, libuuid, libnuma" },
    { tar: packFolder(app), createdBy: "heat 1.0: solver, tools, MPI" },
  ];
}

/** @param {string} name */
function makeFolder(name) {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Debian packages of the tools that are not there: better than a failure in the middle. */
function findMissing() {
  const packages = MACHINES.filter(({ compiler }) => !canRun(compiler, /./)).map(({ debianPackage }) => debianPackage);
  return canRun("tar", /GNU tar/) ? packages : [...packages, "tar"];
}

/**
 * @param {string} command
 * @param {RegExp} version what it should say of itself
 */
function canRun(command, version) {
  try {
    return version.test(
      execFileSync(command, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    );
  } catch {
    return false;
  }
}
