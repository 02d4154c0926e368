/** A host that is none: one sentence that says what a host is. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packArchive, toJson } from "../support/image-builder.js";
import { dockerArchive, ociLayout } from "../support/image-forms.js";
import { tarEntry, tarOf } from "../support/tar-builder.js";
import { expectError } from "./expect-error.js";
import { packImage, writeRoot } from "./root-files.js";
import { createFolder, runCli, type Run } from "./run-cli.js";
import { BARE, HOST } from "./verdict-roots.js";

const cwd = createFolder();
writeFileSync(join(cwd, "app.tar"), packImage(BARE));
writeRoot(join(cwd, "host"), HOST);
const A_HOST = ["containerspec host -o", "root folder", "image"];

/** Both commands that take a host, which must agree. */
function open(host: string): Run {
  const described = runCli(["host", host], { cwd });
  const analyzed = runCli(["analyze", "app.tar", "--host", host], { cwd });
  expect(analyzed).toEqual(described);
  return analyzed;
}

function openFile(content: string | Uint8Array): Run {
  writeFileSync(join(cwd, "given"), content);
  return open("given");
}

test("a name of nothing", () => {
  expectError(open("garbage"), 3, ["Cannot open garbage", "no such file or folder", ...A_HOST]);
});

test("an empty name", () => {
  expectError(open(""), 2, ["without a name", "variable"]);
});

test("the name of an image in a registry", () => {
  expectError(open("docker://alpine:3"), 2, ["docker://alpine:3", "skopeo copy docker://alpine:3"]);
});

describe("a file that is no host", () => {
  test.each([
    ["a text", "hello\n".repeat(200)],
    ["nothing", ""],
    ["a list in JSON", "[1, 2]"],
    ["a tar of something else", tarOf(tarEntry({ name: "notes.txt" }, "hello"))],
  ])("%s", (_name, content) => {
    expectError(openFile(content), 3, ["Cannot use given as host", ...A_HOST]);
  });
  test("JSON that breaks off", () => {
    expectError(openFile('{"schemaVersion": "1.0.0",'), 3, ["Cannot use given as host", "no JSON", "host -o"]);
  });
  test("JSON of something else", () => {
    expectError(openFile('{"name": "app"}'), 3, ["no profile of containerspec", "containerspec-host-profile"]);
  });
  test("an image with an encrypted layer", () => {
    const layer = tarOf(tarEntry({ name: "app" }, "static"));
    const files = ociLayout([{ layers: [layer] }], {
      editManifest: (manifest) => ({
        ...manifest,
        layers: manifest.layers.map((one) => ({ ...one, mediaType: `${one.mediaType}+encrypted` })),
      }),
    });
    expectError(openFile(packArchive(files)), 3, ["Cannot use given as host", "layer 1 is encrypted"]);
  });
  test("an image without a C library", () => {
    const image = packArchive(dockerArchive([{ layers: [tarOf(tarEntry({ name: "app" }, "static"))] }]));
    expectError(openFile(image), 3, ["Cannot use given as host", "no C library"]);
  });
});

describe("a profile", () => {
  const profile = JSON.parse(runCli(["host", "host", "--format", "json"], { cwd }).stdout) as Record<string, unknown>;

  test("of an older release", () => {
    const run = openFile(toJson({ ...profile, schemaVersion: "0.9.0" }));
    expectError(run, 3, ["schemaVersion is 0.9.0", "reads 1.x", "write it again", "containerspec host -o"]);
  });
  test("of a newer release, whatever else it holds", () => {
    const run = openFile(toJson({ kind: profile["kind"], schemaVersion: "2.0.0" }));
    expectError(run, 3, ["schemaVersion is 2.0.0", "reads 1.x"]);
  });
  test("without a version", () => {
    expectError(openFile(toJson({ ...profile, schemaVersion: undefined })), 3, ["schemaVersion is missing"]);
  });
  test("that lost a field", () => {
    const run = openFile(toJson({ ...profile, libc: { family: "bionic" } }));
    expectError(run, 3, ["the profile is damaged at libc.family", "write it again"]);
  });
  test("whose symbol columns do not fit together", () => {
    const text = toJson(profile)
      .toString()
      .replaceAll(/"names":\[(?!\])/g, '"names":["one-more",');
    expectError(openFile(text), 3, ["the profile is damaged at files.", "same number of rows", "write it again"]);
  });
  test("where an image belongs", () => {
    writeFileSync(join(cwd, "swapped.json"), JSON.stringify(profile, null, 2));
    const run = runCli(["analyze", "swapped.json", "--host", "app.tar"], { cwd });
    expectError(run, 3, ["Cannot read swapped.json as an image", "profile of a host", "--host"]);
  });
  test("with a field that a later 1.x adds is read", () => {
    writeFileSync(join(cwd, "later.json"), toJson({ ...profile, schemaVersion: "1.7.0", storage: ["lustre"] }));
    expect(runCli(["analyze", "app.tar", "--host", "later.json"], { cwd }).status).toBe(0);
  });
});

describe("a folder that is no host", () => {
  test("without a C library", () => {
    mkdirSync(join(cwd, "bare", "etc"), { recursive: true });
    writeFileSync(join(cwd, "bare", "etc", "os-release"), "ID=x\n");
    expectError(open("bare"), 3, ["Cannot use bare as host", "no C library", "/lib", "/etc"]);
  });
});

describe("a folder of the host that is to be looked at", () => {
  const folder = "/opt/mpi/lib";
  writeRoot(join(cwd, "cluster"), {
    ...HOST,
    "opt/mpi/lib/libmpi.so.12": HOST["usr/lib/x86_64-linux-gnu/libsafe.so.1"] ?? "",
  });
  const analyze = (host: string, ...more: readonly string[]): Run =>
    runCli(["analyze", "app.tar", "--host", host, ...more], { cwd });

  test("adds its libraries, with a slash behind it or not", () => {
    for (const name of [folder, `${folder}/`]) {
      const { status, stdout } = analyze("cluster", "--host-folder", name, "--library", "libmpi.so.12");
      expect(status).toBe(0);
      expect(stdout).toContain("1 library judged");
    }
  });
  test("and is not there, or a file", () => {
    for (const name of ["/opt/mpl/lib", `${folder}/libmpi.so.12`]) {
      expectError(analyze("cluster", "--host-folder", name), 2, [
        `libraries in ${name}`,
        "(cluster) has no such folder",
      ]);
      expectError(runCli(["host", "cluster", "--folder", name], { cwd }), 2, [`libraries in ${name}`]);
    }
  });
  test("and is no path of the host", () => {
    expectError(analyze("cluster", "--host-folder", "opt/mpi/lib"), 2, ["no absolute path", "/opt/mpi/lib"]);
  });
  test("beside a profile that holds it, and beside one that does not", () => {
    for (const [file, ...more] of [["with.json", "--folder", folder], ["without.json"]] as const)
      expect(runCli(["host", "cluster", "-o", file, ...more], { cwd }).status).toBe(0);
    const args = ["--host-folder", folder, "--library", "libmpi.so.12"];
    expect(analyze("with.json", ...args).status).toBe(0);
    expectError(analyze("without.json", ...args), 2, [`libraries in ${folder}`, "(without.json) has no such folder"]);
    // The loader's own folders are in a profile, and not all that is in them.
    const searched = "/usr/lib/x86_64-linux-gnu";
    expectError(analyze("without.json", "--host-folder", searched), 2, ["without.json does not hold", "host --folder"]);
  });
});
