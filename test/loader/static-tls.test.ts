/** Static thread-local storage in what dlopen brings: whose it is, and how much of it there is on machines and releases not at hand. */
import { describe, expect, it } from "vitest";
import type { ElfDescription, SymbolDescription } from "../support/elf-description.js";
import type { MachineName } from "../support/elf-machines.js";
import { createWorld, load } from "./world.js";

const DF_STATIC_TLS = 0x10;
const INTERPS: Partial<Record<MachineName, string>> = {
  "x86-64": "/lib64/ld-linux-x86-64.so.2",
  i386: "/lib/ld-linux.so.2",
  aarch64: "/lib/ld-linux-aarch64.so.1",
};

const own = (...uses: NonNullable<SymbolDescription["uses"]>): SymbolDescription => ({
  name: "own",
  type: "tls",
  uses,
});
const block = (size: number, alignment = 8) => ({ tls: { size, alignment } });

interface Question {
  readonly glibc?: string;
  readonly machine?: MachineName;
  /** bytes that the C library has */
  readonly libc?: number;
  readonly others?: Readonly<Record<string, ElfDescription>>;
}

/** What opening /libx.so comes to: "exhausted", "uncertain", or nothing. */
async function open(
  libx: ElfDescription,
  { glibc = "2.36", machine = "x86-64", libc = 0, others = {} }: Question = {},
) {
  const files = Object.entries({ "/lib/libc.so.6": libc === 0 ? {} : block(libc), ...others, "/libx.so": libx });
  const root = await createWorld({
    [INTERPS[machine] ?? ""]: { machine },
    ...Object.fromEntries(files.map(([path, file]) => [path, { machine, ...file }])),
  });
  const { problems } = load(root, "/libx.so", { glibcVersion: glibc, libraryPath: "/:/lib" });
  return problems.map((problem) => {
    if (problem.kind !== "static-tls-exhausted" && problem.kind !== "static-tls-uncertain") return problem.kind;
    const { kind, requiredBy, user, size, available } = problem;
    return `${kind.replace("static-tls-", "")}: ${requiredBy} for ${user}, ${size} of ${available}`;
  });
}

const fixed = (size: number, alignment?: number): ElfDescription => ({
  ...block(size, alignment),
  symbols: [own("tpoff")],
});

describe("how much there is", () => {
  it.each([
    [0x90, 1712],
    [0x80, 1664],
    [0x88, 1720],
    [0, 1664],
  ])("on x86-64 follows from the C library's own: with %i bytes, %i are left", async (libc, left) => {
    expect(await open(fixed(left), { libc })).toEqual([]);
    const size = left + 1;
    expect(await open(fixed(size), { libc })).toEqual([`exhausted: /libx.so for /libx.so, ${size} of ${left}`]);
  });

  it.each<[string, Question]>([
    ["releases where the kernel has a say", { glibc: "2.42" }],
    ["releases that were not measured", { glibc: "2.28" }],
    ["another machine", { machine: "i386" }],
  ])("is a range for %s", async (_what, question) => {
    expect(await open(fixed(1600), question)).toEqual([]);
    expect(await open(fixed(1700), question)).toEqual(["uncertain: /libx.so for /libx.so, 1700 of 1664"]);
    expect(await open(fixed(1728), question)).toEqual(["exhausted: /libx.so for /libx.so, 1728 of 1727"]);
  });

  it("is nothing for a block whose alignment is larger than the process's", async () => {
    expect(await open(fixed(64, 64))).toEqual([]);
    expect(await open(fixed(64, 128))).toEqual(["exhausted: /libx.so for /libx.so, 64 of 1664"]);
    expect(await open(fixed(64, 32), { machine: "aarch64" })).toEqual(["uncertain: /libx.so for /libx.so, 64 of 1664"]);
    expect(await open(fixed(64, 128), { machine: "aarch64" })).toEqual([
      "exhausted: /libx.so for /libx.so, 64 of 1727",
    ]);
  });
});

describe("whose storage it is", () => {
  const reads: SymbolDescription = { name: "shared", type: "tls", defined: false, uses: ["tpoff"] };
  const plugin: ElfDescription = { needed: ["liby.so"], symbols: [reads] };
  const shared: SymbolDescription = { name: "shared", type: "tls" };

  it("is that of the object which defines the symbol", async () => {
    const liby = { soname: "liby.so", ...block(4096), symbols: [shared] };
    expect(await open(plugin, { others: { "/liby.so": liby } })).toEqual([
      "exhausted: /liby.so for /libx.so, 4096 of 1664",
    ]);
    expect(await open({ ...plugin, symbols: [] }, { others: { "/liby.so": liby } })).toEqual([]);
  });

  it("is none where the C library has it, or nobody", async () => {
    const libc = { soname: "libc.so.6", ...block(144), symbols: [shared] };
    expect(await open({ ...plugin, needed: [], ...block(4096) }, { others: { "/lib/libc.so.6": libc } })).toEqual([]);
    const weak = { ...plugin, needed: [], symbols: [{ ...reads, binding: "weak" as const }] };
    expect(await open(weak)).toEqual([]);
  });

  it("is the first definition's, be it another one than its own", async () => {
    const liby = { soname: "liby.so", ...block(16), symbols: [{ ...shared, name: "own" }] };
    const libz = { soname: "libz.so", ...fixed(4096) };
    const needed = ["liby.so", "libz.so"];
    expect(await open({ needed }, { others: { "/liby.so": liby, "/libz.so": libz } })).toEqual([]);
    const symbolic = { ...libz, symbolic: true };
    expect(await open({ needed }, { others: { "/liby.so": liby, "/libz.so": symbolic } })).toEqual([
      "exhausted: /libz.so for /libz.so, 4096 of 1664",
    ]);
    const local = { ...libz, symbols: [{ ...own("tpoff"), binding: "local" as const }] };
    expect(await open({ needed }, { others: { "/liby.so": liby, "/libz.so": local } })).toHaveLength(1);
  });

  it("counts once, with what is opened before it", async () => {
    const liby = { soname: "liby.so", ...block(800), symbols: [shared, own("tpoff")] };
    const both = { ...plugin, ...block(900), symbols: [reads, { ...own("tpoff"), name: "more" }] };
    expect(await open(both, { others: { "/liby.so": liby } })).toEqual([
      "exhausted: /libx.so for /libx.so, 1700 of 1664",
    ]);
  });

  it("does not follow from the flag", async () => {
    expect(await open({ ...fixed(4096), symbols: [], dynamicFlags: DF_STATIC_TLS })).toEqual([]);
  });
});

describe("data that is reached through a descriptor", () => {
  const libx = { ...fixed(1500), needed: ["liby.so"] };
  const described = (size: number) => ({
    others: { "/liby.so": { soname: "liby.so", ...block(size), symbols: [{ ...own("tlsDescriptor"), name: "d" }] } },
  });

  it("can do without, and may take what others need", async () => {
    expect(await open(libx, described(100))).toEqual([]);
    expect(await open(libx, described(400))).toEqual(["uncertain: /libx.so for /libx.so, 1900 of 1664"]);
    expect(await open({ needed: ["liby.so"] }, described(70000))).toEqual([]);
  });

  it("gets 512 bytes at most since 2.32", async () => {
    expect(await open(libx, described(600))).toEqual([]);
    expect(await open(libx, { ...described(600), glibc: "2.31" })).toEqual([
      "uncertain: /libx.so for /libx.so, 2100 of 1664",
    ]);
  });
});
