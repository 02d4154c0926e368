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
  expect(report.libc).toEqual({ family: "glibc", version: "2.36" });
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
