/**
 * Writes the host that comes with the sample: a few libraries of a Debian 12 machine, for machines that are no host for the image
 * (macOS, musl). `containerspec host` describes a root folder that holds just these.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

const LIBRARIES = "usr/lib/x86_64-linux-gnu";
const LOADER = "ld-linux-x86-64.so.2";
const FILES = [
  "usr/lib/os-release",
  ...[
    LOADER,
    "libc.so.6",
    "libm.so.6",
    "libgcc_s.so.1",
    "libz.so.1",
    "liblz4.so.1",
    "libuuid.so.1",
    "libnuma.so.1",
  ].map((name) => join(LIBRARIES, name)),
];
const LINKS = [
  { path: "lib", target: "usr/lib" },
  { path: "lib64", target: "usr/lib64" },
  { path: join("usr/lib64", LOADER), target: join("..", "lib/x86_64-linux-gnu", LOADER) },
];

/** The folder that the files are collected in; the profile carries its name. */
const ROOT = "debian-12";

/** @param {{ project: string, work: string, file: string }} options `work` is an empty folder */
export function writeHostProfile({ project, work, file }) {
  if (!/^VERSION_ID="12"$/m.test(readFileSync("/etc/os-release", "utf8")) || process.arch !== "x64")
    throw new Error("Cannot write host.json: it is made from Debian 12 on amd64, and this machine is another");
  const root = join(work, ROOT);
  for (const path of FILES) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(join("/", path), join(root, path));
  }
  for (const { path, target } of LINKS) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(target, join(root, path));
  }
  const args = [join(project, "dist/cli/main.js"), "host", ROOT, "-o", file];
  execFileSync(process.execPath, args, { cwd: work, stdio: "inherit" });
  console.error(`host.json: ${statSync(file).size} bytes`);
}
