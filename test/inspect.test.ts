/** `containerspec inspect`: what is said of an image is in its schema, and is true of the image. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inspect } from "../src/index.js";
import { renderInspect } from "../src/reporters/inspect-text.js";
import { calls, gives, installed, program, text, type Files } from "./support/story-files.js";
import { toImageTar } from "./support/story-image.js";
import { debian12, MULTIARCH } from "./support/story-systems.js";

const SCHEMA = JSON.parse(readFileSync(new URL("../docs/inspect.schema.json", import.meta.url), "utf8")) as Readonly<
  Record<string, unknown>
>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-inspect-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function describe(files: Files) {
  const image = join(folder, "app.tar");
  writeFileSync(image, toImageTar({ layers: [debian12(files)] }));
  const report = await inspect(image);
  const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(SCHEMA);
  expect(validate(JSON.parse(JSON.stringify(report))) ? [] : validate.errors).toEqual([]);
  return report;
}

const mpi = installed(`${MULTIARCH}/libmpi.so.40.30.4`, {
  soname: "libmpi.so.40",
  symbols: gives("MPI_Init", "PMPI_Init", "ompi_mpi_init", "ompi_mpi_comm_world"),
  readOnly: "\x004.1.4\0, ident: %s\0",
});

test("an MPI image: family, release, floors, what it asks for and what is in the way", async () => {
  const report = await describe({
    ...mpi,
    "/usr/bin/solver": program({
      needed: ["libmpi.so.40", "libcuda.so.1"],
      symbols: calls("libc.so.6", "strlcpy@GLIBC_2.38"),
    }),
    [`${MULTIARCH}/libnvidia-ml.so.1`]: text(""),
  });
  expect(report.libc).toEqual({ family: "glibc", version: "2.36", evidence: "banner" });
  expect(report.floors.glibc).toBe("2.38");
  expect(report.mpi).toMatchObject({ family: "open-mpi", version: "4.1.4", abi: "open-mpi-40" });
  expect(report.drivers).toMatchObject([
    { name: "libcuda.so.1", isThere: false },
    { name: "libmpi.so.40", isThere: true },
  ]);
  expect(report.libraries.map(({ name }) => name)).toContain("libmpi.so.40");
  expect(report.hazards.map(({ rule }) => rule)).toEqual(["driver-files-in-image", "library-missing"]);
  const said = renderInspect(report, { width: 100, color: false });
  expect(said).toContain("Open MPI 4.1.4 (ABI open-mpi-40)");
  expect(said).toContain("[library-missing]");
});

const DATABASE = {
  "/etc/os-release": text('ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\nPRETTY_NAME="Debian 12"\n'),
  "/etc/debian_version": text("12.5\n"),
  "/var/lib/dpkg/status": text(
    "Package: libmpi\nStatus: install ok installed\nVersion: 4.1.4-3\nArchitecture: amd64\nSource: openmpi\n\n" +
      "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n",
  ),
  // As the package has it: below /lib, which is a link.
  "/var/lib/dpkg/info/libmpi:amd64.list": text(
    `/.\n${MULTIARCH.replace("/usr", "")}/libmpi.so.40.30.4\n/usr/bin/mpirun\n`,
  ),
};

test("whose a library is, who loads it, and what is started, with what", async () => {
  const layers = [
    debian12({
      ...mpi,
      ...DATABASE,
      "/etc/ld.so.preload": text("/opt/trace.so\n"),
      "/usr/bin/mpirun": program({ needed: ["libmpi.so.40", "libgone.so.1"] }),
      "/usr/bin/start": { ...text("#!/usr/bin/env  bash\n"), mode: 0o755 },
      "/usr/bin/static": { elf: { type: "exec", dynamic: false }, mode: 0o755 },
    }),
  ];
  const image = join(folder, "whole.tar");
  const env = ["LD_LIBRARY_PATH=/opt/lib", "PATH=/usr/bin", "GLIBC_TUNABLES=glibc.rtld.nns=8"];
  writeFileSync(image, toImageTar({ layers, env, entrypoint: ["mpirun", "-n", "two words"] }));
  const report = await inspect(image);
  expect(report.base).toEqual({
    os: { id: "debian", versionId: "12", name: "Debian GNU/Linux", prettyName: "Debian 12", release: "12.5" },
  });
  expect(report.process).toMatchObject({
    entrypoint: ["mpirun", "-n", "two words"],
    programs: ["/usr/bin/mpirun"],
    variables: [
      { name: "GLIBC_TUNABLES", value: "glibc.rtld.nns=8" },
      { name: "LD_LIBRARY_PATH", value: "/opt/lib" },
    ],
    preload: ["/opt/trace.so"],
  });
  const owner = { name: "libmpi", version: "4.1.4-3" };
  expect(report.libraries.find(({ name }) => name === "libmpi.so.40")).toMatchObject({ package: owner });
  expect(report.libraries.find(({ name }) => name === "libc.so.6")?.versions).toContain("GLIBC_2.36");
  expect(report.programs).toMatchObject([
    { path: "/usr/bin/mpirun", kind: "dynamic", interpreter: "/lib64/ld-linux-x86-64.so.2", package: owner },
    { path: "/usr/bin/start", kind: "script", interpreter: "/usr/bin/env" },
    { path: "/usr/bin/static", kind: "static" },
  ]);
  expect(report.dependencies.filter(({ from }) => from === "/usr/bin/mpirun")).toEqual([
    { from: "/usr/bin/mpirun", name: "libmpi.so.40", to: `${MULTIARCH}/libmpi.so.40.30.4` },
    { from: "/usr/bin/mpirun", name: "libgone.so.1" },
    { from: "/usr/bin/mpirun", name: "libc.so.6", to: `${MULTIARCH}/libc.so.6` },
  ]);
  expect(report.databases).toEqual([
    { manager: "dpkg", format: "dpkg status", path: "/var/lib/dpkg/status", packages: 1 },
  ]);
  expect(report.packages).toEqual([
    { manager: "dpkg", name: "libmpi", version: "4.1.4-3", architecture: "amd64", source: "openmpi" },
  ]);
});

test("the text fits 80 columns, and what is cut says how to see it", async () => {
  const programs = Object.fromEntries(Array.from({ length: 30 }, (_none, at) => [`/usr/bin/tool-${at}`, program({})]));
  const report = await describe({ ...mpi, ...DATABASE, ...programs });
  const short = renderInspect(report, { width: 80, color: false });
  expect(short.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(short).toContain("and 20 more: --all shows them");
  const whole = renderInspect(report, { width: 80, color: false }, true);
  for (const path of Object.keys(programs)) expect(whole).toContain(path);
  expect(whole).not.toContain("--all");
});

test("libstdc++: the highest node of either count, by numbers", async () => {
  const needs = {
    "/usr/bin/app": program({
      needed: ["libstdc++.so.6"],
      symbols: calls("libstdc++.so.6", "a@GLIBCXX_3.4.9", "b@GLIBCXX_3.4.30", "c@CXXABI_1.3.9", "d@CXXABI_FLOAT128"),
    }),
  };
  expect((await describe(needs)).floors).toMatchObject({ glibcxx: "3.4.30", cxxabi: "1.3.9" });
});

test("a plain image has none of it", async () => {
  const report = await describe({ "/usr/bin/app": program({}) });
  expect(report).toMatchObject({ mpi: null, mpis: [], gpu: [], fabric: [], drivers: [], hazards: [] });
  expect(renderInspect(report, { width: 100, color: false })).not.toContain("dangerous");
});

test("names of hostile images cannot steer a terminal", async () => {
  const report = await describe({ "/usr/bin/app": program({ needed: ["lib\x1b[2Jx.so"] }) });
  expect(JSON.stringify(report)).not.toContain("\x1b");
  expect(renderInspect(report, { width: 100, color: false })).not.toContain("\x1b");
});
