/**
 * The machine's own ldconfig and the simulated one, on the same roots: they must write the same entries in the same order, and make
 * the same links.
 */
import { spawnSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDiskReader } from "../../src/host/disk-reader.js";
import type { FileFacts } from "../../src/loader/facts.js";
import { identifyLoader, type LoaderIdentity } from "../../src/loader/identity.js";
import { parseLdCache, type LdCache } from "../../src/loader/ld-cache.js";
import { playLdconfig } from "../../src/loader/ldconfig.js";
import { readHost } from "../../src/read-host.js";
import type { RootFilesystem } from "../../src/rootfs/filesystem.js";
import { createMemoryRoot } from "../../src/rootfs/memory.js";
import { writeRoot, type RootFiles } from "../cli/root-files.js";
import { buildElf, type ElfDescription } from "../support/elf-builder.js";
import { readWorld } from "../support/gcc-simulate.js";

const INTERPRETER = "/lib64/ld-linux-x86-64.so.2";
const ABI = { machine: 62, class: 64, data: "little", flags: 0 } as const;

const release = /(\d+\.\d+)$/m.exec(spawnSync("ldconfig", ["--version"], { encoding: "utf8" }).stdout)?.[1];
const obstacle =
  process.geteuid?.() !== 0
    ? "needs root"
    : process.arch !== "x64"
      ? "this machine is no x86-64"
      : release === undefined
        ? "no ldconfig of glibc"
        : undefined;

let folder: string;
let identity: LoaderIdentity;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-ldconfig-"));
  const disk = createDiskReader("/");
  await disk.add(INTERPRETER);
  const found = identifyLoader(createMemoryRoot(disk.nodes), INTERPRETER, ABI, release);
  if (found !== undefined) identity = found;
});
afterAll(() => rmSync(folder, { recursive: true }));

const lib = (soname: string | undefined, description: ElfDescription = {}): Uint8Array =>
  buildElf({ ...(soname === undefined ? {} : { soname }), needed: ["libc.so.6"], ...description });

/** Roots by what they are about. */
const ROOTS: Readonly<Record<string, RootFiles>> = {
  "two versions of one soname: the newest by number": {
    "usr/lib/libx.so.1.9": lib("libx.so.1"),
    "usr/lib/libx.so.1.10": lib("libx.so.1"),
    "usr/lib/libx.so.1.2": lib("libx.so.1"),
  },
  "a link that leads to the older version is led to the newest": {
    "usr/lib/libx.so.1": { link: "libx.so.1.0" },
    "usr/lib/libx.so.1.0": lib("libx.so.1"),
    "usr/lib/libx.so.1.5": lib("libx.so.1"),
    "usr/lib/libx.so": { link: "libx.so.1" },
  },
  "a file in the place of the link stays": {
    "usr/lib/libx.so.1": lib("libx.so.1"),
    "usr/lib/libx.so.1.5": lib("libx.so.1"),
  },
  "links: for compilers, by another name, to another folder, to nothing": {
    "etc/ld.so.conf": "/opt/a\n",
    "opt/a/libdev.so": { link: "libdev.so.2" },
    "opt/a/libdev.so.2": { link: "libdev-2.1.so" },
    "opt/a/libdev-2.1.so": lib("libdev.so.2"),
    "opt/a/libother.so.7": { link: "../b/libreal.so.1" },
    "opt/b/libreal.so.1": lib("libreal.so.1"),
    "opt/a/libgone.so.3": { link: "libgone.so.3.1" },
    "opt/a/libstale.so.1": { link: "libstale.so.1.0" },
    "opt/a/libstale.so.1.2": lib("libstale.so.1"),
    "opt/a/libabs.so.1": { link: "/opt/b/libreal.so.1" },
    "opt/a/libbad.so": { link: "libdev-2.1.so" },
  },
  "folders: those of ld.so.conf in order, before the system's, each once": {
    "etc/ld.so.conf": "/opt/z\ninclude /etc/ld.so.conf.d/*.conf\n/opt/z/\n/usr/lib\n/opt/nothing\n",
    "etc/ld.so.conf.d/b.conf": "/opt/b # second\n",
    "etc/ld.so.conf.d/a.conf": "/opt/a\n/opt/alias\n",
    "etc/ld.so.conf.d/off.txt": "/opt/off\n",
    "opt/alias": { link: "b" },
    "opt/off/liboff.so.1": lib("liboff.so.1"),
    ...Object.fromEntries(
      ["opt/z", "opt/a", "opt/b", "usr/lib", "usr/lib64", "lib64", "lib", "usr/libx32"].flatMap((at) => [
        [`${at}/libx.so.1`, lib("libx.so.1")],
        [`${at}/lib${at.replaceAll("/", "-")}.so.1`, lib(`lib${at.replaceAll("/", "-")}.so.1`)],
      ]),
    ),
  },
  "system folders that are links": {
    lib: { link: "usr/lib" },
    lib64: { link: "usr/lib64" },
    "usr/lib/x86_64-linux-gnu/libm.so.6": lib("libm.so.6"),
    "usr/lib64/ld-linux-x86-64.so.2": lib("ld-linux-x86-64.so.2", { needed: [] }),
    "usr/lib/liby.so.1": lib("liby.so.1"),
  },
  "folders for better CPUs": {
    "etc/ld.so.conf": "/opt/a\n",
    "opt/a/libx.so.1.0": lib("libx.so.1"),
    "opt/a/glibc-hwcaps/x86-64-v3/libx.so.1.0": lib("libx.so.1"),
    "opt/a/glibc-hwcaps/x86-64-v2/libx.so.1.0": lib("libx.so.1"),
    "opt/a/glibc-hwcaps/x86-64-v2/libx.so.1.1": lib("libx.so.1"),
    "opt/a/glibc-hwcaps/.hidden/libx.so.1.0": lib("libx.so.1"),
    "opt/a/glibc-hwcaps/own/libx.so.1": lib("libx.so.1"),
    "opt/a/glibc-hwcaps/linked": { link: "/opt/copies" },
    "opt/copies/libx.so.1.7": lib("libx.so.1"),
    "usr/lib/libx.so.1": lib("libx.so.1"),
    "usr/lib/glibc-hwcaps/x86-64-v4/libx.so.1": lib("libx.so.1"),
  },
  "folders for certain hardware": {
    "etc/ld.so.conf": "/opt/a\n",
    "opt/a/libx.so.1.0": lib("libx.so.1"),
    "opt/a/tls/libx.so.1.0": lib("libx.so.1"),
    "opt/a/haswell/libx.so.1.0": lib("libx.so.1"),
    "opt/a/haswell/avx512_1/libx.so.1.0": lib("libx.so.1"),
    "opt/a/tls/x86_64/libx.so.1": lib("libx.so.1"),
    "opt/a/x86_64/libx.so.1": lib("libx.so.1"),
    "opt/a/other/libx.so.1": lib("libx.so.1"),
  },
  "files that are no libraries": {
    "usr/lib/libscript.so": "/* GNU ld script */\nGROUP ( libscript.so.1 )\n",
    "usr/lib/libempty.so.1": "",
    "usr/lib/libtext.so.1": "no library at all, but long enough to have a header in it if it were one\n",
    "usr/lib/libcut.so.1": lib("libcut.so.1").slice(0, 40),
    "usr/lib/libexec.so.1": buildElf({ type: "exec", interp: INTERPRETER, needed: ["libc.so.6"] }),
    "usr/lib/libobject.so.1": buildElf({ type: "rel" }),
    "usr/lib/libstatic.so.1": buildElf({ dynamic: false }),
    "usr/lib/plugin.so": lib("plugin.so"),
    "usr/lib/libnever.a": lib("libnever.so.1"),
    "usr/lib/libdir.so.1/libinside.so.1": lib("libinside.so.1"),
    "usr/lib/libplain.so.4": lib(undefined),
    "usr/lib/ld.so.9": lib(undefined),
    "usr/lib/libp.so.1.#prelink#": lib("libp.so.1"),
    "usr/lib/libp.so.1.#prelink#.abcdef": lib("libp.so.1"),
    "usr/lib/libq.so.1.dpkg-new": lib("libq.so.1"),
    "usr/lib/libq.so.1.0": lib("libq.so.1"),
  },
  "other machines": {
    "usr/lib/lib386.so.1.0": lib("lib386.so.1", { machine: "i386" }),
    "usr/lib/libbare386.so.1.0": lib("libbare386.so.1", { machine: "i386", needed: [] }),
    "usr/lib/libx.so.1.0": lib("libx.so.1", { machine: "i386" }),
    "lib64/libx.so.1.0": lib("libx.so.1"),
    "usr/lib/libarm.so.1.0": lib("libarm.so.1", { machine: "aarch64" }),
    "usr/lib/libboth.so.1.0": lib("libboth.so.1"),
    "usr/lib/libboth.so.1.1": lib("libboth.so.1", { machine: "aarch64" }),
  },
};

describe.skipIf(obstacle !== undefined)(`ldconfig${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`, () => {
  it.each(Object.entries(ROOTS))("%s", async (_, files) => {
    const root = writeRoot(mkdtempSync(join(folder, "root-")), { "etc/keep": "", ...files });
    const before = await readWorld(root);
    const played = playLdconfig(before, identity, () => true);
    const { status, stderr } = spawnSync("ldconfig", ["-i", "-r", root], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const real = parseLdCache(readFileSync(join(root, "etc/ld.so.cache")));
    expect(toLines(played.cache)).toEqual(toLines(real));
    expect(played.cache.entries.size).toBeGreaterThan(0);
    expect(listSimulatedLinks(played.root)).toEqual(listLinks(root));
  });

  it("this machine's own cache, written elsewhere and without links", async () => {
    const file = join(folder, "machine.cache");
    const { status, stderr } = spawnSync("ldconfig", ["-X", "-C", file], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const { root } = await readHost(undefined);
    const played = playLdconfig(root, identity, () => false);
    const lines = toLines(played.cache);
    expect(lines).toEqual(toLines(parseLdCache(readFileSync(file))));
    expect(lines.length).toBeGreaterThan(20);
  });
});

/** The entries of each name in order, the names sorted. */
function toLines(cache: LdCache | undefined): readonly string[] {
  return [...(cache?.entries.entries() ?? [])]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, entries]) =>
      entries.map(({ path, flags, hwcaps }) => `${name} ${flags.toString(16)} ${JSON.stringify(hwcaps)} ${path}`),
    );
}

function listLinks(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => lstatSync(join(root, path)).isSymbolicLink())
    .map((path) => `/${path} -> ${readlinkSync(join(root, path))}`)
    .sort();
}

function listSimulatedLinks(root: RootFilesystem<FileFacts>, from = ""): readonly string[] {
  return root
    .list(from === "" ? "/" : from)
    .flatMap((name): readonly string[] => {
      const path = `${from}/${name}`;
      const node = root.lookup(path);
      if (node?.kind === "symlink") return [`${path} -> ${node.target}`];
      return node?.kind === "directory" ? listSimulatedLinks(root, path) : [];
    })
    .sort();
}
