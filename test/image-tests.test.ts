/** `containerspec test`: what a file of tests asks is answered from the image, what cannot be answered is no pass, and slips are told. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { testImage, type TestReport } from "../src/index.js";
import { renderImageTestsJunit } from "../src/reporters/image-tests-junit.js";
import { renderImageTests } from "../src/reporters/image-tests-text.js";
import { HOSTILE_NAMES } from "./reporters/hostile-report.js";
import { calls, gives, installed, library, link, program, text, type Files } from "./support/story-files.js";
import { toImageTar, type StoryImage } from "./support/story-image.js";
import { debian12, MULTIARCH } from "./support/story-systems.js";

const SCHEMA = JSON.parse(readFileSync(new URL("../docs/image-tests.schema.json", import.meta.url), "utf8")) as object;
const XSD = join(import.meta.dirname, "reporters/junit.xsd");

const FILES: Files = {
  ...installed(`${MULTIARCH}/libown.so.1.2`, { soname: "libown.so.1", symbols: gives("own@OWN_1") }),
  "/usr/bin/good": program({
    needed: ["libown.so.1"],
    symbols: calls("libown.so.1", "own@OWN_1"),
    runpath: "/opt/a:/opt/b",
  }),
  "/usr/bin/lacks-library": program({ needed: ["libnone.so.1", "libown.so.1"] }),
  "/usr/bin/lacks-version": program({ symbols: calls("libown.so.1", "own@OWN_9"), needed: ["libown.so.1"] }),
  "/usr/bin/lacks-symbol": program({ symbols: calls("", "nobody_has_this") }),
  "/usr/bin/new": program({ symbols: calls("libc.so.6", "strlcpy@GLIBC_2.38") }),
  "/usr/bin/stack": program({ stack: "executable" }),
  "/usr/bin/fast": program({ notes: { properties: [{ type: 0xc0008002, value: 4 }] } }),
  "/usr/bin/static": { elf: { type: "exec", dynamic: false }, mode: 0o755 },
  "/usr/bin/script": { bytes: Buffer.from("#!/bin/sh\n"), mode: 0o4750 },
  "/usr/bin/alias": link("good"),
  "/usr/bin/cut": { bytes: Buffer.from("\x7fELF\x02\x01\x01"), mode: 0o755 },
  "/usr/lib/libbroken.so": library({ soname: "libbroken.so", needed: ["libgone.so.2"] }),
};
const IMAGE: StoryImage = {
  layers: [debian12(FILES)],
  env: ["PATH=/usr/bin", "EMPTY="],
  entrypoint: ["good", "-v"],
  config: {
    User: "app",
    WorkingDir: "/srv",
    ExposedPorts: { "80/tcp": {}, "53/udp": {} },
    Volumes: { "/data": {} },
    Labels: { version: "2.1", ...Object.fromEntries(HOSTILE_NAMES.map((name) => [name, name])) },
  },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-image-tests-"));
  writeFileSync(join(folder, "app.tar"), toImageTar(IMAGE));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(tests: object | string, image = "app.tar"): Promise<TestReport> {
  const file = join(folder, "tests.yaml");
  writeFileSync(file, typeof tests === "string" ? tests : JSON.stringify({ schemaVersion: "2.0.0", ...tests }));
  const report = await testImage(join(folder, image), [file]);
  const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(SCHEMA);
  expect(validate(JSON.parse(JSON.stringify(report))) ? [] : validate.errors).toEqual([]);
  return report;
}

/** What becomes of one elfBinaryTest. */
async function ask(path: string, keys: object) {
  const { results } = await run({ elfBinaryTests: [{ name: "it", path, ...keys }] });
  expect(results).toHaveLength(1);
  return results[0] as TestReport["results"][number];
}

describe("elfBinaryTests", () => {
  const passing: readonly (readonly [string, object])[] = [
    ["/usr/bin/good", { noMissingLibs: "true", noLoaderErrors: "true", noExecutableStack: "true" }],
    ["/usr/bin/good", { libraries: ["libown.so.1", "libown.so.*", "libc.so.6", "ld-linux-*", "linux-vdso.so.1"] }],
    ["/usr/bin/good", { excludedLibraries: ["libnone.*"], interpreter: "/lib64/ld-linux-x86-64.so.2" }],
    ["/usr/bin/good", { runpath: ["/opt/a", "/opt/b"], maxIsaLevel: "x86-64-v1", maxGlibc: "2.36" }],
    ["/usr/bin/alias", { noMissingLibs: "true" }],
    ["/usr/bin/lacks-version", { noMissingLibs: "true" }],
    ["/usr/bin/new", { maxGlibc: "2.38" }],
    ["/usr/bin/fast", { maxIsaLevel: "x86-64-v3" }],
    ["/usr/bin/static", { noMissingLibs: "true", interpreter: "none" }],
    [`${MULTIARCH}/libown.so.1`, { versions: ["OWN_1"], noLoaderErrors: "true", runpath: [] }],
  ];
  it.each(passing)("%s passes %o", async (path, keys) => {
    expect(await ask(path, keys)).toMatchObject({ outcome: "passed", messages: [], loaderMessages: [] });
  });

  const failing: readonly (readonly [string, object, RegExp])[] = [
    [
      "/usr/bin/lacks-library",
      { noMissingLibs: "true" },
      /^libnone\.so\.1 is not found, which \/usr\/bin\/lacks-library needs$/,
    ],
    ["/usr/lib/libbroken.so", { noMissingLibs: "true" }, /^libgone\.so\.2 is not found/],
    ["/usr/bin/lacks-version", { noLoaderErrors: "true" }, /version `OWN_9' not found/],
    ["/usr/bin/lacks-symbol", { noLoaderErrors: "true" }, /nobody_has_this/],
    ["/usr/bin/good", { libraries: ["libnone.so.1"] }, /loads no libnone\.so\.1/],
    ["/usr/bin/good", { excludedLibraries: ["libown.*"] }, /loads libown\.so\.1/],
    ["/usr/bin/good", { interpreter: "/lib/ld-musl-x86_64.so.1" }, /is \/lib64\/ld-linux-x86-64\.so\.2, expected/],
    ["/usr/bin/good", { runpath: [] }, /searches \/opt\/a and \/opt\/b, expected no folder of its own/],
    ["/usr/bin/new", { maxGlibc: "2.36" }, /asks for glibc 2\.38/],
    ["/usr/bin/stack", { noExecutableStack: "true" }, /executable stack/],
    ["/usr/bin/fast", { maxIsaLevel: "x86-64-v2" }, /asks for x86-64-v3, expected no more than x86-64-v2/],
    ["/usr/bin/static", { libraries: ["libc.so.6"] }, /loads nothing, and so no libc\.so\.6/],
    ["/usr/bin/script", { noMissingLibs: "true" }, /is no ELF file/],
    ["/usr/bin", { noMissingLibs: "true" }, /is a directory/],
    ["/usr/bin/none", { noMissingLibs: "true" }, /there is no \/usr\/bin\/none/],
    [`${MULTIARCH}/libown.so.1`, { versions: ["OWN_2"] }, /defines no version OWN_2/],
  ];
  it.each(failing)("%s fails %o", async (path, keys, message) => {
    const { outcome, messages } = await ask(path, keys);
    expect(outcome).toBe("failed");
    expect(messages.join("\n")).toMatch(message);
  });

  it("what the loader would print stands beside it", async () => {
    const { loaderMessages } = await ask("/usr/bin/lacks-library", { noMissingLibs: "true" });
    expect(loaderMessages).toEqual([
      "/usr/bin/lacks-library: error while loading shared libraries: libnone.so.1: cannot open shared object file: No such file or directory",
    ]);
  });

  it("a file that cannot be read is unknown, which is no pass", async () => {
    expect(await ask("/usr/bin/cut", { noMissingLibs: "true" })).toMatchObject({ outcome: "unknown" });
  });
});

test("a layer that cannot be read makes whatever passes unknown, and leaves what fails", async () => {
  writeFileSync(
    join(folder, "secret.tar"),
    toImageTar({ ...IMAGE, layers: [...IMAGE.layers, { "/x": text("x") }], encrypted: 1 }),
  );
  const { results, passed } = await run(
    {
      elfBinaryTests: [{ name: "a", path: "/usr/bin/good", noMissingLibs: "true" }],
      fileExistenceTests: [
        { name: "b", path: "/nothing", shouldExist: "false" },
        { name: "c", path: "/nothing" },
      ],
      metadataTest: { user: "app" },
    },
    "secret.tar",
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(["unknown", "unknown", "failed", "passed"]);
  expect(passed).toBe(1);
});

describe("fileExistenceTests", () => {
  it.each([
    ["passed", { path: "/usr/bin/script", permissions: "-rwsr-x---", uid: "0", gid: "0", isExecutableBy: "group" }],
    ["passed", { path: "/usr/bin/script", permissions: "urwxr-x---", isExecutableBy: "any" }],
    ["passed", { path: "/usr/bin/alias", permissions: "lrwxrwxrwx" }],
    ["passed", { path: "/usr/bin", permissions: "drwxr-xr-x" }],
    ["passed", { path: "/nothing", shouldExist: "false" }],
    ["passed", { path: "/" }],
    ["failed", { path: "/usr/bin/script", permissions: "-rwxr-x---" }],
    ["failed", { path: "/usr/bin/script", isExecutableBy: "other" }],
    ["failed", { path: "/usr/bin/script", uid: "1000" }],
    ["failed", { path: "/usr/bin/script", shouldExist: "false" }],
    ["failed", { path: "/nothing/at/all" }],
  ] as const)("%s: %o", async (outcome, keys) => {
    const { results } = await run({ fileExistenceTests: [{ name: "it", ...keys }] });
    expect(results).toMatchObject([{ outcome }]);
  });
});

describe("the metadataTest", () => {
  it.each([
    [{ entrypoint: ["good", "-v"], cmd: [], user: "app", workdir: "/srv" }, 0],
    [{ exposedPorts: ["80", "80/tcp", "53/udp"], unexposedPorts: ["53", "443"], volumes: ["/data"] }, 0],
    [
      {
        envVars: [
          { key: "PATH", value: "/usr/bin" },
          { key: "EMPTY", value: "" },
        ],
        unboundEnvVars: [{ key: "HOME" }],
      },
      0,
    ],
    [{ labels: [{ key: "version", value: "^2\\.\\d+$", isRegex: "true" }], unmountedVolumes: ["/other"] }, 0],
    [{ entrypoint: ["good"], cmd: ["x"], user: "root", workdir: "/" }, 4],
    [{ exposedPorts: ["53"], unexposedPorts: ["80"], volumes: ["/d"], unmountedVolumes: ["/data"] }, 4],
    [
      {
        envVars: [
          { key: "PATH", value: "/" },
          { key: "NONE", value: "" },
        ],
        unboundEnvVars: [{ key: "EMPTY" }],
      },
      3,
    ],
    [
      {
        labels: [
          { key: "version", value: "^3", isRegex: "true" },
          { key: "version", value: "2" },
        ],
      },
      2,
    ],
  ])("%o has %i faults", async (metadataTest, faults) => {
    const { results } = await run({ metadataTest });
    expect(results[0]?.messages).toHaveLength(faults);
    expect(results[0]?.outcome).toBe(faults === 0 ? "passed" : "failed");
  });
});

describe("a file of tests that is none is told with its line", () => {
  it.each([
    ["schemaVersion: 2.0.0\ncommandTests: []\n", /line 2, column 1: commandTests: it needs a running container/],
    ["schemaVersion: 2.0.0\nfileContentTests: []\n", /line 2, column 1: fileContentTests: /],
    ["schemaVersion: 1.0.0\n", /line 1, column 1: schemaVersion: found "1.0.0"; did you mean 2.0.0/],
    ["elfBinaryTests: []\n", /schemaVersion: it is missing/],
    ["schemaVersion: 2.0.0\nelfBinaryTests:\n- name: x\n  path: bin/x\n", /line 4.*a path that begins with a slash/],
    [
      "schemaVersion: 2.0.0\nelfBinaryTests:\n- name: x\n  path: /x\n  noMisingLibs: true\n",
      /line 5.*did you mean noMissingLibs/,
    ],
    ["schemaVersion: 2.0.0\nelfBinaryTests:\n- {name: x, path: /x, noMissingLibs: false}\n", /line 3.*noMissingLibs/],
    [
      "schemaVersion: 2.0.0\nmetadataTest:\n  labels: [{key: a, value: '(', isRegex: true}]\n",
      /line 3.*regular expression/,
    ],
    ["schemaVersion: 2.0.0\nschemaVersion: 2.0.0\n", /line 2/],
    ["[", /line 1/],
  ])("%j", async (tests, message) => {
    await expect(run(tests)).rejects.toMatchObject({
      code: "not-image-tests",
      message: expect.stringMatching(message) as unknown,
    });
  });

  it("and so is one that is not there, before the image is read", async () => {
    await expect(testImage("nothing.tar", [join(folder, "none.yaml")])).rejects.toMatchObject({
      code: "not-image-tests",
    });
  });
});

describe("reports", () => {
  const hostile = {
    elfBinaryTests: [{ name: "missing", path: "/usr/bin/lacks-library", noMissingLibs: "true" }],
    fileExistenceTests: HOSTILE_NAMES.map((name) => ({ name, path: `/${name}` })),
    metadataTest: { labels: HOSTILE_NAMES.map((key) => ({ key, value: "" })) },
  };

  it("as text break no log and stay within the terminal's control", async () => {
    const said = renderImageTests(await run(hostile), { width: 80, color: false });
    expect(said).not.toMatch(/\u001b|^\s*::|##\[/m);
    expect(said).toContain(`0 passed, ${HOSTILE_NAMES.length + 2} failed, 0 unknown`);
  });

  const has = spawnSync("xmllint", ["--version"]).status === 0;
  it.skipIf(!has)(`as JUnit are what its schema says${has ? "" : " (skipped: no xmllint)"}`, async () => {
    const report = await run(hostile);
    const xml = renderImageTestsJunit(report);
    const file = join(folder, "junit.xml");
    writeFileSync(file, xml);
    const { status, stderr } = spawnSync("xmllint", ["--noout", "--schema", XSD, file], { encoding: "utf8" });
    expect(`${status} ${stderr}`).toMatch(/^0 /);
    expect(xml).toContain(`failures="${report.failed}"`);
  });
});
