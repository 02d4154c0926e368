/**
 * Images of three Debian releases with packages that are known: every label is what the packages say, the true ones pass, and wrong ones
 * are caught. The releases are those that the packages' own changelogs name.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { labels } from "../../src/index.js";
import { folderOf, findPackageObstacle, readSystem } from "../scenarios/debian-files.js";
import type { PackageList, Suite } from "../scenarios/incident.js";
import { numbersOf, readUpstreamVersion } from "../stacks/package-root.js";
import { packArchive } from "../support/image-builder.js";
import { dockerArchive } from "../support/image-forms.js";
import { toLayer } from "../support/story-image.js";

interface Content {
  readonly packages: readonly string[];
  readonly nonFree?: readonly string[];
  /** what must come out beside the labels of every image; the value of a key is a function of the release */
  readonly expected: (suite: Suite) => Readonly<Record<string, string>>;
  readonly undecided?: readonly string[];
}

const MPI = "org.supercontainers.mpi";
const GPU = "org.supercontainers.gpu";
const BASE = ["base-files", "libc6", "dash"];
const RELEASES: Readonly<Record<string, string>> = { bullseye: "11", bookworm: "12", trixie: "13" };
const SUITES: readonly Suite[] = ["bullseye", "bookworm", "trixie"];

function openMpiOf(suite: Suite): string {
  return suite === "trixie" ? "libopenmpi40" : "libopenmpi3";
}

const CONTENTS: Readonly<Record<string, Content | ((suite: Suite) => Content)>> = {
  "nothing else": { packages: [], expected: () => ({}) },
  "Open MPI": (suite) => ({
    packages: [openMpiOf(suite)],
    expected: () => ({ [MPI]: "openmpi", [`${MPI}.implementation`]: "openmpi", ...mpiVersions(suite) }),
  }),
  MPICH: {
    packages: ["libmpich12"],
    expected: (suite) => ({
      [MPI]: "mpich",
      [`${MPI}.implementation`]: "mpich",
      [`${MPI}.version`]: upstream(suite, "libmpich12"),
    }),
  },
  "both MPIs": (suite) => ({
    packages: [openMpiOf(suite), "libmpich12"],
    expected: () => ({}),
    undecided: [MPI, `${MPI}.implementation`, `${MPI}.version`],
  }),
  OpenCL: {
    packages: ["ocl-icd-libopencl1"],
    expected: () => ({ [GPU]: "opencl" }),
    undecided: ["org.supercontainers.hardware.gpu.enabled"],
  },
  libfabric: {
    packages: ["libfabric1"],
    expected: (suite) => ({
      "org.supercontainers.communication.framework": "libfabric",
      "org.supercontainers.libfabric.abi.version": highestNode(suite),
    }),
  },
};

function mpiVersions(suite: Suite): Readonly<Record<string, string>> {
  const version = upstream(suite, openMpiOf(suite));
  return { [`${MPI}.version`]: version, "org.supercontainers.openmpi.version": version };
}

/** "4.1.4" of a package's changelog, without what packagers add. */
function upstream(suite: Suite, name: string): string {
  return numbersOf(readUpstreamVersion(folderOf({ suite, names: [name] }, name), name)).join(".");
}

/** What Debian says that the package offers: the highest FABRIC_1.x of its libfabric.so.1, as a reader of texts finds it. */
function highestNode(suite: Suite): string {
  const folder = join(folderOf({ suite, names: ["libfabric1"] }, "libfabric1"), "usr/lib/x86_64-linux-gnu");
  const text = readFileSync(join(folder, "libfabric.so.1"), "latin1");
  const nodes = [...text.matchAll(/\0FABRIC_1\.(\d+)(?=\0)/g)].map(([, minor]) => Number(minor));
  return `1.${Math.max(...nodes)}`;
}

function everyImage(suite: Suite): Readonly<Record<string, string>> {
  const release = RELEASES[suite] ?? "";
  const file = readFileSync(
    join(folderOf({ suite, names: ["base-files"] }, "base-files"), "etc/debian_version"),
    "utf8",
  );
  return {
    "org.supercontainers.glibc": upstream(suite, "libc6"),
    "org.supercontainers.os.name": "Debian GNU/Linux",
    "org.supercontainers.os.release": file.trim(),
    "org.supercontainers.os.vendor": "debian",
    "org.supercontainers.os.version": release,
    "io.archspec.cpu.family": "x86_64",
    "io.archspec.cpu.target": "x86_64",
    "io.archspec.cpu.vendor": "generic",
  };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-labels-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

for (const suite of SUITES) {
  describe(suite, () => {
    for (const [name, described] of Object.entries(CONTENTS)) {
      const content = typeof described === "function" ? described(suite) : described;
      const list: PackageList = { suite, names: [...BASE, ...content.packages] };
      const obstacle = findPackageObstacle([list]);
      const skipped = obstacle === undefined ? "" : ` (skipped: ${obstacle})`;
      test.skipIf(obstacle !== undefined)(`${name}: every label${skipped}`, async () => {
        const layers = [toLayer(readSystem({ packages: [list] }))];
        const write = (own: Readonly<Record<string, string>>): string => {
          const image = join(folder, "app.tar");
          writeFileSync(image, packArchive(dockerArchive([{ references: ["app:1"], layers, labels: own }])));
          return image;
        };
        const expected = { ...content.expected(suite), ...everyImage(suite) };
        const report = await labels(write({}));
        const derived = Object.fromEntries(report.labels.map(({ key, value }) => [key, value]));
        expect(derived).toEqual(expected);
        expect(report.labels.filter(({ evidence }) => evidence.length === 0)).toEqual([]);
        expect(report.undecided.map(({ key }) => key)).toEqual(content.undecided ?? []);

        const { checks } = await labels(write(derived));
        // Who made the CPU is told of no image: content agrees with everything.
        const isVendor = (key: string): boolean => key === "io.archspec.cpu.vendor";
        expect(checks.filter(({ key, verdict }) => verdict !== (isVendor(key) ? "unknown" : "true"))).toEqual([]);
        expect(checks).toHaveLength(Object.keys(derived).length);

        const wrong = Object.fromEntries(Object.entries(derived).map(([key, value]) => [key, falsify(key, value)]));
        const { checks: caught } = await labels(write(wrong));
        expect(caught.filter(({ key, verdict }) => verdict !== (isVendor(key) ? "unknown" : "untrue"))).toEqual([]);
      });
    }
  });
}

/** Another value that such a label may have. */
function falsify(key: string, value: string): string {
  if (key === MPI || key === `${MPI}.implementation`) return value === "mpich" ? "openmpi" : "mpich";
  if (key === GPU) return "cuda";
  if (key.startsWith("io.archspec.cpu")) return "aarch64";
  if (key.endsWith(".framework")) return "ucx";
  return /\d/.test(value) ? value.replace(/\d+$/, (last) => String(Number(last) + 1)) : "something";
}
