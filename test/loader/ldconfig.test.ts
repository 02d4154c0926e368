/** What ldconfig does on machines and in releases of which there is none here; real-ldconfig.test.ts asks the one of this machine. */
import { describe, expect, it } from "vitest";
import type { LoaderIdentity } from "../../src/loader/identity.js";
import { playLdconfig } from "../../src/loader/ldconfig.js";
import type { ElfDescription } from "../support/elf-builder.js";
import { createWorld, toElf, type WorldFile } from "./world.js";
import { abiOf } from "../../src/loader/identity.js";

const lib = (soname: string, description: ElfDescription = {}): ElfDescription => ({
  soname,
  needed: ["libc.so.6"],
  ...description,
});

async function play(
  files: Readonly<Record<string, WorldFile>>,
  machine: ElfDescription = {},
  identity: Partial<LoaderIdentity> = {},
): Promise<readonly string[]> {
  const root = await createWorld(files);
  const loader: LoaderIdentity = {
    family: "glibc",
    interp: "/lib64/ld.so",
    abi: abiOf(await toElf(machine)),
    folders: ["/lib64", "/usr/lib64"],
    lib: "lib64",
    ...identity,
  };
  const { entries } = playLdconfig(root, loader, () => true).cache;
  return [...entries.values()].flat().map(({ path, flags }) => `${path} ${flags.toString(16)}`);
}

describe("the folders that it was built with", () => {
  const copies = (...folders: readonly string[]): Readonly<Record<string, WorldFile>> =>
    Object.fromEntries(folders.map((folder) => [`${folder}/libx.so.1`, lib("libx.so.1")]));

  it("has siblings for other word sizes: lib comes first", async () => {
    const files = copies("/lib", "/lib64", "/libx32", "/usr/lib", "/usr/lib64", "/usr/local/lib64");
    expect(await play(files)).toEqual(
      ["/lib", "/lib64", "/libx32", "/usr/lib", "/usr/lib64"].map((folder) => `${folder}/libx.so.1 303`),
    );
  });

  it("has none where it is Debian's", async () => {
    const folders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib"];
    expect(await play(copies("/lib64", ...folders), {}, { folders })).toEqual(
      folders.map((folder) => `${folder}/libx.so.1 303`),
    );
  });
});

describe("the flags of an entry", () => {
  it("are the machine's", async () => {
    const files = (machine: ElfDescription): Readonly<Record<string, WorldFile>> => ({
      "/usr/lib64/libx.so.1": lib("libx.so.1", machine),
    });
    expect(await play(files({ machine: "aarch64" }), { machine: "aarch64" })).toEqual(["/usr/lib64/libx.so.1 a03"]);
    expect(await play(files({ machine: "riscv64" }), { machine: "riscv64" })).toEqual(["/usr/lib64/libx.so.1 1003"]);
    expect(await play(files({ machine: "aarch64" }))).toEqual([]);
  });
});

describe("releases", () => {
  const tagged = (kernel: readonly [number, number, number]): ElfDescription => ({
    notes: { abiTag: { os: 0, kernel } },
  });
  const files = {
    "/etc/ld.so.conf": "/opt/a\n/opt/b\n",
    "/opt/a/libx.so.1": lib("libx.so.1"),
    "/opt/b/libx.so.1": lib("libx.so.1", tagged([3, 2, 0])),
  };

  it("before 2.36 put the file for the later kernel first", async () => {
    expect(await play(files, {}, { version: { major: 2, minor: 35 } })).toEqual([
      "/opt/b/libx.so.1 303",
      "/opt/a/libx.so.1 303",
    ]);
    expect(await play(files, {}, { version: { major: 2, minor: 36 } })).toEqual([
      "/opt/a/libx.so.1 303",
      "/opt/b/libx.so.1 303",
    ]);
  });

  it("before 2.39 took files that a package manager was unpacking, and before 2.33 no glibc-hwcaps", async () => {
    const unpacking = {
      "/usr/lib64/libx.so.1.dpkg-new": lib("libx.so.1"),
      "/usr/lib64/glibc-hwcaps/x86-64-v3/libx.so.1": lib("libx.so.1"),
    };
    const [plain, better] = ["/usr/lib64/libx.so.1 303", "/usr/lib64/glibc-hwcaps/x86-64-v3/libx.so.1 303"];
    expect(await play(unpacking, {}, { version: { major: 2, minor: 32 } })).toEqual([plain]);
    expect(await play(unpacking, {}, { version: { major: 2, minor: 38 } })).toEqual([better, plain]);
    expect(await play(unpacking, {}, { version: { major: 2, minor: 39 } })).toEqual([better]);
  });

  it("since 2.37 knows no folders for certain hardware", async () => {
    const hardware = { "/usr/lib64/haswell/libx.so.1": lib("libx.so.1") };
    expect(await play(hardware, {}, { version: { major: 2, minor: 36 } })).toEqual([
      "/usr/lib64/haswell/libx.so.1 303",
    ]);
    expect(await play(hardware, {}, { version: { major: 2, minor: 37 } })).toEqual([]);
  });
});

it("counts a file that nobody has read under its name", async () => {
  expect(await play({ "/usr/lib64/libx.so.1": { unread: "encrypted" } })).toEqual(["/usr/lib64/libx.so.1 303"]);
});

it("makes no links where it may not write", async () => {
  const root = await createWorld({ "/usr/lib64/libx.so.1.2": lib("libx.so.1") });
  const loader = {
    family: "glibc",
    interp: "/lib64/ld.so",
    abi: abiOf(await toElf({})),
    folders: ["/usr/lib64"],
    lib: "lib64",
  } as const;
  const linked = (mayWrite: boolean): unknown =>
    playLdconfig(root, loader, () => mayWrite).root.lookup("/usr/lib64/libx.so.1");
  expect(linked(true)).toEqual({ kind: "symlink", target: "libx.so.1.2" });
  expect(linked(false)).toBeUndefined();
});
