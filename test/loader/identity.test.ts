/** What a loader and a C library say of themselves, and what is known of them where they do not. */
import { spawnSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { identifyLoader, isAtLeast, isOlderThan, parseGlibcVersion } from "../../src/loader/identity.js";
import { identifyLibc } from "../../src/loader/libc-identity.js";
import { readLibcStrings } from "../../src/loader/libc-strings.js";
import type { ElfDescription } from "../support/elf-description.js";
import type { MachineName } from "../support/elf-machines.js";
import { findObstacle } from "../support/gcc-world.js";
import { createWorld, findElf, toElf, type WorldFile } from "./world.js";

const INTERP = "/lib64/ld-linux-x86-64.so.2";
const X86_64 = { machine: 62, class: 64, data: "little", flags: 0 } as const;
const banner = (version: string): string => `GNU C Library (Distribution 1.2-3) stable release version ${version}.\n\0`;
const folders = (...names: string[]): string => `\0${names.map((name) => `${name}/\0`).join("")}`;

const FOUR = folders("/lib/x", "/usr/lib/x", "/lib", "/usr/lib");

const obstacle = findObstacle();

describe.skipIf(obstacle !== undefined)(
  `this machine's loader${obstacle === undefined ? "" : ` (${obstacle})`}`,
  () => {
    const ldd = spawnSync("ldd", [process.execPath], { encoding: "utf8" }).stdout;
    const libc = /=> (\S*\/libc\.so\.6) /.exec(ldd)?.[1] ?? "";
    const interp = /(?:^|\s)(\/\S*\/ld-\S+) \(0x/.exec(ldd)?.[1] ?? "";
    const help = spawnSync(interp, ["--help"], { encoding: "utf8" }).stdout;
    const version = /\b(\d+\.\d+)$/m.exec(spawnSync("ldd", ["--version"], { encoding: "utf8" }).stdout)?.[1];
    const strings = (path: string) => {
      const bytes = readFileSync(realpathSync(path));
      const source = { size: bytes.length, read: (at: number, length: number) => bytes.subarray(at, at + length) };
      return readLibcStrings(source, path === interp);
    };

    it("tells the folders that it searches last, as its --help does", () => {
      const told = [...help.matchAll(/^ {2}(\/\S+) \(system search path\)$/gm)].map((match) => match[1]);
      expect(told.length).toBeGreaterThan(0);
      expect(strings(interp)?.defaultFolders).toEqual(told);
    });

    it("and its C library tell their release", () => {
      expect(strings(libc)).toMatchObject({ family: "glibc", version });
      // ld.so has a banner of its own since 2.36
      expect([version, undefined]).toContain(strings(interp)?.version);
    });
  },
);

describe("a loader", () => {
  const identify = async (files: Record<string, WorldFile>, interp = INTERP, version?: string) =>
    identifyLoader(await createWorld(files), interp, X86_64, version);

  it.each([
    [["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib"], "lib/x86_64-linux-gnu"],
    [["/lib64", "/usr/lib64"], "lib64"],
    [["/usr/lib", "/usr/lib64"], "lib"],
    [["/lib64/lp64d", "/usr/lib64/lp64d"], "lp64d"],
    [["/nix/store/abc-glibc-2.38/lib", "/nix/store/abc-gcc-13/lib"], "lib"],
    [["/nix/store/abc-glibc-2.38/lib"], "lib"],
    [["/usr/lib/x86_64-linux-gnu"], "lib/x86_64-linux-gnu"],
  ])("that searches %j last knows $LIB as %s", async (named, lib) => {
    const loader: ElfDescription = { soname: "ld-linux-x86-64.so.2", contents: folders(...named) };
    expect(await identify({ [INTERP]: loader })).toMatchObject({ folders: named, lib, family: "glibc" });
  });

  it.each([
    [
      "data stands before the first folder",
      `\u00ff\u00e5${FOUR.slice(1)}`,
      ["/lib/x", "/usr/lib/x", "/lib", "/usr/lib"],
    ],
    [
      "one of two copies has lost its first folder",
      `z${FOUR.slice(1)}\0${FOUR}`,
      ["/lib/x", "/usr/lib/x", "/lib", "/usr/lib"],
    ],
    ["two copies of one folder are side by side", folders("/usr/lib", "/usr/lib"), ["/usr/lib"]],
    ["other folders are named too", `${folders("/proc/self/fd")}\0${folders("/usr/lib")}`, ["/usr/lib"]],
    ["a sentence ends in a folder", "\0cannot read /opt/lib/\0", ["/lib64", "/usr/lib64"]],
    ["the name of a folder has lost its start", "z/store/abc/lib/\0", ["/lib64", "/usr/lib64"]],
  ])("knows its folders where %s", async (_what, contents, expected) => {
    const loader: ElfDescription = { soname: "ld-linux-x86-64.so.2", contents };
    expect((await identify({ [INTERP]: loader }))?.folders).toEqual(expected);
  });

  it("without strings of its own is taken for what its root looks like", async () => {
    const debian = await identify({ [INTERP]: {}, "/usr/lib/x86_64-linux-gnu/libc.so.6": {} }, INTERP, "2.31");
    expect(debian).toMatchObject({ lib: "lib/x86_64-linux-gnu", platform: "x86_64", version: { major: 2, minor: 31 } });
    expect(debian?.folders).toEqual(["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib"]);
    expect((await identify({}))?.folders).toEqual(["/lib64", "/usr/lib64"]);
  });

  it("is unknown where its name is of another C library, unless the file says glibc", async () => {
    for (const interp of ["/lib/ld-uClibc.so.1", "/system/bin/linker64"])
      expect(await identify({ [interp]: {} }, interp)).toBeUndefined();
    const banner = "\0ld.so (Own) stable release version 2.38\0";
    expect(await identify({ "/opt/ld.so": { contents: banner } }, "/opt/ld.so")).toMatchObject({ family: "glibc" });
  });

  it("has the release of what lies beside it, before that of the root", async () => {
    const interp = "/opt/g/lib/ld-linux-x86-64.so.2";
    const libc = { soname: "libc.so.6", contents: "\0GNU C Library (Own) stable release version 2.31.\0" };
    const beside = await identify({ [interp]: {}, "/opt/g/lib/libc.so.6": libc }, interp, "2.36");
    expect(beside?.version).toEqual({ major: 2, minor: 31 });
    expect((await identify({ [interp]: {} }, interp, "2.36"))?.version).toEqual({ major: 2, minor: 36 });
    const named = "/opt/g/lib/ld-2.28.so";
    expect((await identify({ [named]: {} }, named))?.version).toEqual({ major: 2, minor: 28 });
  });

  it("is musl's by its name", async () => {
    expect((await identify({}, "/lib/ld-musl-x86_64.so.1"))?.family).toBe("musl");
  });

  it("compares releases as numbers, and takes an unknown one for neither old nor new", () => {
    const [old, unknown] = [parseGlibcVersion("2.9"), parseGlibcVersion("git")];
    expect([isAtLeast(old, 2, 10), isOlderThan(old, 2, 10), isAtLeast(old, 2, 9)]).toEqual([false, true, true]);
    expect([isAtLeast(unknown, 2, 0), isOlderThan(unknown, 99, 0)]).toEqual([false, false]);
  });
});

describe("a C library", () => {
  const libc: ElfDescription = {
    soname: "libc.so.6",
    defines: [{ name: "GLIBC_2.4" }, { name: "GLIBC_2.30" }, { name: "GLIBC_2.9" }],
  };
  const dpkg =
    "Package: libc6-dev\nVersion: 2.99-1\n\nPackage: libc6\nStatus: install ok installed\nVersion: 2.31-13+deb11u11\n";

  it.each([
    [
      "its banner",
      { "/lib64/libc.so.6": { ...libc, contents: banner("2.35") }, "/var/lib/dpkg/status": dpkg },
      "2.35",
      "banner",
    ],
    [
      "its file name",
      { "/lib64/libc.so.6": { link: "libc-2.33.so" }, "/lib64/libc-2.33.so": libc },
      "2.33",
      "file name",
    ],
    ["the package database", { "/lib64/libc.so.6": libc, "/var/lib/dpkg/status": dpkg }, "2.31", "package database"],
    ["the highest node, as a lower bound", { "/lib64/libc.so.6": libc }, "2.30", "version node"],
  ])("is known by %s", async (_name, files: Record<string, WorldFile>, version, evidence) => {
    const identity = identifyLibc(await createWorld(files), "/lib64/libc.so.6", INTERP);
    expect(identity).toEqual({ family: "glibc", version, evidence });
  });

  it("has the build of its notes", async () => {
    const root = await createWorld({ "/libc.so.6": { ...libc, notes: { buildId: "c0ffee" } } });
    expect(identifyLibc(root, "/libc.so.6", INTERP)).toMatchObject({ buildId: "c0ffee" });
  });

  it("is musl where the programs' interpreter is, and none where there is none", async () => {
    const musl = "/lib/ld-musl-x86_64.so.1";
    const contents = "musl libc (x86_64)\nVersion %s\n\0\0" + "1.2.5\0";
    const root = await createWorld({ [musl]: { soname: "libc.musl-x86_64.so.1", contents } });
    expect(findElf(root, musl).elf.soname).toBe("libc.musl-x86_64.so.1");
    expect(identifyLibc(root, undefined, musl)).toEqual({ family: "musl", version: "1.2.5", evidence: "banner" });
    expect(identifyLibc(root, undefined, INTERP)).toEqual({ family: "none" });
  });
});

it.each([
  ["aarch64", "/lib/aarch64-linux-gnu", "aarch64"],
  ["ppc64le", "/lib/powerpc64le-linux-gnu", undefined],
  ["s390x", "/lib/s390x-linux-gnu", undefined],
  ["riscv64", "/lib/riscv64-linux-gnu", undefined],
] as const)("%s has Debian's folders where there is one of them", async (machine: MachineName, folder, platform) => {
  const root = await createWorld({ [`${folder}/libc.so.6`]: { machine } });
  const loader = identifyLoader(root, "/lib/ld-linux.so.1", await toElf({ machine }), undefined);
  expect(loader?.folders[0]).toBe(folder);
  expect(loader?.platform).toBe(platform);
});
