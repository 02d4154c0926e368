/** The builder of test files: readelf reads what it writes, on every machine, and finds what was described. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { bytesSource } from "../../src/elf/bytes.js";
import { USE_COPY, USE_EAGER, USE_LAZY } from "../../src/elf/object.js";
import { parseElf } from "../../src/elf/parse.js";
import { buildElf, type ElfDescription } from "../support/elf-builder.js";
import { MACHINES, type MachineName } from "../support/elf-machines.js";
import { findReadelfProblem, runReadelf } from "../support/elf-readelf.js";
import { findName, listNames } from "../../src/elf/symbol-names.js";

const problem = findReadelfProblem();
const withReadelf = problem === undefined ? "" : ` (skipped: ${problem})`;
const machines = Object.keys(MACHINES) as MachineName[];

const LIBRARY: ElfDescription = {
  needed: ["libc.so.6", "libm.so.6"],
  soname: "libx.so.1",
  rpath: "/old/path",
  runpath: "$ORIGIN/../lib:/opt/lib",
  auxiliary: ["libaux.so.1"],
  filter: ["libfilter.so.1"],
  dynamicFlags: 8,
  dynamicFlags1: 1,
  requires: [{ file: "libm.so.6", versions: [{ name: "GLIBC_2.29", weak: true }] }],
  defines: [{ name: "X_1.0" }, { name: "X_2.0", parents: ["X_1.0"] }],
  hash: "both",
  symbols: [
    { name: "local_thing", binding: "local", type: "object" },
    { name: "puts", version: "GLIBC_2.2.5", from: "libc.so.6" },
    { name: "stdout", version: "GLIBC_2.2.5", from: "libc.so.6", type: "object" },
    { name: "environ", version: "GLIBC_2.2.5", from: "libc.so.6", type: "object", uses: ["copy"], size: 8 },
    { name: "__gmon_start__", defined: false, binding: "weak", type: "notype" },
    { name: "x_open", version: "X_1.0", hidden: true },
    { name: "x_open", version: "X_2.0" },
    { name: "x_table", version: "X_1.0", type: "object", size: 64, visibility: "protected" },
    { name: "x_thread", version: "X_2.0", type: "tls", size: 4 },
    { name: "x_plain", binding: "weak" },
    { name: "X_2.0", version: "X_2.0", type: "object", absolute: true, value: 0 },
  ],
  relr: true,
  tls: { size: 64, alignment: 16 },
  notes: {
    abiTag: { os: 0, kernel: [3, 2, 0] },
    buildId: "00112233445566778899aabbccddeeff00112233",
    properties: [{ type: 0xc0008002, value: 1 }],
    dlopen: ['[{"soname":["libz.so.1"]}]'],
  },
};

describe("files of the builder", () => {
  test.skipIf(problem !== undefined).each(machines)(`readelf reads %s without a warning${withReadelf}`, (machine) => {
    const { hash } = MACHINES[machine].machine === 8 ? { hash: "sysv" as const } : LIBRARY;
    const text = runReadelf(buildElf({ ...LIBRARY, machine, hash }), ["-dVWhlrnS", "--dyn-syms"]);
    expect(text.split("\n").filter((line) => /readelf:|warning|error|corrupt/i.test(line))).toEqual([]);
    for (const part of ["[libc.so.6]", "[libx.so.1]", "X_2.0", "GLIBC_2.29", "puts@GLIBC_2.2.5", "x_open@@X_2.0"]) {
      expect(text).toContain(part);
    }
  });

  const shapes: Record<string, ElfDescription> = {
    "a program": {
      interp: "/lib64/ld-linux-x86-64.so.2",
      needed: ["libc.so.6"],
      symbols: LIBRARY.symbols ?? [],
      tls: { size: 4, alignment: 4 },
    },
    "a fixed program": { type: "exec", interp: "/lib64/ld-linux-x86-64.so.2" },
    "a static program": { type: "exec", dynamic: false },
    "an object file": { type: "rel" },
    "nothing but undefined symbols": { symbols: [{ name: "puts", defined: false }] },
    "no symbols": {},
    "overlapping relocation tables": { ...LIBRARY, overlappingJmprel: true },
    "no section headers": { ...LIBRARY, sectionHeaders: false },
  };
  test.skipIf(problem !== undefined).each(Object.keys(shapes))(
    `readelf reads %s without a warning${withReadelf}`,
    (name) => {
      for (const machine of ["x86-64", "i386", "s390x", "ppc"] as const) {
        const text = runReadelf(buildElf({ ...shapes[name], machine }), ["-dVWhlrnS", "--dyn-syms"]);
        expect(text.split("\n").filter((line) => /readelf:|warning|corrupt/i.test(line))).toEqual([]);
      }
    },
  );
});

describe("parseElf on files of the builder", () => {
  test.each(machines)("%s comes back as described", async (machine) => {
    const facts = MACHINES[machine];
    const hash = facts.machine === 8 ? "sysv" : "both";
    const elf = await parseElf(bytesSource(buildElf({ ...LIBRARY, machine, hash })));
    expect(elf).toMatchObject({
      class: facts.class,
      data: facts.data,
      machine: facts.machine,
      flags: facts.flags,
      type: 3,
      header: { versionOk: true, paddingOk: true, programHeaderSizeOk: true },
      segments: { loads: 2, loadsAligned: true, dynamic: "present" },
      needed: ["libc.so.6", "libm.so.6"],
      soname: "libx.so.1",
      rpath: "/old/path",
      runpath: "$ORIGIN/../lib:/opt/lib",
      filtees: [
        { name: "libaux.so.1", required: false, after: 2 },
        { name: "libfilter.so.1", required: true, after: 2 },
      ],
      dynamicFlags: 8,
      dynamicFlags1: 1,
      bindNow: true,
      symbolic: false,
      relr: true,
      tls: { size: 64, alignment: 16 },
      stack: "plain",
      notes: {
        abiTag: { os: 0, kernel: [3, 2, 0] },
        buildId: "00112233445566778899aabbccddeeff00112233",
        properties: [{ type: 0xc0008002, value: 1 }],
        dlopen: ['[{"soname":["libz.so.1"]}]'],
      },
    });
    expect(elf.interp).toBeUndefined();
    expect(elf.versions).toEqual({
      hasSymbols: true,
      hasRequirements: true,
      hasDefinitions: true,
      requirements: [
        { file: "libm.so.6", name: "GLIBC_2.29", weak: true, index: 4 },
        { file: "libc.so.6", name: "GLIBC_2.2.5", weak: false, index: 5 },
      ],
      definitions: [
        { name: "libx.so.1", parents: [], base: true, weak: false, index: 1 },
        { name: "X_1.0", parents: [], base: false, weak: false, index: 2 },
        { name: "X_2.0", parents: ["X_1.0"], base: false, weak: false, index: 3 },
      ],
    });
    const { symbols } = elf;
    const rows = listNames(symbols.names).map((name, i) => {
      const section = symbols.section[i] === 0 ? "undefined" : symbols.section[i] === 0xfff1 ? "absolute" : "defined";
      return [
        name,
        symbols.binding[i],
        symbols.type[i],
        symbols.visibility[i],
        section,
        symbols.version[i],
        symbols.uses[i],
      ];
    });
    expect(rows.sort((left, right) => String(left).localeCompare(String(right), "en"))).toEqual(
      [
        ["", 0, 0, 0, "undefined", 0, 0],
        ["local_thing", 0, 1, 0, "defined", 0, 0],
        ["puts", 1, 2, 0, "undefined", 5, USE_LAZY],
        ["stdout", 1, 1, 0, "undefined", 5, USE_EAGER],
        ["environ", 1, 1, 0, "defined", 5, USE_COPY],
        ["__gmon_start__", 2, 0, 0, "undefined", 0, USE_EAGER],
        ["x_open", 1, 2, 0, "defined", 0x8002, 0],
        ["x_open", 1, 2, 0, "defined", 3, 0],
        ["x_table", 1, 1, 3, "defined", 2, 0],
        ["x_thread", 1, 6, 0, "defined", 3, 0],
        ["x_plain", 2, 2, 0, "defined", 1, 0],
        ["X_2.0", 1, 1, 0, "absolute", 3, 0],
      ].sort((left, right) => String(left).localeCompare(String(right), "en")),
    );
    expect(symbols.size[findName(symbols.names, "x_table") ?? -1]).toBe(64);
  });
});

const LOADER = "/lib64/ld-linux-x86-64.so.2";
const cannotRun =
  process.platform === "linux" && process.arch === "x64" && existsSync(LOADER) ? "" : ` (skipped: no ${LOADER})`;

describe("the real loader on files of the builder", () => {
  const folder = mkdtempSync(join(tmpdir(), "containerspec-builder-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const library: ElfDescription = {
    soname: "libx.so.1",
    needed: ["libc.so.6"],
    symbols: [
      { name: "x_open", version: "X_1" },
      { name: "x_table", version: "X_1", type: "object", size: 16 },
      { name: "puts", version: "GLIBC_2.2.5", from: "libc.so.6" },
      { name: "stdout", version: "GLIBC_2.2.5", from: "libc.so.6", type: "object" },
    ],
  };
  const program: ElfDescription = {
    interp: LOADER,
    needed: ["libx.so.1", "libc.so.6"],
    runpath: "$ORIGIN",
    symbols: [
      { name: "x_open", version: "X_1", from: "libx.so.1" },
      { name: "x_table", version: "X_1", from: "libx.so.1", type: "object", size: 16, uses: ["copy", "eager"] },
    ],
  };

  /** Runs the program beside the library, with functions bound at once or at the first call. */
  function run(name: string, described: ElfDescription, bindNow: boolean, provided = library) {
    const at = join(folder, `${name}-${bindNow ? "now" : "lazy"}`);
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, "libx.so.1"), buildElf(provided), { mode: 0o755 });
    writeFileSync(join(at, "program"), buildElf(described), { mode: 0o755 });
    const env = { ...process.env, LC_ALL: "C", ...(bindNow ? { LD_BIND_NOW: "1" } : {}) };
    const { status, stderr } = spawnSync(join(at, "program"), { encoding: "utf8", env });
    return { status, stderr };
  }

  test.skipIf(cannotRun !== "").each(["gnu", "sysv", "both"] as const)(
    `starts a program whose hash tables are %s${cannotRun}`,
    (hash) => {
      const plain: ElfDescription = { ...library, hash };
      for (const bindNow of [false, true]) {
        expect(run(hash, program, bindNow, plain)).toEqual({ status: 0, stderr: "" });
        expect(run(`fixed-${hash}`, { ...program, type: "exec" }, bindNow, plain)).toEqual({ status: 0, stderr: "" });
      }
    },
  );

  test.skipIf(cannotRun !== "")(`misses a function only when it binds it, and a version at once${cannotRun}`, () => {
    const lacking: ElfDescription = {
      ...program,
      symbols: [...(program.symbols ?? []), { name: "x_gone", version: "X_1", from: "libx.so.1" }],
    };
    expect(run("lacking", lacking, false)).toEqual({ status: 0, stderr: "" });
    expect(run("lacking", lacking, true)).toMatchObject({ status: 127 });
    expect(run("lacking", lacking, true).stderr).toContain("undefined symbol: x_gone, version X_1");
    const newer: ElfDescription = { ...program, requires: [{ file: "libx.so.1", versions: ["X_9"] }] };
    expect(run("newer", newer, false)).toMatchObject({ status: 1 });
    expect(run("newer", newer, false).stderr).toContain("version `X_9' not found");
  });
});
