/** The machine that the tests run on, as a host: what its own tools say of it. */
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readLiveHost } from "../../src/host/live.js";
import type { HostProfile } from "../../src/host/profile-schema.js";
import { toProfile } from "../../src/host/profile.js";

const problem = findProblem();
const skipped = problem === undefined ? "" : ` (skipped: ${problem})`;

/** Why this machine's own tools cannot be asked. */
function findProblem(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "this is no x86-64 Linux";
  try {
    execFileSync("/sbin/ldconfig", ["-p"], { stdio: "ignore" });
    return /GLIBC|GNU libc/i.test(execFileSync("ldd", ["--version"], { encoding: "utf8" })) ? undefined : "no glibc";
  } catch {
    return "there is no ldconfig or no ldd";
  }
}

/** Name and path of each x86-64 entry of ld.so.cache; among entries of one name the first, which ld.so takes without hwcaps. */
function listCache(): ReadonlyMap<string, string> {
  const text = execFileSync("/sbin/ldconfig", ["-p"], { encoding: "utf8", maxBuffer: 1 << 26 });
  const entries = [...text.matchAll(/^\t(\S+) \(libc6,x86-64([^)]*)\) => (\S+)$/gm)];
  const plain = entries.filter(([, , more]) => more?.includes("hwcap") !== true);
  return new Map(plain.reverse().map(([, name, , path]) => [name as string, path as string]));
}

/** Files that are named like libraries in the folders that the C library of Debian, Fedora or Arch searches last. */
function listDefaultFolders(): readonly string[] {
  const folders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib"];
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
}

/** EI_CLASS and e_machine say x86-64, and e_type a shared object. */
function isLibrary(path: string): boolean {
  if (!existsSync(path) || !statSync(path).isFile()) return false;
  const head = Buffer.alloc(20);
  const file = openSync(path, "r");
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
  return head.toString("latin1", 0, 5) === "\x7fELF\x02" && head.readUInt16LE(18) === 62 && head.readUInt16LE(16) === 3;
}

describe.skipIf(problem !== undefined)(`the live machine${skipped}`, async () => {
  const profile: HostProfile =
    problem === undefined ? toProfile(await readLiveHost({ folders: [], trees: [] })) : (undefined as never);
  const table = new Map(profile.libraries.map((one) => [one.name, one]));

  test("has every library that ldconfig -p lists, at the same file", () => {
    const cache = listCache();
    expect(cache.size).toBeGreaterThan(10);
    const readable = [...cache].filter(([, path]) => isLibrary(path));
    const differing = readable.filter(([name, path]) => {
      const found = table.get(name);
      return found === undefined || realpathSync(found.path) !== realpathSync(path);
    });
    expect(differing).toEqual([]);
  });

  test("has no others than those and the files of the default folders", () => {
    const cache = listCache();
    const files = new Set(listDefaultFolders().map((path) => path.replace(/^.*\//, "")));
    expect(profile.libraries.map(({ name }) => name).filter((name) => !cache.has(name) && !files.has(name))).toEqual(
      [],
    );
  });

  test("has every library of its default folders", () => {
    const missing = listDefaultFolders().filter((path) => {
      const name = path.replace(/^.*\//, "");
      return /\.so(?:\.|$)/.test(name) && isLibrary(path) && !table.has(name);
    });
    expect(missing).toEqual([]);
  });

  test("each is a file on disk, at the end of its links", () => {
    for (const { path, realPath } of profile.libraries) expect(realpathSync(path)).toBe(realPath);
  });

  test("has the C library that ldd --version names", () => {
    const version = /(\d+\.\d+)\s*$/m.exec(execFileSync("ldd", ["--version"], { encoding: "utf8" }))?.[1];
    expect(profile.libc).toEqual({ family: "glibc", version });
  });

  test("has the kernel, the machine and the distribution that the system names", () => {
    const pretty = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
    expect([profile.kernel, profile.machine, profile.name]).toEqual([release(), "x86_64", pretty]);
  });

  test("has the level that the C library itself finds for its CPU", () => {
    // ld.so --help of glibc 2.33 and later marks the levels that it searches.
    const help = spawnSync("/lib64/ld-linux-x86-64.so.2", ["--help"], { encoding: "utf8" }).stdout;
    const best = /^ {2}(x86-64-v\d) \(supported, searched\)/m.exec(help)?.[1];
    if (help.includes("x86-64-v2")) expect(profile.cpu?.level).toBe(best ?? "x86-64-v1");
  });
});
