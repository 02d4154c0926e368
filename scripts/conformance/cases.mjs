/** The cases: an image, a host, how libraries are mounted, and how many are drawn. */
import {
  addHwcaps,
  addMixture,
  addPreloads,
  addProgramsWithPaths,
  addSetUserId,
  addSiteFolder,
  addVendorFolder,
} from "./variants.mjs";

export const SUITES = ["bullseye", "bookworm", "trixie", "sid"];

/** What each kind of case is about, for the page. */
export const KINDS = {
  over: "mounted over the image's file (`--placement over`)",
  first: "in a folder that LD_LIBRARY_PATH puts first (`--placement first`)",
  last: "in a folder that LD_LIBRARY_PATH puts last (`--placement last`)",
  new: "names that the image lacks, alone and with companions",
  companions: "with host dependencies (`--companions missing` and `all`)",
  env: "the image has an LD_LIBRARY_PATH of its own (`--env`), whose folder holds copies",
  rpath: "consumers with RPATH and RUNPATH, straight and through a library",
  hwcaps: "copies in `glibc-hwcaps` folders and their forerunners, with and without ldconfig",
  cache: "ld.so.cache stale, missing or damaged",
  preload: "LD_PRELOAD and /etc/ld.so.preload",
  setuid: "set-user-ID programs, started by root and by another user",
  set: "several libraries at once (`--as-set`)",
  mixed: "search paths, hwcaps and caches in one image",
  small: "small images and hosts, built by gcc from a seed, under this machine's own loader",
};

const PLACEMENTS = ["over", "first", "last"];
const COUNT = 18;

/**
 * @typedef {object} Case
 * @property {keyof typeof KINDS} kind
 * @property {string} image a suite
 * @property {string} host a suite
 * @property {readonly { placement: string, companions?: string, sets?: number, count?: number, draw?: "both" | "new" }[]} runs
 * @property {(scene: object) => import("./variants.mjs").Changed} [prepare]
 */

/** @type {readonly Case[]} */
export const CASES = [
  ...pairs("trixie<sid sid<trixie trixie<bookworm bookworm<trixie sid<bullseye bullseye<sid").map((pair) => ({
    ...pair,
    kind: "over",
    runs: [{ placement: "over", count: 24 }],
  })),
  ...pairs("trixie<sid sid<trixie trixie<bullseye bookworm<sid").map((pair) => ({
    ...pair,
    kind: "first",
    runs: [{ placement: "first", count: 22 }],
  })),
  ...pairs("bookworm<bullseye bullseye<bookworm trixie<sid sid<trixie").map((pair) => ({
    ...pair,
    kind: "last",
    runs: [
      { placement: "last", count: 16 },
      { placement: "last", count: 5, draw: "new" },
      { placement: "last", count: 5, companions: "all" },
    ],
  })),
  ...pairs("bookworm<trixie bullseye<sid sid<bookworm").map((pair) => ({
    ...pair,
    kind: "new",
    runs: [
      { placement: "over", count: 10, draw: "new" },
      { placement: "first", count: 6, draw: "new", companions: "missing" },
    ],
  })),
  ...pairs("trixie<sid bookworm<trixie sid<bullseye").map((pair) => ({
    ...pair,
    kind: "companions",
    runs: PLACEMENTS.flatMap((placement) => [
      { placement, companions: "missing", count: 5 },
      { placement, companions: "all", count: 5 },
    ]).slice(0, 4),
  })),
  ...variants("env", "bookworm<bullseye trixie<bookworm", (scene) => addSiteFolder(scene)),
  ...variants("rpath", "bookworm<trixie bullseye<bookworm trixie<sid", (scene) => addProgramsWithPaths(scene)),
  ...variants("hwcaps", "bookworm<bullseye", (scene) => addHwcaps(scene, { cached: false })),
  ...variants("hwcaps", "trixie<bookworm bookworm<sid", (scene) => addHwcaps(scene, { cached: true })),
  ...variants("hwcaps", "bullseye<bookworm", (scene) => addHwcaps(scene, { cached: false, legacy: true })),
  ...variants("hwcaps", "bookworm<bullseye", (scene) => addHwcaps(scene, { cached: true, legacy: true })),
  ...variants("cache", "trixie<sid", (scene) => addVendorFolder(scene, "missing")),
  ...variants("cache", "bookworm<trixie", (scene) => addVendorFolder(scene, "stale")),
  ...variants("cache", "bullseye<bookworm", (scene) => addVendorFolder(scene, "stale")),
  ...variants("cache", "bookworm<bullseye", (scene) => addVendorFolder(scene, "corrupt")),
  ...variants("preload", "bookworm<trixie", (scene) => addPreloads(scene), 10),
  ...variants("setuid", "bookworm<trixie sid<bookworm bullseye<bookworm", (scene) => addSetUserId(scene), 16),
  ...pairs("trixie<sid bookworm<trixie bullseye<bookworm").map((pair) => ({
    ...pair,
    kind: "set",
    runs: PLACEMENTS.map((placement) => ({ placement, sets: 5 })),
  })),
  ...variants("mixed", "bookworm<trixie bullseye<bookworm sid<bookworm", (scene) => addMixture(scene)),
];

/** Libraries that people mount together, as patterns over names. */
export const KNOWN_SETS = [
  /^lib(mpi|open-(rte|pal))[._]/,
  /^lib(mpi|open-pal|pmix|prrte)\.so/,
  /^lib(stdc\+\+|gcc_s)\.so/,
  /^lib(ibverbs|rdmacm|nl-3|nl-route-3)\.so/,
  /^lib(ssl|crypto)\.so/,
  /^lib(mpich|mpichfort|mpichcxx|fabric)\.so/,
  /^lib(hwloc|numa|udev)\.so/,
  /^lib(curl|nghttp2|ssh2)\.so/,
];

/** "image<host image<host" */
function pairs(text) {
  return text.split(" ").map((pair) => {
    const [image, host] = pair.split("<");
    return { image, host };
  });
}

/** A kind of image under each placement. */
function variants(kind, text, prepare, count = COUNT) {
  return pairs(text).map((pair) => ({
    ...pair,
    kind,
    prepare,
    runs: PLACEMENTS.map((placement) => ({ placement, count: Math.ceil(count / 2) })),
  }));
}
