/** The mounts of suites.yaml, made for real: what each brings, and the program that is started with it. */
import { chmodSync, cpSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { findAtHome, findCompanions, toLanding } from "../conformance/libraries.mjs";
import { findRealPath } from "../conformance/root-path.mjs";
import { run } from "../debian/archive.mjs";

const VIEW = "/opt/view";
const VIEW_PROGRAM = "/usr/bin/h5dump";
const NO_VARIABLES = new Map();

/**
 * @typedef {object} Program
 * @property {string} name the mount's name in suites.yaml
 * @property {readonly string[]} words what is started in the image
 * @property {(image: object, host: object) => void} mount binds what the host brings, as its own loader finds it
 */

/** @type {readonly Program[]} */
export const PROGRAMS = [
  {
    name: "curl",
    words: ["/usr/bin/curl", "--version"],
    mount: (image, host) => mountLibrary(image, host, "libcurl.so.4", "all"),
  },
  {
    name: "mpi",
    words: ["/usr/bin/ompi_info", "--version"],
    mount: (image, host) => mountLibrary(image, host, "libmpi.so.40", "none"),
  },
  {
    name: "view",
    words: [`${VIEW}/bin/${basename(VIEW_PROGRAM)}`, "--version"],
    mount: (image, host) => image.bindFolder(host.root + VIEW, VIEW),
  },
];

/** A library of the host over the image's own, and whatever of the host travels along. Who does is asked of the host's loader. */
function mountLibrary(image, host, name, companions) {
  const found = findAtHome(host, name);
  if (found === undefined) throw new Error(`the host has no ${name}`);
  const along = findCompanions({ stage: image, host, env: NO_VARIABLES }, { name, ...found }, companions);
  const landings = [{ name, ...found }, ...along].map((one) =>
    toLanding({ stage: image, env: NO_VARIABLES, placement: "over" }, { ...one, host }),
  );
  for (const { source, target } of landings) image.bind(source, target);
}

/**
 * A view: a program with all that it needs but the C library, in one folder, in which its files find one another by RPATH.
 *
 * @param {object} stage in which it is made
 */
export function makeView(stage) {
  const program = findRealPath(stage.root, VIEW_PROGRAM);
  const libraries = findCompanions(
    { stage, host: stage, env: NO_VARIABLES },
    { name: basename(program), path: program, real: program },
    "all",
  );
  const [bin, lib] = ["bin", "lib"].map((name) => join(stage.root + VIEW, name));
  for (const folder of [bin, lib]) mkdirSync(folder, { recursive: true });
  const files = [
    { from: program, to: join(bin, basename(VIEW_PROGRAM)), rpath: "$ORIGIN/../lib" },
    ...libraries.map(({ name, real }) => ({ from: real, to: join(lib, name), rpath: "$ORIGIN" })),
  ];
  for (const { from, to, rpath } of files) {
    cpSync(stage.root + from, to);
    chmodSync(to, 0o755);
    run("patchelf", ["--force-rpath", "--set-rpath", rpath, to]);
  }
}
