/**
 * Builds what is published from src/: the compiler writes modules and declarations into build/, where tests and scripts take them one
 * by one; a bundler joins the modules, and what they import, to a few files in dist/. Node.js opens three hundred small files for
 * 150 ms, on each start of a program that often has less than that to do.
 *
 *     --if-possible   do nothing where the compiler is not installed: npm runs this after `npm install --omit=dev` too
 */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pastTheIndex } from "./past-the-index.mjs";

const root = dirname(import.meta.dirname);
const compiler = join(root, "node_modules/typescript/bin/tsc");
const [build, dist] = [join(root, "build"), join(root, "dist")];

/** Of our modules: the library, the program, and what its threads run (`image/layer-threads.ts` looks for that beside itself). */
const ENTRIES = { index: "index.js", "cli/main": "cli/main.js", "layer-worker": "image/layer-worker.js" };

/** Packages that leave their licence in their repository, and where its text is here. */
const LICENSES = { "@redis/client": "scripts/licenses/redis-client.txt" };

/**
 * The compiler leaves the output of a source file that is gone.
 *
 * @param {string} folder
 * @param {string} extension
 */
function removeStaleOutput(folder, extension) {
  for (const output of listFiles(folder, extension)) {
    const stem = output.slice(folder.length, -extension.length);
    if (!existsSync(join(root, "src", `${stem}.ts`))) rmSync(output);
  }
}

/**
 * @param {string} folder
 * @param {string} extension
 */
function listFiles(folder, extension) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => join(entry.parentPath, entry.name));
}

async function bundle() {
  const { rolldown } = await import("rolldown");
  const input = Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, join(build, file)]));
  const bundler = await rolldown({
    input,
    platform: "node",
    external: [/^zstd-napi/],
    plugins: [pastTheIndex(build)],
  });
  const { output } = await bundler.write({
    dir: dist,
    format: "esm",
    // Comments and blanks are a third of what is read at each start; names stay, for whoever reads a stack.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    entryFileNames: "[name].js",
    // What a client of a store is made of has no say in what is learned from a layer: src/code-fingerprint.ts reads no folder.
    chunkFileNames: ({ name }) => (name === "redis-client" ? "cache/[name]-[hash].js" : "shared-[hash].js"),
  });
  await bundler.close();
  const written = new Set(output.map(({ fileName }) => join(dist, fileName)));
  for (const file of listFiles(dist, ".js")) if (!written.has(file)) rmSync(file);
  writeFileSync(
    join(dist, "LICENSES.txt"),
    licensesOf(output.flatMap((file) => ("moduleIds" in file ? file.moduleIds : []))),
  );
  // Documents and threads are found beside the module that asks: in dist/, and not in a folder of it.
  const main = join(dist, "cli/main.js");
  if (readFileSync(main, "utf8").includes("import.meta.url"))
    throw new Error(`${main} looks for files beside itself: move what does so out of the program's own module`);
  chmodSync(main, 0o755);
}

/** The types of what is published; the bundle has the code. */
function copyDeclarations() {
  for (const file of listFiles(dist, ".d.ts")) rmSync(file);
  cpSync(build, dist, { recursive: true, filter: (path) => !path.endsWith(".js") });
}

/**
 * What the packages say whose code is in the bundle.
 *
 * @param {string[]} modules their paths
 */
function licensesOf(modules) {
  const packages = new Set(modules.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const texts = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const own = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const kept = new Map(Object.entries(LICENSES)).get(name);
    if (own === undefined && kept === undefined)
      throw new Error(`${name} has no licence in ${folder}: add its text here`);
    const text = readFileSync(own === undefined ? join(root, kept ?? "") : join(folder, own), "utf8");
    return `${name} ${version} (${license})\n\n${text}`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

if (process.argv.includes("--if-possible") && !existsSync(compiler)) process.exit();
const { status, error } = spawnSync(process.execPath, [compiler, "--build"], { cwd: root, stdio: "inherit" });
if (error !== undefined) throw error;
process.exitCode = status ?? 1;
if (status === 0) {
  removeStaleOutput(build, ".js");
  removeStaleOutput(build, ".d.ts");
  await bundle();
  copyDeclarations();
}
