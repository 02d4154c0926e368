/** A profile answers on another machine as its host would here. */
import { deepStrictEqual } from "node:assert";
import { hostname, homedir, userInfo } from "node:os";
import { join } from "node:path";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import type { ElfObject } from "../../src/elf/object.js";
import type { EncodedElf } from "../../src/host/elf-codec.js";
import { readLiveHost, readRootFolder } from "../../src/host/live.js";
import { parseProfile, toProfile } from "../../src/host/profile.js";
import { walk } from "../../src/rootfs/walk.js";
import type { Host } from "../../src/host/host.js";
import { buildElf } from "../support/elf-builder.js";
import { packImage, writeRoot, type RootFiles } from "../cli/root-files.js";
import { createFolder, runCli } from "../cli/run-cli.js";
import { HOST, IMAGE } from "../cli/verdict-roots.js";

const isLinux = process.platform === "linux" && statSync("/etc/ld.so.cache", { throwIfNoEntry: false }) !== undefined;
const skipped = isLinux ? "" : " (skipped: this is no Linux with glibc)";
const cwd = createFolder();

/** What a host answers, without the folders that are implied by what they hold. */
function nodesOf({ root }: Host): ReadonlyMap<string, unknown> {
  const nodes = [...walk(root)].filter(({ node }) => node.kind !== "directory");
  return new Map(
    nodes.map(({ path, node }) => {
      if (node.kind !== "file" || node.facts.kind !== "data") return [path, node];
      // A Buffer and a Uint8Array of the same bytes are the same to whoever reads them.
      return [path, { ...node, facts: { ...node.facts, bytes: Buffer.from(node.facts.bytes) } }];
    }),
  );
}

/** The host as it comes out of its profile. */
function carry(host: Host): Host {
  return parseProfile(JSON.stringify(toProfile(host)), "p.json");
}

function expectSame(carried: Host, host: Host): void {
  deepStrictEqual(nodesOf(carried), nodesOf(host));
  const { root: _a, source: _b, ...facts } = carried;
  const { root: _c, source: _d, ...expected } = host;
  deepStrictEqual(facts, expected);
}

const ODD: RootFiles = {
  ...HOST,
  // Names and links that are no UTF-8, a link loop, a broken ELF file, and every part of an ELF object.
  "usr/lib/x86_64-linux-gnu/libodd.so.1": { link: "../loop/libodd.so.1" },
  "usr/lib/loop": { link: "loop" },
  "usr/lib/x86_64-linux-gnu/libbroken.so.1": buildElf({ soname: "libbroken.so.1" }).subarray(0, 90),
  "usr/lib/x86_64-linux-gnu/libtext.so": "/* GNU ld script */ GROUP ( libtext.so.1 )",
  "usr/lib/x86_64-linux-gnu/libfull.so.1": buildElf({
    soname: "libfull.so.1",
    needed: ["libc.so.6", "libprivate.so.1"],
    runpath: "$ORIGIN/private/../private",
    auxiliary: ["libaux.so.1"],
    filter: ["libfilter.so.1"],
    dynamicFlags: 8,
    dynamicFlags1: 1,
    requires: [{ file: "libm.so.6", versions: [{ name: "GLIBC_2.29", weak: true }] }],
    symbols: [
      { name: "stdout", version: "GLIBC_2.2.5", from: "libc.so.6", type: "object", uses: ["copy"], size: 8 },
      { name: "full_open", version: "FULL_1", hidden: true },
      { name: "full_tls", version: "FULL_1", type: "tls", size: 4 },
    ],
    relr: true,
    tls: { size: 64, alignment: 16 },
    stack: "executable",
    notes: {
      abiTag: { os: 0, kernel: [3, 2, 0] },
      buildId: "00112233445566778899aabbccddeeff00112233",
      properties: [{ type: 0xc0008002, value: 1 }],
      dlopen: ['[{"soname":["libz.so.1"]}]'],
    },
  }),
  "usr/lib/x86_64-linux-gnu/private/libprivate.so.1": buildElf({ soname: "libprivate.so.1" }),
};

test("no field of an ELF object is forgotten", () => {
  expectTypeOf<Exclude<keyof ElfObject, keyof EncodedElf>>().toEqualTypeOf<never>();
  expectTypeOf<Exclude<keyof ElfObject["symbols"], keyof EncodedElf["symbols"]>>().toEqualTypeOf<"count">();
  expectTypeOf<Exclude<keyof ElfObject["notes"], keyof EncodedElf["notes"]>>().toEqualTypeOf<never>();
  expectTypeOf<Exclude<keyof ElfObject["versions"], keyof EncodedElf["versions"]>>().toEqualTypeOf<never>();
});

test("a root folder comes out of its profile as it went in", async () => {
  const host = await readRootFolder(writeRoot(join(cwd, "odd"), ODD), {
    folders: ["/usr/lib/x86_64-linux-gnu/private"],
    trees: [],
  });
  expect([...nodesOf(host).keys()]).toContain("/usr/lib/x86_64-linux-gnu/private/libprivate.so.1");
  expectSame(carry(host), host);
});

test("a profile of a profile is the profile", async () => {
  const profile = toProfile(await readRootFolder(join(cwd, "odd"), { folders: [], trees: [] }));
  const again = toProfile(parseProfile(JSON.stringify(profile), "p.json"));
  expect(again).toEqual({ ...profile, source: "p.json" });
});

test("the same host gives the same bytes", () => {
  const bytes = (): string => runCli(["host", "odd", "--format", "json"], { cwd }).stdout;
  expect(bytes()).toBe(bytes());
});

describe.skipIf(!isLinux)(`this machine${skipped}`, () => {
  let host: Host;
  let text: string;
  beforeAll(async () => {
    host = await readLiveHost({ folders: [], trees: [] });
    text = JSON.stringify(toProfile(host));
  });

  test("comes out of its profile as it went in", () => {
    expectSame(parseProfile(text, "p.json"), host);
  });

  test("names nobody", () => {
    const { username } = userInfo();
    const facts = { ...(JSON.parse(text) as object), files: undefined, libraries: undefined };
    // A name as short as "root" or "ci" is a word of symbols and paths too; outside of them it must not be.
    expect(JSON.stringify(facts)).not.toMatch(new RegExp(`"${username}"|/${username}\\b|\\b${username}@`));
    expect(text).not.toContain(`"${homedir()}/`);
    if (hostname().length > 6) expect(text).not.toContain(hostname());
    for (const name of ["HOME", "USER", "LOGNAME", "PWD", "SSH_CONNECTION", "HOSTNAME"]) {
      expect(text).not.toContain(`"${name}"`);
      expect(text).not.toContain(`${name}=${process.env[name] ?? "?"}`);
    }
  });
});

describe("analyze takes a host in every form", () => {
  /** The report without the name of the host. */
  function analyze(host: readonly string[], library = "*"): unknown {
    const { stdout, stderr } = runCli(["analyze", "app.tar", ...host, "--format", "json", "--library", library], {
      cwd,
    });
    expect(stderr).not.toContain("Cannot");
    const report = JSON.parse(stdout) as { host: object };
    return { ...report, host: { ...report.host, source: "" } };
  }

  beforeAll(() => {
    writeRoot(join(cwd, "host"), HOST);
    writeFileSync(join(cwd, "app.tar"), packImage(IMAGE));
    writeFileSync(join(cwd, "host.tar"), packImage(HOST));
  });

  test("a folder, its profile, and an image of it", () => {
    expect(runCli(["host", "host", "-o", "p.json"], { cwd })).toEqual({ status: 0, stdout: "", stderr: "" });
    const folder = analyze(["--host", "host"]);
    expect((folder as { mounts: unknown[] }).mounts.length).toBeGreaterThan(6);
    expect(analyze(["--host", "p.json"])).toEqual(folder);
    expect(analyze(["--host", "host.tar"])).toEqual(folder);
    expect(analyze(["--host", "host/"])).toEqual(folder);
  });

  test("a profile that was edited by hand, and begins with a byte order mark", () => {
    writeFileSync(join(cwd, "bom.json"), `\uFEFF${readFileSync(join(cwd, "p.json"), "utf8")}`);
    expect(analyze(["--host", "bom.json"])).toEqual(analyze(["--host", "p.json"]));
  });

  // Four runs over all libraries of this machine, which may be busy.
  test.skipIf(!isLinux)(
    `this machine, its profile, and --host with no value or none at all${skipped}`,
    () => {
      runCli(["host", "-o", "live.json"], { cwd });
      const live = analyze(["--host"], "lib[mz].so*");
      expect((live as { mounts: unknown[] }).mounts).not.toEqual([]);
      expect(analyze([], "lib[mz].so*")).toEqual(live);
      expect(analyze(["--host", "live.json"], "lib[mz].so*")).toEqual(live);
    },
    120_000,
  );
});
