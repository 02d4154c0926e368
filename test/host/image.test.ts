/** An image as a host: its platform says of which machine it is, whatever most of its files are. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { analyze, readHost } from "../../src/index.js";
import { createFolder } from "../cli/run-cli.js";
import { glibcIn, libz, zip } from "../scenarios/layout.js";
import { toImageTar } from "../support/story-image.js";

const folder = createFolder();
const SYSTEM = {
  ...glibcIn({
    interp: "/lib64/ld-linux-x86-64.so.2",
    folder: "/usr/lib64",
    searched: ["/lib64", "/usr/lib64"],
    version: "2.36",
  }),
  ...libz("/usr/lib64/libz.so.1", "64"),
};
const SYSTEM_32 = {
  ...glibcIn({
    machine: "i386",
    interp: "/lib/ld-linux.so.2",
    folder: "/usr/lib",
    searched: ["/lib", "/usr/lib"],
    version: "2.34",
  }),
  ...libz("/usr/lib/libz.so.1", "32", undefined, { machine: "i386" }),
  ...libz("/usr/lib/wine/libz.so.1", "wine", undefined, { machine: "i386" }),
};

test("most of whose libraries are 32-bit is a host of its platform", async () => {
  const [host, image] = [join(folder, "host.tar"), join(folder, "image.tar")];
  writeFileSync(host, toImageTar({ layers: [{ ...SYSTEM, ...SYSTEM_32 }] }));
  writeFileSync(image, toImageTar({ layers: [{ ...SYSTEM, "/usr/bin/zip": zip("/lib64/ld-linux-x86-64.so.2") }] }));
  const report = await analyze(image, { host: await readHost(host), libraries: ["libz.so.1"] });
  expect(report.host.libc).toEqual({ family: "glibc", version: "2.36" });
  expect(report.image.findings).toEqual([]);
  expect(report.mounts).toMatchObject([
    { source: "/usr/lib64/libz.so.1", target: "/usr/lib64/libz.so.1", verdict: "safe" },
  ]);
});
