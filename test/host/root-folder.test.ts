/** A root folder as a host: what its loader would find, seen from inside the root, whatever this machine has. */
import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readRootFolder } from "../../src/host/live.js";
import { findText } from "../../src/loader/ld-conf.js";
import type { HostProfile } from "../../src/host/profile-schema.js";
import { toProfile } from "../../src/host/profile.js";
import { createFolder } from "../cli/run-cli.js";
import { writeRoot, type RootFiles } from "../cli/root-files.js";
import { BARE } from "../cli/verdict-roots.js";
import { buildElf } from "../support/elf-builder.js";

const CLI = join(import.meta.dirname, "../../dist/cli/main.js");
const NOTHING_MORE = { folders: [], trees: [] };

const cwd = createFolder();
const FOLDER = "usr/lib/x86_64-linux-gnu";
let count = 0;

function lib(soname: string, more: Parameters<typeof buildElf>[0] = {}): Uint8Array {
  return buildElf({ soname, ...more });
}

/** Writes a root of these files over a bare system. */
function write(files: RootFiles): string {
  count += 1;
  return writeRoot(join(cwd, `root-${count}`), { ...BARE, ...files });
}

/** Name and file of every library but those of the bare system. */
async function tableOf(root: string, folders: readonly string[] = []): Promise<Record<string, string>> {
  const { libraries } = toProfile(await readRootFolder(root, { folders, trees: [] }));
  return Object.fromEntries(
    libraries.filter(({ name }) => !/^(?:libc|ld-linux)/.test(name)).map(({ name, realPath }) => [name, realPath]),
  );
}

describe("links", () => {
  test("absolute ones lead inside the root, not into this machine", async () => {
    const root = write({
      [`${FOLDER}/libz.so.1`]: { link: "/opt/z/libz.so.1.9" },
      "opt/z/libz.so.1.9": lib("libz.so.1"),
      // This machine has this file, and the root has not.
      [`${FOLDER}/libout.so.1`]: { link: process.execPath },
    });
    expect(await tableOf(root)).toEqual({ "libz.so.1": "/opt/z/libz.so.1.9" });
  });
  test("those that climb stay inside", async () => {
    const root = write({
      [`${FOLDER}/libz.so.1`]: { link: "../../../../../../../../opt/libz.so.1" },
      "opt/libz.so.1": lib("libz.so.1"),
    });
    expect(await tableOf(root)).toEqual({ "libz.so.1": "/opt/libz.so.1" });
  });
  test("a merged /usr: one file under both names", async () => {
    const { [`${FOLDER}/libc.so.6`]: libc, ...rest } = BARE;
    count += 1;
    const root = writeRoot(join(cwd, `root-${count}`), {
      ...rest,
      [`${FOLDER}/libc.so.6`]: libc as Uint8Array,
      [`${FOLDER}/libz.so.1`]: lib("libz.so.1"),
      lib: { link: "usr/lib" },
    });
    expect(await tableOf(root)).toEqual({ "libz.so.1": `/${FOLDER}/libz.so.1` });
  });
  test("loops and ends in nothing are no libraries", async () => {
    const root = write({
      [`${FOLDER}/liba.so.1`]: { link: "libb.so.1" },
      [`${FOLDER}/libb.so.1`]: { link: "liba.so.1" },
      [`${FOLDER}/libc1.so.1`]: { link: "nowhere.so" },
    });
    expect(await tableOf(root)).toEqual({});
  });
});

describe("files", () => {
  test("a pipe that is named like a library is not waited for", async () => {
    const root = write({ [`${FOLDER}/liblink.so.1`]: { link: "libpipe.so.1" } });
    execFileSync("mkfifo", [join(root, FOLDER, "libpipe.so.1")]);
    expect(await tableOf(root)).toEqual({});
  });
  test("texts, folders and broken ELF files are no libraries", async () => {
    const root = write({
      [`${FOLDER}/libtext.so`]: "GROUP ( /lib/libtext.so.1 )",
      [`${FOLDER}/libempty.so`]: "",
      [`${FOLDER}/libbroken.so.1`]: lib("libbroken.so.1").subarray(0, 70),
      [`${FOLDER}/libgood.so.1`]: lib("libgood.so.1"),
    });
    mkdirSync(join(root, FOLDER, "libfolder.so.1"));
    expect(await tableOf(root)).toEqual({ "libgood.so.1": `/${FOLDER}/libgood.so.1` });
  });
  test("two names of one file are two libraries, and one entry of the profile", async () => {
    const root = write({ [`${FOLDER}/libone.so.1`]: lib("libone.so.1") });
    linkSync(join(root, FOLDER, "libone.so.1"), join(root, FOLDER, "libtwo.so.1"));
    expect(Object.keys(await tableOf(root))).toEqual(["libone.so.1", "libtwo.so.1"]);
    const { files } = toProfile(await readRootFolder(root, NOTHING_MORE));
    const shared = files.find(({ paths }) => paths.includes(`/${FOLDER}/libone.so.1`));
    expect(shared?.paths).toEqual([`/${FOLDER}/libone.so.1`, `/${FOLDER}/libtwo.so.1`]);
  });
  test("names that are no UTF-8 keep their bytes", async () => {
    const root = write({});
    writeFileSync(Buffer.from(join(root, FOLDER, "lib\xff.so.1"), "latin1"), lib("libodd.so.1"));
    expect(await tableOf(root)).toEqual({ "lib\\xff.so.1": `/${FOLDER}/lib\\xff.so.1` });
  });
  test("one that may not be read says why, and names no path of this machine", () => {
    const root = write({ [`${FOLDER}/libsecret.so.1`]: lib("libsecret.so.1") });
    chmodSync(join(root, FOLDER, "libsecret.so.1"), 0);
    // Root may read everything: it gives up the capabilities that say so.
    const isRoot = process.getuid?.() === 0;
    const without = isRoot ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] : [];
    const [program, ...args] = [...without, process.execPath, CLI, "host", root, "--format", "json"] as const;
    const { files } = JSON.parse(execFileSync(program, args, { encoding: "utf8" })) as HostProfile;
    const secret = files.find(({ paths }) => paths.includes(`/${FOLDER}/libsecret.so.1`));
    expect(secret).toMatchObject({ facts: { kind: "unread", reason: "permission denied" } });
  });
});

describe("folders", () => {
  test("what RUNPATH of a library leads to is known, but is no library by that name", async () => {
    const root = write({
      [`${FOLDER}/libapp.so.1`]: lib("libapp.so.1", { needed: ["libpriv.so.1"], runpath: "$ORIGIN/app" }),
      [`${FOLDER}/app/libpriv.so.1`]: lib("libpriv.so.1", { needed: ["libdeep.so.1"], rpath: "$ORIGIN/../app/deep" }),
      [`${FOLDER}/app/deep/libdeep.so.1`]: lib("libdeep.so.1"),
      [`${FOLDER}/app/libother.so.1`]: lib("libother.so.1"),
    });
    expect(Object.keys(await tableOf(root))).toEqual(["libapp.so.1"]);
    const known = toProfile(await readRootFolder(root, NOTHING_MORE)).files.flatMap(({ paths }) => paths);
    expect(known).toContain(`/${FOLDER}/app/libpriv.so.1`);
    expect(known).toContain(`/${FOLDER}/app/deep/libdeep.so.1`);
    expect(known).not.toContain(`/${FOLDER}/app/libother.so.1`);
  });
  test("one that the user names is searched after all others", async () => {
    const root = write({
      [`${FOLDER}/libz.so.1`]: lib("libz.so.1"),
      "opt/mpi/lib/libmpi.so.40": lib("libmpi.so.40"),
      "opt/mpi/lib/libz.so.1": lib("libz.so.1"),
    });
    expect(await tableOf(root, ["/opt/mpi/lib"])).toEqual({
      "libmpi.so.40": "/opt/mpi/lib/libmpi.so.40",
      "libz.so.1": `/${FOLDER}/libz.so.1`,
    });
  });
  test("files that ld.so.conf includes are read, from one to the next", async () => {
    const root = write({
      "etc/ld.so.conf": "include ld.so.conf.d/*.conf /etc/more.conf # both\n/opt/own/lib\n",
      "etc/ld.so.conf.d/a.conf": "/opt/a/lib\n",
      "etc/more.conf": "include deeper.conf\n",
      "etc/deeper.conf": "/opt/deep/lib\n",
      "opt/a/lib/liba.so.1": lib("liba.so.1"),
      "opt/deep/lib/libdeep.so.1": lib("libdeep.so.1"),
      "opt/own/lib/libown.so.1": lib("libown.so.1"),
    });
    const known = toProfile(await readRootFolder(root, NOTHING_MORE)).files.flatMap(({ paths }) => paths);
    for (const name of ["a/lib/liba", "deep/lib/libdeep", "own/lib/libown"])
      expect(known).toContain(`/opt/${name}.so.1`);
    // ld.so reads its cache and not the configuration: without ldconfig these are known, and not found.
    expect(await tableOf(root)).toEqual({});
  });
});

describe("configuration under another name", () => {
  test("texts behind links are read for their place, with what they include", async () => {
    const root = write({
      "etc/ld.so.conf": { link: "/opt/conf/main" },
      "opt/conf/main": "include /opt/conf/*.conf\n",
      "opt/conf/vendor.conf": { link: "vendor" },
      "opt/conf/vendor": "/opt/vendor/lib\n",
      "opt/vendor/lib/libvendor.so.1": lib("libvendor.so.1"),
      "etc/os-release": { link: "../opt/release" },
      "opt/release": 'PRETTY_NAME="Linked 1"\n',
    });
    const { files, name } = toProfile(await readRootFolder(root, NOTHING_MORE));
    expect(name).toBe("Linked 1");
    expect(files.flatMap(({ paths }) => paths)).toContain("/opt/vendor/lib/libvendor.so.1");
  });

  test("a single file that is to be mounted is read whatever its name is", async () => {
    const root = write({ "opt/list": "/opt/a.so\n", "opt/conf/ld.so.preload": { link: "../list2" }, "opt/list2": "b" });
    const { root: read } = await readRootFolder(root, { folders: [], trees: ["/opt/list", "/opt/conf"] });
    expect(findText(read, "/opt/list")).toBe("/opt/a.so\n");
    expect(findText(read, "/opt/conf/ld.so.preload")).toBe("b");
  });
});

describe("other systems", () => {
  test("libraries of another machine beside its own are not its own", async () => {
    const root = write({
      [`${FOLDER}/libz.so.1`]: lib("libz.so.1"),
      [`${FOLDER}/libarm.so.1`]: lib("libarm.so.1", { machine: "aarch64" }),
      [`${FOLDER}/libi386.so.1`]: lib("libi386.so.1", { machine: "i386" }),
    });
    expect(Object.keys(await tableOf(root))).toEqual(["libz.so.1"]);
    expect(toProfile(await readRootFolder(root, NOTHING_MORE))).toMatchObject({ machine: "x86_64" });
  });
  test("a musl system is told as one", async () => {
    const banner = "musl libc (\0%s)\0" + "1.2.5\0";
    const root = writeRoot(join(cwd, "musl"), {
      "etc/os-release": 'PRETTY_NAME="Alpine Linux v3.20"\n',
      "lib/ld-musl-x86_64.so.1": lib("libc.musl-x86_64.so.1", { contents: banner }),
      "usr/lib/libz.so.1": lib("libz.so.1"),
    });
    expect(toProfile(await readRootFolder(root, NOTHING_MORE))).toMatchObject({
      name: "Alpine Linux v3.20",
      libc: { family: "musl" },
    });
  });
});
