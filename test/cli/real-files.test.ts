/** Real ELF files of this machine: an image that holds them, and the machine itself as the host that they come from. */
import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Report } from "../../src/report.js";
import { packImage, type RootFiles } from "./root-files.js";
import { createFolder, runCli } from "./run-cli.js";

const cwd = createFolder();
const PROGRAMS = ["/bin/true", "/bin/ls", "/usr/bin/gzip", "/usr/bin/env"];
const files = findFiles();
const skipped = files === undefined ? " (skipped: this is no x86-64 Linux with glibc)" : "";

/** Some programs, with their libraries and their loader, at the paths where ldd finds them. */
function findFiles(): RootFiles | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const found: Record<string, Uint8Array> = {};
  for (const program of PROGRAMS) {
    try {
      const text = execFileSync("ldd", [program], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      if (!text.includes("/ld-linux-x86-64.so.2")) continue;
      const paths = [...text.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path as string);
      for (const path of [program, ...paths]) found[path.slice(1)] = readFileSync(path);
    } catch {
      continue;
    }
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

describe.skipIf(files === undefined)(`programs of this machine in an image${skipped}`, () => {
  if (files === undefined) return;
  const libraries = Object.keys(files).filter((path) => /\.so\./.test(path) && !path.includes("ld-linux"));
  writeFileSync(join(cwd, "app.tar"), packImage(files));
  const run = runCli(["analyze", "app.tar", "--format", "json"], { cwd });
  const report = JSON.parse(run.stdout) as Report;

  test("the machine's own libraries may take the place of their copies", () => {
    expect(run.status).toBe(0);
    expect(report.mounts.map(({ soname }) => soname)).toEqual(
      expect.arrayContaining(libraries.map((path) => path.replace(/^.*\//, ""))),
    );
    expect(report.mounts.filter(({ loader }) => loader !== "ok")).toEqual([]);
    expect(report.mounts.filter(({ verdict }) => verdict !== "safe")).toEqual([]);
  });

  test("each comes from the file on this machine, and has the programs as consumers", () => {
    for (const { soname, source } of report.mounts) {
      const path = libraries.find((one) => one.endsWith(`/${soname}`));
      if (path !== undefined) expect(realpathSync(`/${path}`)).toBe(source);
    }
    const libc = report.mounts.find(({ soname }) => soname === "libc.so.6");
    expect(libc?.consumers).toBeGreaterThanOrEqual(Object.keys(files).length - libraries.length - 1);
  });

  test("both sides have the C library that ldd --version names", () => {
    const version = /(\d+\.\d+)\s*$/m.exec(execFileSync("ldd", ["--version"], { encoding: "utf8" }))?.[1];
    expect([report.image.libc, report.host.libc]).toEqual([
      { family: "glibc", version },
      { family: "glibc", version },
    ]);
  });

  test("without one of its libraries the image names what it lacks", () => {
    const [lost = ""] = libraries.filter((path) => !path.endsWith("/libc.so.6"));
    if (lost === "") return;
    const rest = Object.fromEntries(Object.entries(files).filter(([path]) => path !== lost));
    writeFileSync(join(cwd, "less.tar"), packImage(rest));
    const name = lost.replace(/^.*\//, "");
    const less = runCli(["analyze", "less.tar", "--library", name, "--format", "json"], { cwd });
    // What failed without the mount is not held against it: the library is new, and mends what was broken.
    expect(JSON.parse(less.stdout)).toMatchObject({ mounts: [{ soname: name, loader: "ok", broken: 0 }] });
  });
});
