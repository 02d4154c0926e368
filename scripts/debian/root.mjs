/**
 * Root filesystems of real distributions, from Debian's packages and nothing else: what benchmarks and the conformance run look at.
 * They are made once, in the test cache, by mmdebstrap; that needs root and the network that apt is set up with.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where made things are kept between runs. */
export const CACHE = process.env["CONTAINERSPEC_TEST_CACHE"] ?? join(tmpdir(), "containerspec-test-cache");

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
  const unfinished = `${folder}.part`;
  rmSync(unfinished, { recursive: true, force: true });
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
    findMirror(),
  ]);
  renameSync(unfinished, folder);
  return folder;
}

/** The mirror that this machine's own apt uses. */
function findMirror() {
  const sites = run("apt-get", ["indextargets", "--format", "$(SITE) $(COMPONENT)"]).split("\n");
  const site = sites.find((line) => line.endsWith("/debian main")) ?? sites.find((line) => line.endsWith(" main"));
  if (site === undefined) throw new Error("apt knows no mirror here: run apt-get update first");
  return site.split(" ")[0];
}

/** Runs a program, and shows what it said only where it failed. */
export function run(program, args, options = {}) {
  try {
    return execFileSync(program, args, {
      encoding: "utf8",
      maxBuffer: 1 << 30,
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
    });
  } catch (error) {
    const said = `${error.stdout ?? ""}${error.stderr ?? ""}`.split("\n").slice(-20).join("\n");
    throw new Error(`${program} ${args.join(" ")} failed: ${said || error.message}`, { cause: error });
  }
}
