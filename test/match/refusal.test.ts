/** C libraries that were built for better CPUs: what their loaders say, read before anybody hears it. */
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { match, readHost, type MatchReport } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import { packArchive } from "../support/image-builder.js";
import { dockerArchive } from "../support/image-forms.js";
import { library, program, type Files } from "../support/story-files.js";
import { toLayer, writeFiles } from "../support/story-image.js";
import { CPUINFO } from "./hosts.js";

type Machine = "x86-64" | "s390x";
const INTERPRETERS: Readonly<Record<Machine, string>> = {
  "x86-64": "/lib64/ld-linux-x86-64.so.2",
  s390x: "/lib/ld64.so.1",
};

/** A system of one program, whose loader has this sentence in it. */
function systemOf(machine: Machine, sentence = ""): Files {
  const interp = INTERPRETERS[machine];
  const banner = "ld.so (Test) stable release version 2.39.\n\0";
  return {
    [interp]: library({ machine, soname: basename(interp), libc: "", contents: `${banner}\0${sentence}\n\0` }),
    "/lib64/libc.so.6": library({
      machine,
      soname: "libc.so.6",
      libc: "",
      contents: "GNU C Library (Test) stable release version 2.39.\n",
    }),
    "/usr/bin/app": program({ machine, interp, libc: "", needed: ["libc.so.6"] }),
  };
}

const V3 = "Fatal glibc error: CPU does not support x86-64-v3";
const Z14 = "Fatal glibc error: CPU lacks VXE support (z14 or later required)";
const Z15 = "Fatal glibc error: CPU lacks VXRS_EXT2 support (z15 or later required)";

const folder = createFolder();
let report: MatchReport;

beforeAll(async () => {
  const write = (name: string, architecture: string, files: Files): string => {
    const path = join(folder, `${name}.tar`);
    const image = { references: ["app:1"], layers: [toLayer(files)], architecture, entrypoint: ["/usr/bin/app"] };
    writeFileSync(path, packArchive(dockerArchive([image])));
    return path;
  };
  const images = [
    write("v3", "amd64", systemOf("x86-64", V3)),
    write("z14", "s390x", systemOf("s390x", Z14)),
    write("z15", "s390x", systemOf("s390x", Z15)),
  ];
  const hosts = [];
  for (const [name, machine, cpuinfo] of [
    ["v2", "x86-64", CPUINFO.v2],
    ["v3", "x86-64", CPUINFO.v3],
    ["unknown", "x86-64", undefined],
    ["z14", "s390x", CPUINFO.z14],
  ] as const) {
    const root = join(folder, name);
    writeFiles(root, systemOf(machine));
    const capture = join(folder, `${name}.cpuinfo`);
    if (cpuinfo !== undefined) writeFileSync(capture, cpuinfo);
    hosts.push(await readHost(root, cpuinfo === undefined ? {} : { cpuinfo: capture }));
  }
  report = await match(images, { hosts });
});

test.each([
  ["v3", "v2", "will-not-run", V3],
  ["v3", "v3", "runs", undefined],
  ["v3", "unknown", "unknown", undefined],
  ["z14", "z14", "runs", undefined],
  ["z15", "z14", "will-not-run", Z15],
])("a C library for %s on a CPU of %s: %s", (image, host, verdict, words) => {
  const cell = report.cells.find((one) => basename(one.image) === `${image}.tar` && basename(one.host) === host);
  expect([cell?.verdict, cell?.reasons[0]?.loaderMessage]).toEqual([verdict, words]);
});

test("it is the floor of the image", () => {
  expect(report.images.map(({ floors }) => floors.isa)).toEqual(["x86-64-v3", "z14", "z15"]);
});
