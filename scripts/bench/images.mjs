/**
 * The images that are timed: a root filesystem in a number of layers, its files dealt out evenly in their order, and each form of it.
 * Made once, in the test cache, by tar, umoci and skopeo.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CACHE, run } from "../debian/archive.mjs";

/** @typedef {"docker" | "gzip" | "zstd"} Form */

/** What skopeo is told for each form: docker save with plain layers, OCI with gzip and with zstd layers. */
const TARGETS = {
  docker: (/** @type {string} */ file) => [`docker-archive:${file}:example/bench:latest`],
  gzip: (/** @type {string} */ file) => [`oci-archive:${file}:latest`],
  zstd: (/** @type {string} */ file) => ["--dest-compress-format=zstd", `oci-archive:${file}:latest`],
};

/**
 * @param {object} wanted
 * @param {string} wanted.name
 * @param {string} wanted.root the folder of the root filesystem
 * @param {number} [wanted.layers]
 * @param {number} [wanted.copies] how often the root lies in the image, each time in a folder of its own and as layers of their own
 * @param {readonly Form[]} wanted.forms
 * @param {string} [wanted.extra] a tarball that becomes the top layer
 * @returns {Record<string, string>} a tarball for each form
 */
export function makeBenchImage({ name, root, layers = 1, copies = 1, forms, extra }) {
  const folder = join(CACHE, "bench", name);
  const files = Object.fromEntries(forms.map((form) => [form, join(folder, `${form}.tar`)]));
  if (Object.values(files).every((file) => existsSync(file))) return files;
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), "containerspec-bench-"));
  try {
    const tag = makeLayout(work, { root, layers, copies, extra });
    for (const form of forms) {
      const unfinished = join(folder, `${form}.part`);
      rmSync(unfinished, { force: true });
      run("skopeo", ["--insecure-policy", "copy", "--quiet", ...copyArguments(tag, TARGETS[form](unfinished))]);
      renameSync(unfinished, join(folder, `${form}.tar`));
    }
    return files;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The source comes before the target, and options before both. */
function copyArguments(tag, target) {
  return [...target.slice(0, -1), `oci:${tag}`, ...target.slice(-1)];
}

function makeLayout(work, { root, layers, copies, extra }) {
  const tag = `${join(work, "layout")}:latest`;
  run("umoci", ["init", "--layout", join(work, "layout")]);
  run("umoci", ["new", "--image", tag]);
  run("umoci", ["config", "--image", tag, "--os", "linux", "--architecture", "amd64"]);
  const lists = dealOut(listEntries(root), layers);
  for (let copy = 0; copy < copies; copy += 1) {
    for (const list of lists) {
      const [names, layer] = [join(work, "names"), join(work, "layer.tar")];
      writeFileSync(names, list.map((name) => `${name}\0`).join(""), "latin1");
      const moved = copy === 0 ? [] : [`--transform=flags=rSH;s,^\\.,./copy-${copy},`];
      run("tar", ["-C", root, "--numeric-owner", "--no-recursion", ...moved, "--null", "-T", names, "-cf", layer]);
      run("umoci", ["raw", "add-layer", "--image", tag, layer]);
      rmSync(layer);
    }
  }
  if (extra !== undefined) run("umoci", ["raw", "add-layer", "--image", tag, extra]);
  return tag;
}

/** Every file and folder, with its size; parents first. */
function listEntries(root) {
  const text = run(
    "find",
    [".", "-xdev", "(", "-path", "./proc/*", "-o", "-path", "./dev/*", ")", "-prune", "-o", "-printf", "%s %p\\0"],
    {
      cwd: root,
      encoding: "latin1",
    },
  );
  return text
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => ({ size: Number(line.split(" ", 1)[0]), name: line.slice(line.indexOf(" ") + 1) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** As many runs of entries, of about the same number of bytes; a hard link goes with its target only in one layer. */
function dealOut(entries, layers) {
  const lists = [/** @type {string[]} */ ([])];
  let left = entries.reduce((sum, { size }) => sum + size, 0);
  let filled = 0;
  for (const { size, name } of entries) {
    lists.at(-1)?.push(name);
    filled += size;
    const open = layers - lists.length;
    if (open === 0 || filled < left / (open + 1)) continue;
    left -= filled;
    filled = 0;
    lists.push([]);
  }
  return lists.filter((list) => list.length > 0);
}

/**
 * How many layers a docker archive has: a file that is larger than a layer should be is one by itself.
 *
 * @param {string} archive
 */
export function countLayers(archive) {
  const [image] = JSON.parse(run("tar", ["-xOf", archive, "manifest.json"]));
  return image.Layers.length;
}
