/**
 * What makes an image other than a plain Debian root. Each function changes a stage before its image is packed, and says which
 * libraries it has to do with, and what the runtime sets.
 */
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { run } from "../debian/archive.mjs";
import { buildObject } from "./own-programs.mjs";
import { findRealPath, toRealPlace } from "./root-path.mjs";

/** @typedef {{ names?: readonly string[], env?: ReadonlyMap<string, string> }} Changed */

const SITE = "/opt/site/lib";
const MULTIARCH = "/usr/lib/x86_64-linux-gnu";

/** Names that the image and the host both have, in an order of their own: what a variant may play with. */
function drawNames({ names, hostNames, random }, count) {
  return random.shuffle([...names.keys()].filter((name) => hostNames.has(name))).slice(0, count);
}

/** Copies a library of the image, the host or a third root into a folder of the stage. */
function copyLibrary({ stage, names, donors }, name, donor, folder, file = name) {
  const from = donor === "own" ? { root: stage.root, names } : donors[donor];
  const real = from.names.get(name);
  if (real === undefined) return undefined;
  const place = toRealPlace(stage.root, posix.join(folder, file));
  mkdirSync(dirname(stage.root + place), { recursive: true });
  copyFileSync(from.root + real, stage.root + place);
  chmodSync(stage.root + place, 0o644);
  return place;
}

const write = ({ stage }, path, text) => {
  const place = stage.root + toRealPlace(stage.root, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text);
};

const rebuildCache = ({ stage }) => run("chroot", [stage.root, "/sbin/ldconfig"]);

/** A folder of the image's own on LD_LIBRARY_PATH, with copies of several origins. */
export function addSiteFolder(scene, count = 24) {
  const { random } = scene;
  const names = drawNames(scene, count);
  for (const name of names) copyLibrary(scene, name, random.pick(["own", "own", "host", "third"]), SITE);
  return { names, env: new Map([["LD_LIBRARY_PATH", `${SITE}:/opt/none`]]) };
}

/** Programs with RPATH or RUNPATH, straight or through a library of their own, beside private copies or without any. */
export function addProgramsWithPaths(scene, count = 24, mode = 0o755) {
  const { stage, random, names: known } = scene;
  const names = drawNames(scene, count);
  names.forEach((name, index) => {
    const home = `/opt/app-${index}`;
    const copy = random.pick(["none", "own", "host", "third"]);
    if (copy !== "none") copyLibrary(scene, name, copy, `${home}/lib`);
    const used = stage.root + known.get(name);
    const style = random.pick(["rpath", "runpath"]);
    const folders = random.pick([`${home}/lib`, "$ORIGIN/../lib", `/opt/none:${home}/lib`]);
    const now = random.below(3) === 0;
    const program = { file: `${stage.root}${home}/bin/main`, style, folders, now, mode };
    if (random.below(2) === 0) {
      buildObject({ ...program, uses: [used] }, random);
      return;
    }
    const soname = `libmiddle-${index}.so.1`;
    const middle = `${stage.root}${home}/lib/${soname}`;
    const own = random.pick([
      {},
      { style: random.pick(["rpath", "runpath"]), folders: random.pick(["$ORIGIN", SITE]) },
    ]);
    buildObject({ file: middle, soname, uses: [used], ...own, mode: 0o644 }, random);
    buildObject({ ...program, uses: [middle] }, random);
  });
  return { names };
}

/** Copies in glibc-hwcaps folders, or in the folders that loaders before 2.37 looked into, with or without ldconfig. */
export function addHwcaps(scene, { cached, legacy = false, count = 20, folder = MULTIARCH }) {
  const { random } = scene;
  const names = drawNames(scene, count);
  const subfolders = legacy
    ? ["tls", "x86_64", "haswell", "haswell/x86_64", "avx512_1", "tls/haswell/avx512_1/x86_64"]
    : ["x86-64-v2", "x86-64-v3", "x86-64-v3", "x86-64-v4"].map((level) => `glibc-hwcaps/${level}`);
  for (const name of names) {
    const donor = random.pick(["own", "host", "host", "third"]);
    const into = posix.join(folder, random.pick(subfolders));
    if (random.below(3) === 0) copyLibrary(scene, name, donor, into);
    else {
      const file = `${name}.0.0`;
      const place = copyLibrary(scene, name, donor, into, file);
      if (place === undefined) continue;
      const link = scene.stage.root + posix.join(dirname(place), name);
      rmSync(link, { force: true });
      symlinkSync(file, link);
    }
  }
  if (cached) rebuildCache(scene);
  return { names };
}

/** A folder that only ld.so.conf names, and a cache that is gone, or older than what lies there. */
export function addVendorFolder(scene, state, count = 24) {
  const { stage, random } = scene;
  const folder = "/opt/vendor/lib";
  const names = drawNames(scene, count);
  const place = (name, donor) => copyLibrary(scene, name, donor, folder);
  write(scene, "/etc/ld.so.conf.d/00-vendor.conf", `${folder}\n`);
  const [early, late] = [names.slice(0, -6), names.slice(-6)];
  for (const name of early) place(name, random.pick(["own", "host", "third"]));
  rebuildCache(scene);
  if (state === "missing") rmSync(`${stage.root}/etc/ld.so.cache`);
  if (state === "corrupt") write(scene, "/etc/ld.so.cache", "glibc-ld.so.cache1.1 and nothing more");
  if (state === "stale") {
    early.slice(0, 5).forEach((name) => rmSync(join(stage.root, folder, name), { force: true }));
    early.slice(5, 9).forEach((name) => place(name, "host"));
    late.forEach((name) => place(name, "own"));
  }
  return { names };
}

/** Libraries that every program gets first: by the environment, and by /etc/ld.so.preload. */
export function addPreloads(scene) {
  const { stage, names: known } = scene;
  const names = drawNames(scene, 8);
  const [first, second, third, fourth] = names;
  copyLibrary(scene, third, "own", SITE);
  write(scene, "/etc/ld.so.preload", `# two of them\n${known.get(first)}\n${fourth} /opt/none/libnone.so.1\n`);
  if (findRealPath(stage.root, `${SITE}/${third}`) === undefined) throw new Error("no copy was made");
  return { names, env: new Map([["LD_PRELOAD", `${second}:${SITE}/${third} libnone.so.2`]]) };
}

/** Set-user-ID programs: the image's own, and built ones with search paths that secure-execution mode does not trust. */
export function addSetUserId(scene) {
  const { stage, random } = scene;
  const site = addSiteFolder(scene, 10);
  const built = addProgramsWithPaths(scene, 16, 0o4755);
  const names = [...site.names, ...built.names];
  for (const [index, program] of [
    "/usr/bin/curl",
    "/usr/bin/openssl",
    "/usr/bin/clinfo",
    "/usr/bin/h5dump",
  ].entries()) {
    const real = findRealPath(stage.root, program);
    if (real === undefined) continue;
    const copy = `${stage.root}/opt/suid/${index}-${basename(program)}`;
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(stage.root + real, copy);
    chmodSync(copy, random.pick([0o4755, 0o2755]));
  }
  return { names, env: site.env };
}

/** A bit of everything. */
export function addMixture(scene) {
  const parts = [
    addSiteFolder(scene, 8),
    addProgramsWithPaths(scene, 10, 0o755),
    addHwcaps(scene, { cached: false, count: 6, folder: SITE }),
    addHwcaps(scene, { cached: scene.random.below(2) === 0, count: 6 }),
    addVendorFolder(scene, scene.random.pick(["stale", "missing", "fresh"]), 12),
  ];
  return {
    names: [...new Set(parts.flatMap(({ names }) => names))],
    env: new Map(parts.flatMap(({ env }) => [...(env ?? [])])),
  };
}
