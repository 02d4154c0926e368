/** Links followed inside a root; where root is there, the kernel itself is asked by a chroot. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { RootNode } from "../../src/rootfs/filesystem.js";
import { createMemoryRoot } from "../../src/rootfs/memory.js";
import { resolvePath } from "../../src/rootfs/resolve.js";
import { hasTool } from "../support/image-disk.js";

const FILES = ["usr/lib/libc.so.6", "usr/lib/deep/er/x", "etc/passwd"];
const LINKS: Readonly<Record<string, string>> = {
  lib: "usr/lib",
  lib64: "/usr/lib",
  "usr/lib/libc.so": "libc.so.6",
  "usr/lib/up": "..",
  "usr/lib/rooted": "/etc/../etc/passwd",
  above: "../../../../etc/passwd",
  "deep-link": "lib/deep/er",
  loop: "loop",
  one: "two",
  two: "one",
  inner: "inner/x",
  dangling: "nowhere",
  "file-as-folder": "etc/passwd/x",
  slashes: "//usr///lib//",
  ...Object.fromEntries(Array.from({ length: 45 }, (_, i) => [`chain${i}`, i === 0 ? "etc/passwd" : `chain${i - 1}`])),
};
const PATHS = [
  ...Object.keys(LINKS).map((name) => `/${name}`),
  ...[
    "/",
    "/..",
    "/../..",
    "/lib/libc.so",
    "/lib64/../etc/passwd",
    "/lib/../lib/libc.so.6",
    "/lib/up/lib/up/lib64",
    "/deep-link/x",
    "/deep-link/../../libc.so.6",
  ],
  ...[
    "/etc/passwd/",
    "/etc/passwd/.",
    "/etc/passwd/..",
    "/none",
    "/none/..",
    "/loop/x",
    "/one/..",
    "/usr/lib/libc.so/..",
    "/above/..",
    "/lib/././/libc.so",
  ],
];

const root = createMemoryRoot<string>(
  new Map<string, RootNode<string>>([
    ...FILES.map((path): [string, RootNode<string>] => [
      `/${path}`,
      { kind: "file", size: 1, mode: 0o644, facts: path },
    ]),
    ...Object.entries(LINKS).map(([path, target]): [string, RootNode<string>] => [
      `/${path}`,
      { kind: "symlink", target },
    ]),
  ]),
);

describe("resolvePath", () => {
  it.each([
    ["/lib/libc.so", "/usr/lib/libc.so.6"],
    ["/lib64/libc.so", "/usr/lib/libc.so.6"],
    ["/above", "/etc/passwd"],
    ["/deep-link/../../libc.so.6", "/usr/lib/libc.so.6"],
    ["/usr/lib/rooted", "/etc/passwd"],
    ["/chain39", "/etc/passwd"],
    ["/", "/"],
    ["/../..", "/"],
  ])("%s is %s", (path, real) => {
    expect(resolvePath(root, path)?.path).toBe(real);
  });

  it.each([
    "/loop",
    "/one",
    "/inner",
    "/dangling",
    "/chain40",
    "/none/..",
    "/etc/passwd/..",
    "/file-as-folder",
    "/usr/lib/libc.so/..",
  ])("%s leads nowhere", (path) => {
    expect(resolvePath(root, path)).toBeUndefined();
  });

  it("an empty link leads nowhere, as open(2) says", () => {
    const odd = createMemoryRoot<string>(new Map([["/l", { kind: "symlink", target: "" } as const]]));
    expect(resolvePath(odd, "/l")).toBeUndefined();
  });
});

const disk = mkdtempSync(join(tmpdir(), "resolve-"));
afterAll(() => rmSync(disk, { recursive: true, force: true }));
const canChroot = process.getuid?.() === 0 && hasTool("python3");

describe.skipIf(!canChroot)("path_resolution(7) of the kernel (needs root and python3)", () => {
  it("says the same of every path", () => {
    for (const path of FILES) {
      mkdirSync(join(disk, path, ".."), { recursive: true });
      writeFileSync(join(disk, path), "x");
    }
    for (const [path, target] of Object.entries(LINKS)) symlinkSync(target, join(disk, path));
    const script = `
import json, os, sys
os.chroot(sys.argv[1]); os.chdir("/")
def real(path):
    try:
        fd = os.open(path, os.O_PATH)
    except OSError:
        return None
    info = os.fstat(fd)
    return [info.st_dev, info.st_ino]
print(json.dumps([real(path) for path in json.load(sys.stdin)]))`;
    const ask = (paths: readonly string[]): unknown[] =>
      JSON.parse(
        execFileSync("python3", ["-c", script, disk], { input: JSON.stringify(paths), encoding: "utf8" }),
      ) as unknown[];
    // A trailing slash asks for a folder; paths here never have one.
    const paths = PATHS.filter((path) => !/.\/\.?$/.test(path));
    const found = paths.map((path) => resolvePath(root, path)?.path);
    const inodes = ask(paths);
    expect(found.map((path) => path !== undefined)).toEqual(inodes.map((inode) => inode !== null));
    const real = found.filter((path) => path !== undefined);
    expect(ask(real)).toEqual(inodes.filter((inode) => inode !== null));
    expect(real.length).toBeGreaterThan(30);
  });
});

it("has a kernel to ask (skipped without root)", ({ skip }) => {
  if (!canChroot) skip("needs root and python3");
  expect(spawnSync("python3", ["-c", "import os; os.chroot('/')"]).status).toBe(0);
});
