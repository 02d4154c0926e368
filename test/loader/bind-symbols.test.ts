/** check_match: which definition of an object a reference takes. */
import { describe, expect, it } from "vitest";
import { findName } from "../../src/elf/symbol-names.js";
import { chooseVersion, findBinding, matchSymbol } from "../../src/loader/bind-symbols.js";
import type { SymbolDefinition } from "../../src/loader/symbol-definitions.js";
import { symbolTableOf } from "../../src/loader/symbol-table.js";
import type { SymbolDescription } from "../support/elf-description.js";
import { createWorld, load, toElf } from "./world.js";

const INTERP = "/lib64/ld-linux-x86-64.so.2";

/** Definitions of one name: "2", "3 hidden", "2 = V1". */
function toDefinitions(...definitions: readonly string[]): readonly SymbolDefinition[] {
  return definitions.map((text): SymbolDefinition => {
    const [index, hidden, version] = /^(\d+)( hidden)?(?: = (\S+))?$/.exec(text)?.slice(1) ?? [];
    return {
      version,
      index: Number(index),
      hidden: hidden !== undefined,
      size: Number(index),
      sort: undefined,
      protected: false,
      addressOnly: false,
    };
  });
}

describe("a versioned reference", () => {
  it.each([
    ["the same version", ["2 = V1"], 2],
    ["the same version, hidden", ["2 hidden = V1"], 2],
    ["the right one of several", ["4 = V3", "3 hidden = V2", "2 hidden = V1"], 2],
    ["another version", ["3 = V2"], undefined],
    ["no version", ["1"], 1],
    ["no version, hidden", ["1 hidden"], undefined],
    ["no version, before the same", ["1", "2 = V1"], 1],
    ["no version, behind another", ["3 = V2", "1"], 1],
  ] as const)("meets %s", (_name, definitions, index) => {
    expect(chooseVersion(toDefinitions(...definitions), "V1")?.index).toBe(index);
  });

  it("takes anything from an object without a version table", async () => {
    const requires = [{ file: "libx.so", versions: ["V1"] }];
    const user = await toElf({ requires, symbols: [{ name: "x", version: "V1", from: "libx.so" }] });
    const provider = await toElf({ symbols: [{ name: "w" }, { name: "x" }] });
    const symbol = findName(user.symbols.names, "x") ?? NaN;
    expect(matchSymbol(user, symbol, symbolTableOf(provider))).toMatchObject({ index: 0, version: undefined });
  });
});

describe("an unversioned reference", () => {
  it.each([
    ["the base", ["1"], 1],
    ["the oldest, hidden", ["4 = V3", "2 hidden = V1"], 2],
    ["one that is not hidden", ["4 = V3", "3 hidden = V2"], 4],
    ["two that are not hidden", ["4 = V3", "3 = V2"], undefined],
    ["hidden ones only", ["4 hidden = V3", "3 hidden = V2"], undefined],
  ] as const)("meets %s", (_name, definitions, index) => {
    expect(chooseVersion(toDefinitions(...definitions), undefined)?.index).toBe(index);
  });
});

describe("what counts as a definition", () => {
  const defines = async (symbol: Partial<SymbolDescription>): Promise<boolean> => {
    const elf = await toElf({ tls: { size: 8, alignment: 8 }, symbols: [{ name: "x", ...symbol }] });
    const { names } = elf.symbols;
    return symbolTableOf(elf).definitions.find(names, findName(names, "x") ?? NaN) !== undefined;
  };

  it.each([
    [{}, true],
    [{ binding: "weak" }, true],
    [{ binding: "unique", type: "object" }, true],
    [{ type: "ifunc" }, true],
    [{ type: "notype" }, true],
    [{ type: "tls", value: 0 }, true],
    [{ visibility: "protected" }, true],
    [{ visibility: "hidden" }, false],
    [{ visibility: "internal" }, false],
    [{ value: 0 }, false],
    [{ value: 0, absolute: true }, true],
    [{ defined: false }, false],
  ] as const)("%j: %s", async (symbol, expected) => {
    expect(await defines(symbol)).toBe(expected);
  });

  it("a version table needs versions to speak of", async () => {
    const bare = symbolTableOf(await toElf({ symbols: [{ name: "x" }] }));
    const requiring = symbolTableOf(await toElf({ requires: [{ file: "libc.so.6", versions: ["GLIBC_2.2.5"] }] }));
    expect([bare.versioned, requiring.versioned]).toEqual([false, true]);
  });
});

describe("a scope", () => {
  const glibc = (version: string) => ({ glibcVersion: version });
  const app = (...symbols: SymbolDescription[]) => ({
    interp: INTERP,
    needed: ["libx.so", "liby.so"],
    runpath: "/",
    symbols,
  });
  const x = { name: "x", version: "V1" } as const;
  const wants: SymbolDescription = { name: "x", version: "V1", from: "libx.so" };
  const files = { [INTERP]: {}, "/app": app(wants), "/liby.so": { soname: "liby.so", symbols: [x] } };

  it("before 2.30 ties a version to the file that it was linked with", async () => {
    const root = await createWorld({ ...files, "/libx.so": { soname: "libx.so", defines: [{ name: "V1" }] } });
    expect(load(root, "/app", glibc("2.30")).problems).toEqual([]);
    expect(load(root, "/app", glibc("2.29")).problems).toEqual([
      { kind: "symbol-not-defined", symbol: "x", version: "V1", file: "libx.so", requiredBy: "/app", binding: "lazy" },
    ]);
  });

  it("before 2.41 stops where that file has no version table, at the time of binding", async () => {
    const root = await createWorld({ ...files, "/libx.so": { soname: "libx.so", symbols: [{ name: "x" }] } });
    const missing = { kind: "version-table-missing", symbol: "x", provider: "/libx.so", requiredBy: "/app" };
    const tables = (version: string) =>
      load(root, "/app", glibc(version)).problems.filter(({ kind }) => kind === missing.kind);
    expect(tables("2.40")).toEqual([{ ...missing, binding: "lazy" }]);
    expect(tables("2.41")).toEqual([]);
    const eager = await createWorld({
      ...files,
      "/app": app({ ...wants, uses: ["eager"] }),
      "/libx.so": { soname: "libx.so", symbols: [{ name: "x" }] },
    });
    expect(load(eager, "/app", glibc("2.36")).problems).toContainEqual({ ...missing, binding: "eager" });
  });

  it("before 2.41 stops there for a hidden symbol too, which binds nothing", async () => {
    const root = await createWorld({
      ...files,
      "/libx.so": { soname: "libx.so", symbols: [{ name: "x", visibility: "hidden" }] },
    });
    const kinds = (version: string) => load(root, "/app", glibc(version)).problems.map(({ kind }) => kind);
    expect(kinds("2.40")).toEqual(["version-information-missing", "version-table-missing"]);
    expect(kinds("2.41")).toEqual(["version-information-missing"]);
  });

  it("does not come to that file where another library has the symbol before it", async () => {
    const root = await createWorld({
      ...files,
      "/app": { ...app(wants), needed: ["liby.so", "libx.so"] },
      "/libx.so": { soname: "libx.so", symbols: [{ name: "x" }] },
    });
    const { problems } = load(root, "/app", glibc("2.36"));
    expect(problems.filter(({ kind }) => kind === "version-table-missing")).toEqual([]);
  });

  it("binds a copy to a library and never to the program that holds it", async () => {
    const copied: SymbolDescription = { name: "table", type: "object", size: 8, uses: ["copy"] };
    const root = await createWorld({
      [INTERP]: {},
      "/app": { interp: INTERP, type: "exec", needed: ["libx.so"], runpath: "/", symbols: [copied] },
      "/libx.so": { soname: "libx.so", symbols: [{ name: "table", type: "object", size: 12 }] },
    });
    const { scope, problems } = load(root, "/app");
    const [program] = scope.objects;
    if (program === undefined) throw new Error("nothing was loaded");
    expect(findBinding(program, 0, scope)?.provider.path).toBe("/libx.so");
    expect(problems).toEqual([
      {
        kind: "symbol-size-differs",
        symbol: "table",
        requiredBy: "/app",
        provider: "/libx.so",
        expected: 8,
        found: 12,
      },
    ]);
  });
});
