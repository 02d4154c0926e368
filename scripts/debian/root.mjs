/**
 * Root filesystems of real distributions, from Debian's packages and nothing else: what benchmarks and the conformance run look at.
 * They are made once, in the test cache, by mmdebstrap; that needs root and the network that apt is set up with.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CACHE, findArchive, run } from "./archive.mjs";
import { fetchPackages } from "./packages.mjs";

/** Packages of an MPI image: both MPI families, numpy, OpenCL and the fabric libraries, in names that every release has. */
export const MPI_PACKAGES = [
  "mpich",
  "openmpi-bin",
  "python3-mpi4py",
  "python3-numpy",
  "ocl-icd-libopencl1",
  "clinfo",
  "libfabric1",
  "libibverbs1",
  "ibverbs-providers",
  "ibverbs-utils",
  "librdmacm1",
  "hdf5-tools",
  "curl",
  "openssl",
];

/**
 * A root of a Debian release with some packages, made where it is not there yet.
 *
 * @param {{ name: string, suite: string, packages: readonly string[], components?: string }} wanted
 * @returns {string} its folder
 */
export function makeRoot({ name, suite, packages, components = "main" }) {
  const folder = join(CACHE, "roots", name);
  if (existsSync(folder)) return folder;
  mkdirSync(join(CACHE, "roots"), { recursive: true });
  const unfinished = toUnfinished(folder);
  const excluded = ["doc", "man", "locale", "info"].map((part) => `--dpkgopt=path-exclude=/usr/share/${part}/*`);
  // Since bookworm packages expect a merged /usr; before, a root without it is the rule in containers.
  const hooks = suite === "bullseye" ? [] : ["--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr"];
  run("mmdebstrap", [
    "--quiet",
    "--variant=minbase",
    "--mode=root",
    "--format=directory",
    `--components=${components}`,
    ...packages.map((one) => `--include=${one}`),
    ...hooks,
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--aptopt=APT::Install-Recommends "false"',
    ...excluded,
    suite,
    unfinished,
    findArchive().uri,
  ]);
  moveInto(unfinished, folder);
  return folder;
}

/**
 * The files of some packages in one folder, and no more: nothing is configured, no dependency is added. A root whose libraries are
 * looked at and mounted, and in which nothing runs; it takes seconds.
 *
 * @param {{ name: string, suite: string, packages: readonly string[] }} wanted base-files first: it has the links of a merged /usr
 * @returns {string} its folder
 */
export function unpackRoot({ name, suite, packages }) {
  const folder = join(CACHE, "roots", name);
  if (existsSync(folder)) return folder;
  const unfinished = toUnfinished(folder);
  mkdirSync(unfinished, { recursive: true });
  for (const one of fetchPackages({ suite, architecture: "amd64", names: packages }))
    run("cp", ["-a", "--no-target-directory", one, unfinished]);
  moveInto(unfinished, folder);
  return folder;
}

/** A folder of this process alone: tests that want one root may make it at the same time. */
function toUnfinished(folder) {
  const unfinished = `${folder}.part-${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  return unfinished;
}

/** Puts a finished root in its place, unless another process was faster. */
function moveInto(from, to) {
  if (existsSync(to)) rmSync(from, { recursive: true });
  else renameSync(from, to);
}
