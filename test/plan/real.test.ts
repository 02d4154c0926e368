/**
 * Plans for a real image on real hosts, carried out: MPI adds up numbers, OpenCL finds its device, libfabric answers. What people do
 * without a plan fails in the same place.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyze, readHost, type Report } from "../../src/index.js";
import { emitBubblewrap } from "../../src/reporters/emit/bubblewrap.js";
import { emitCdi } from "../../src/reporters/emit/cdi.js";
import { emitCharliecloud } from "../../src/reporters/emit/charliecloud.js";
import { emitDocker } from "../../src/reporters/emit/docker.js";
import { emitPodman } from "../../src/reporters/emit/podman.js";
import { findObstacle, IMAGE, IMAGE_ROOT, NEW_HOST, OLD_HOST } from "./debian-roots.js";
import { emitHere, runScript, type Ran } from "./real-runs.js";

const ALLREDUCE = `
from mpi4py import MPI
comm = MPI.COMM_WORLD
print(MPI.Get_library_version().split(",")[0], "says", comm.allreduce(comm.Get_rank() + 1))`;
const MPI = "/usr/lib/x86_64-linux-gnu/libmpi.so.40";
const SYSTEM = ["--ro-bind", "/sys", "/sys"];
const MPIRUN = "mpirun --allow-run-as-root --oversubscribe -n 2".split(" ");

const obstacle = findObstacle();

describe.skipIf(obstacle !== undefined)(
  `plans of Debian's libraries${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  () => {
    let [mpi, fabric, opencl] = [] as unknown as [Report, Report, Report];
    const planFor = async (hostRoot: string, ...libraries: readonly string[]): Promise<Report> =>
      analyze(IMAGE, { host: await readHost(hostRoot), libraries, plan: true });

    beforeAll(async () => {
      mpi = await planFor(OLD_HOST, "libmpi.so.40");
      fabric = await planFor(OLD_HOST, "libmpi.so.40", "libfabric.so.1");
      opencl = await planFor(NEW_HOST, "libOpenCL.so.1");
    }, 120_000);

    describe("MPI of an older host", () => {
      test("is more than the library: its project, its plugins, and PMIx with its own", () => {
        const targets = mpi.plan?.mounts.map(({ target }) => target.replace("/usr/lib/x86_64-linux-gnu/", "")) ?? [];
        expect(mpi.plan).toMatchObject({ works: true, verdict: "loads", placement: "over", reasons: [] });
        for (const one of [
          "libmpi.so.40",
          "libopen-pal.so.40",
          "openmpi/lib/openmpi3",
          "libpmix.so.2",
          "pmix2/lib/pmix",
        ])
          expect(targets).toContain(one);
        for (const one of ["libc.so.6", "libhwloc.so.15", "libevent_core-2.1.so.7", "libstdc++.so.6"])
          expect(targets).not.toContain(one);
      });
      test("an allreduce of two processes answers, and it is the host's MPI that does", () => {
        const ran = runScript(
          emitHere(emitBubblewrap, mpi, OLD_HOST),
          [...SYSTEM, ...MPIRUN, "python3", "-c", ALLREDUCE],
          "",
        );
        expect(ran).toMatchObject({ status: 0 });
        // mpirun passes on what each process writes as it comes: an end of line may be behind the other's words.
        expect(ran.said.match(/Open MPI v4\.1\.0 says 3(?!\d)/g), ran.said).toHaveLength(2);
      });
      test("without a plan: the library alone ends in a crash", () => {
        const alone = emitHere(emitBubblewrap, only(mpi, "libmpi.so.40"), OLD_HOST);
        expectFailure(runScript(alone, [...SYSTEM, "python3", "-c", ALLREDUCE], ""));
      });
      test("without a plan: all that ldd names ends in nothing at all", () => {
        const ran = runScript(copyAll(OLD_HOST, "libmpi.so.40"), [...SYSTEM, "python3", "-c", ALLREDUCE], "");
        expectFailure(ran);
      });
      test("the image itself has another", () => {
        const ran = runScript(
          emitHere(emitBubblewrap, only(mpi), OLD_HOST),
          [...SYSTEM, "python3", "-c", ALLREDUCE],
          "",
        );
        expect(ran.said).toContain("Open MPI v4.1.4 says 1");
      });
    });

    describe("libfabric of an older host", () => {
      const folder = mkdtempSync(join(tmpdir(), "containerspec-fabric-"));
      const source = `
        #include <stdio.h>
        #include <stdint.h>
        struct fi_info;
        uint32_t fi_version(void);
        int fi_getinfo(uint32_t, const char *, const char *, uint64_t, const struct fi_info *, struct fi_info **);
        int main(void) {
          struct fi_info *info = 0;
          int status = fi_getinfo(1 << 16 | 8, 0, 0, 0, 0, &info);
          printf("libfabric %u.%u says %d\\n", fi_version() >> 16, fi_version() & 0xffff, status);
          return !info;
        }`;
      let program = "";
      beforeAll(() => {
        writeFileSync(join(folder, "fabric.c"), source);
        program = join(folder, "fabric");
        const library = join(OLD_HOST, "usr/lib/x86_64-linux-gnu/libfabric.so.1");
        const link = ["-Wl,--unresolved-symbols=ignore-in-shared-libs", library];
        execFileSync("gcc", ["-o", program, join(folder, "fabric.c"), ...link]);
      });
      const words = (): readonly string[] => ["--ro-bind", program, "/opt/fabric", "/opt/fabric"];

      test("answers to a program, and it is the host's", () => {
        expect(fabric.plan).toMatchObject({ works: true, reasons: [] });
        const ran = runScript(emitHere(emitBubblewrap, fabric, OLD_HOST), words(), "");
        expect(ran).toMatchObject({ status: 0, said: "libfabric 1.11 says 0\n" });
        const before = runScript(emitHere(emitBubblewrap, only(fabric), OLD_HOST), words(), "");
        expect(before.said).toBe("libfabric 1.17 says 0\n");
      });
      test("without a plan: all that ldd names", () => {
        expectFailure(runScript(copyAll(OLD_HOST, "libfabric.so.1"), words(), ""));
      });
    });

    describe("a newer host", () => {
      test("has no MPI for the image, and the plan says what would", () => {
        return planFor(NEW_HOST, "libmpi.so.40").then(({ plan }) => {
          expect(plan).toMatchObject({ works: false, mounts: [] });
          expect(plan?.advice[0]).toMatch(/^an image with glibc 2\.38 or later, or builds? of \S+/);
          const ran = runScript(copy(NEW_HOST, [MPI]), [...SYSTEM, "python3", "-c", ALLREDUCE], "");
          expectFailure(ran);
        });
      });
      test("has an OpenCL loader that the image's driver takes", () => {
        expect(opencl.plan).toMatchObject({ works: true, verdict: "safe" });
        const ran = runScript(emitHere(emitBubblewrap, opencl, NEW_HOST), [...SYSTEM, "clinfo", "-l"], "");
        expect(ran).toMatchObject({ status: 0 });
        expect(ran.said).toContain("Portable Computing Language");
      });
      test("without a plan: all that ldd names of OpenCL", () => {
        expectFailure(runScript(copyAll(NEW_HOST, "libOpenCL.so.1"), [...SYSTEM, "clinfo", "-l"], ""));
      });
    });

    describe("runtimes take what is emitted for them", () => {
      const rootfs = ["$ROOT:O", "python3", "-c", ALLREDUCE];
      const inRoot = (words: readonly string[]) => words.map((word) => word.replace("$ROOT", IMAGE_ROOT));
      test("podman", () => {
        const ran = runScript(emitHere(emitPodman, mpi, OLD_HOST), inRoot(rootfs), "--rootfs");
        expect(ran.said).toContain("Open MPI v4.1.0 says 1");
      });
      test("docker's --mount, as podman reads it", () => {
        const ran = runScript(emitHere(emitDocker, mpi, OLD_HOST), inRoot(rootfs), "--rootfs");
        expect(ran.said).toContain("Open MPI v4.1.0 says 1");
      });
      test("podman with the specification of CDI", () => {
        const specification = emitHere(emitCdi, mpi, OLD_HOST);
        const place =
          'mkdir -p /run/cdi && mount -t tmpfs tmpfs /run/cdi && printf %s "$SPECIFICATION" >/run/cdi/plan.json';
        const script = 'podman run --device containerspec.local/mounts=plan --rootfs "$@"';
        const ran = runScript(script, inRoot(rootfs), "", {
          before: place,
          environment: { SPECIFICATION: specification },
        });
        expect(ran.said).toContain("Open MPI v4.1.0 says 1");
      });
      test("charliecloud", () => {
        const ran = runScript(emitHere(emitCharliecloud, opencl, NEW_HOST), ["clinfo", "-l"], IMAGE_ROOT);
        expect(ran.said).toContain("Portable Computing Language");
        expect(() => emitHere(emitCharliecloud, mpi, OLD_HOST)).toThrow(/nothing at/);
      });
    });

    afterAll(() => {
      expect(readFileSync(join(IMAGE, "oci-layout"), "utf8")).toContain("1.0.0");
    });
  },
);

/** It was started, and did not come to an answer, for a reason that the loader or the C library told. */
function expectFailure({ status, said }: Ran): void {
  expect(status).not.toBe(0);
  expect(said).not.toMatch(/ says \d/);
  expect(said).toMatch(
    /version `\w+_[\d.]+' not found|symbol lookup error|undefined symbol|cannot open shared object|malloc|corrupt|Signal|Segmentation/,
  );
}

/** A report whose plan mounts these libraries alone. */
function only(report: Report, ...names: readonly string[]): Report {
  if (report.plan === undefined) throw new Error("the report has no plan");
  const mounts = report.plan.mounts.filter(({ target }) => names.some((name) => target.endsWith(`/${name}`)));
  return { ...report, plan: { ...report.plan, mounts, environment: [] } };
}

/** What is often done by hand: a library and all that ldd names, in a folder that LD_LIBRARY_PATH names. */
function copyAll(hostRoot: string, name: string): string {
  const library = `/usr/lib/x86_64-linux-gnu/${name}`;
  const loader = "/lib64/ld-linux-x86-64.so.2";
  const { stdout } = spawnSync("chroot", [hostRoot, loader, "--list", library], { encoding: "utf8" });
  const found = [...stdout.matchAll(/^\t\S+ => (\/\S+)/gm)].flatMap(([, path]) => path ?? []);
  expect(found.length).toBeGreaterThan(0);
  return copy(hostRoot, [library, ...found]);
}

function copy(hostRoot: string, paths: readonly string[]): string {
  const binds = paths.flatMap((path) => ["--ro-bind", realpathSync(join(hostRoot, path)), `/copied/${basename(path)}`]);
  return `bwrap --bind "$ROOT" / --dev /dev --proc /proc --tmpfs /tmp ${binds.join(" ")} --setenv LD_LIBRARY_PATH /copied "$@"\n`;
}
