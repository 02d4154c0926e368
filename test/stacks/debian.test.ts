/** Each library is told by what is in it, and names the release that its package has: real packages of three releases of Debian. */
import { expect, test } from "vitest";
import { decodeNodes, encodeNodes } from "../../src/host/node-codec.js";
import { describeStacks, type Stacks } from "../../src/stacks/describe.js";
import { findPackageObstacle, folderOf } from "../scenarios/debian-files.js";
import type { Suite } from "../scenarios/incident.js";
import { numbersOf, readPackage, readUpstreamVersion } from "./package-root.js";

const ALL: readonly Suite[] = ["bullseye", "bookworm", "trixie"];
const NEWER: readonly Suite[] = ["bookworm", "trixie"];

interface Case {
  readonly suites: readonly Suite[];
  readonly nonFree?: true;
  readonly package: string;
  /** what it has, as families of MPI, GPU and fabric */
  readonly family: string;
  /** the library says no release, or one of its interface alone */
  readonly isSilent?: true;
  /** numbers of the release that it has right, where its maker was told no more */
  readonly numbers?: number;
}

const CASES: readonly Case[] = [
  { suites: ALL, package: "libmpich12", family: "mpich" },
  { suites: ["bullseye", "bookworm"], package: "libopenmpi3", family: "open-mpi" },
  { suites: ["trixie"], package: "libopenmpi40", family: "open-mpi" },
  { suites: ALL, package: "libfabric1", family: "libfabric" },
  { suites: ALL, package: "libibverbs1", family: "rdma-core" },
  { suites: ["bullseye", "bookworm"], package: "librdmacm1", family: "rdma-cm" },
  { suites: ALL, package: "libucx0", family: "ucx" },
  { suites: ["bullseye", "bookworm"], package: "libpmix2", family: "pmix" },
  { suites: ALL, package: "libmunge2", family: "munge" },
  { suites: ALL, package: "libpsm2-2", family: "psm2", isSilent: true },
  { suites: ["bullseye", "bookworm"], package: "libpmi0", family: "pmi", isSilent: true },
  { suites: ["bullseye", "bookworm"], package: "libpmi2-0", family: "pmi2", isSilent: true },
  { suites: ["bookworm", "trixie"], package: "libamdhip64-5", family: "rocm" },
  { suites: NEWER, package: "libhsa-runtime64-1", family: "rocm", isSilent: true },
  // Its build asks git for the third number, and Debian builds without.
  { suites: ["bookworm"], package: "libze1", family: "level-zero", numbers: 2 },
  { suites: ["trixie"], package: "libze1", family: "level-zero" },
  { suites: ALL, package: "ocl-icd-libopencl1", family: "opencl" },
  { suites: ["bullseye"], package: "intel-opencl-icd", family: "opencl", isSilent: true },
  { suites: ["bookworm"], package: "intel-opencl-icd", family: "opencl" },
  { suites: ALL, package: "mesa-opencl-icd", family: "opencl" },
  { suites: ALL, package: "libvulkan1", family: "vulkan" },
  { suites: ALL, package: "mesa-vulkan-drivers", family: "vulkan" },
  { suites: NEWER, nonFree: true, package: "libcuda1", family: "nvidia" },
  { suites: NEWER, nonFree: true, package: "libnvidia-ml1", family: "nvidia" },
  { suites: ["bookworm"], nonFree: true, package: "nvidia-opencl-icd", family: "opencl" },
];

function familiesOf({ mpi, gpu, fabric }: Stacks) {
  return [...mpi, ...gpu, ...fabric].map(({ family, version }) => ({ family, version }));
}

for (const { suites, nonFree, package: name, family, isSilent, numbers: right = Infinity } of CASES) {
  for (const suite of suites) {
    const list = { suite, names: [name], ...(nonFree === undefined ? {} : { nonFree }) };
    const obstacle = findPackageObstacle([list]);
    const skipped = obstacle === undefined ? "" : ` (skipped: ${obstacle})`;
    test.skipIf(obstacle !== undefined)(`${name} of ${suite} is ${family}${skipped}`, async () => {
      const folder = folderOf(list, name);
      const root = await readPackage(folder);
      const stacks = describeStacks(root);
      // What a profile carries is enough to tell the same.
      const carried = JSON.parse(JSON.stringify([...encodeNodes(root)])) as Parameters<typeof decodeNodes>[0];
      expect(describeStacks(decodeNodes(carried))).toEqual(stacks);
      const found = familiesOf(stacks).filter((one) => one.family === family);
      expect(found.length).toBeGreaterThan(0);
      const expected = numbersOf(readUpstreamVersion(folder, name));
      for (const { version } of found) {
        if (isSilent) expect(version).toBeUndefined();
        else {
          const numbers = numbersOf(version ?? "");
          expect(numbers.length).toBeGreaterThan(1);
          const shared = Math.min(right, numbers.length, expected.length);
          expect(numbers.slice(0, shared)).toEqual(expected.slice(0, shared));
        }
      }
    });
  }
}
