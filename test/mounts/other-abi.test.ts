/**
 * An image for amd64 with 32-bit programs too: they are not asked about what is mounted for the 64-bit ones, and still must not lose
 * what they have. A file of the other word size is passed over by the search (fixtures/loader/only-the-other-class).
 */
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { analyze, readHost, type Report } from "../../src/index.js";
import layout from "../../fixtures/scenarios/layouts/mostly-32-bit.js";
import { createFolder } from "../cli/run-cli.js";
import { DEBIAN_FOLDER, DEBIAN_LOADER_32, libz } from "../scenarios/layout.js";
import { library } from "../support/story-files.js";
import { writeScene } from "../support/story.js";

const folder = createFolder();
const GAMES = ["/usr/games/one", "/usr/games/three", "/usr/games/two"];
const LIBZ = `${DEBIAN_FOLDER}/libz.so.1`;
const LIBZ_32 = `${DEBIAN_LOADER_32.folder}/libz.so.1`;
const DRIVER_32 = `${DEBIAN_LOADER_32.folder}/libdriver.so.1`;
const driver = { [`${DEBIAN_FOLDER}/libdriver.so.1`]: library({ soname: "libdriver.so.1" }) };

beforeAll(() => {
  const host = {
    ...layout.host,
    ...libz(LIBZ_32, "host", undefined, { machine: "i386" }),
    [DRIVER_32]: library({ machine: "i386", soname: "libdriver.so.1" }),
    ...libz("/opt/new/libz.so.1", "new", "GLIBC_2.41", { machine: "i386" }),
  };
  writeScene({ image: { layers: [...layout.image.layers, driver] }, host, expected: { findings: [] } }, folder);
});

async function bind(source: string, target: string): Promise<Report> {
  const host = await readHost(join(folder, "host"), { trees: [source] });
  return analyze(join(folder, "image.tar"), { host, mounts: [`${source}:${target}`] });
}

/** Everyone whom an error concerns. */
function brokenBy({ set }: Report): readonly string[] {
  const errors = set?.findings.filter(({ severity }) => severity === "error") ?? [];
  return [...new Set(errors.flatMap(({ subjects }) => subjects))].sort();
}

test("a 64-bit library over their own breaks them", async () => {
  const report = await bind(LIBZ, LIBZ_32);
  expect(report.set).toMatchObject({ loader: "broken", verdict: "unsafe" });
  expect(brokenBy(report)).toEqual([...GAMES, LIBZ_32].sort());
  const lost = report.set?.findings.find(({ rule }) => rule === "library-not-found");
  // Where it was looked for is where a 32-bit loader looks.
  const [search] = lost?.evidence ?? [];
  expect(search).toMatchObject({ kind: "search", name: "libz.so.1" });
  const places = search?.kind === "search" ? search.places.map(({ path }) => path) : [];
  expect(places).toContain("/lib/i386-linux-gnu/libz.so.1");
});

test("a 32-bit library that wants a later C library breaks them", async () => {
  const report = await bind("/opt/new/libz.so.1", LIBZ_32);
  expect(report.set).toMatchObject({ loader: "broken", verdict: "unsafe" });
  expect(brokenBy(report)).toEqual([...GAMES, LIBZ_32].sort());
});

test("a 32-bit library that fits is theirs, and they keep no other copy", async () => {
  const report = await bind(LIBZ_32, LIBZ_32);
  expect(report.set).toMatchObject({ loader: "ok", verdict: "safe", findings: [] });
  expect(report.mounts).toMatchObject([{ consumers: 3, broken: 0 }]);
});

test("a 32-bit library that only dlopen asks for is reached, although there is a 64-bit one of its name", async () => {
  expect((await bind(DRIVER_32, DRIVER_32)).mounts).toMatchObject([{ verdict: "safe", findings: [] }]);
});

test("a 64-bit library over the 64-bit one leaves them alone", async () => {
  const report = await bind(LIBZ, LIBZ);
  expect(brokenBy(report)).toEqual(["/usr/bin/zip", LIBZ]);
  expect(report.mounts).toMatchObject([{ consumers: 1, broken: 1 }]);
  expect(report.set?.findings.map(({ rule }) => rule)).toEqual(["version-not-defined"]);
});
