/** musl's loader on roots in memory: other machines, other releases, stand-ins for glibc, and what no compiler here could set up. */
import { describe, expect, it } from "vitest";
import type { ElfObject } from "../../src/elf/object.js";
import { identifyLoader, standardInterpreter } from "../../src/loader/identity.js";
import { identifyLibc } from "../../src/loader/libc-identity.js";
import { createLoader } from "../../src/loader/loader.js";
import { findPlainName } from "../../src/loader/musl-lfs64.js";
import { findMuslArch } from "../../src/loader/musl-machine.js";
import { parseMuslVersion } from "../../src/loader/musl-release.js";
import { expandMuslOrigin, originOf, parseMuslPath } from "../../src/loader/musl-search-path.js";
import { toLoaderMessage } from "../../src/loader/loader-message.js";
import { outcomeOf } from "../../src/loader/problem.js";
import type { ElfDescription } from "../support/elf-description.js";
import type { MachineName } from "../support/elf-machines.js";
import { createWorld, findElf, load, toElf, type WorldFile } from "./world.js";

const MUSL = "/lib/ld-musl-x86_64.so.1";
const GLIBC = "/lib64/ld-linux-x86-64.so.2";
const X86_64 = { machine: 62, class: 64, data: "little", flags: 0 } as const;

const strings = (version: string): string => `\0musl libc (x86_64)\nVersion %s\n\0\0${version}\0`;
const musl = (version?: string, ...more: string[]): ElfDescription => ({
  soname: "libc.musl-x86_64.so.1",
  symbols: ["puts", "open", ...more].map((name) => ({ name })),
  ...(version === undefined ? {} : { contents: strings(version) }),
});
const calls = (...names: string[]) => names.map((name) => ({ name, defined: false }));
const app = (more: ElfDescription = {}): ElfDescription => ({
  interp: MUSL,
  ...more,
  needed: [...(more.needed ?? []), "libc.so"],
});

/** What the loader says of everything that is wrong at a path. */
async function say(files: Record<string, WorldFile>, path = "/app", settings = {}): Promise<readonly string[]> {
  const { problems } = load(await createWorld(files), path, settings);
  return problems.map((problem) => toLoaderMessage(problem, undefined));
}

describe("names and lists", () => {
  it.each([
    [{}, "x86_64"],
    [{ machine: 62, class: 32 }, "x32"],
    [{ machine: 183 }, "aarch64"],
    [{ machine: 40, class: 32, flags: 0x5000400 }, "armhf"],
    [{ machine: 40, class: 32, flags: 0x5000200 }, "arm"],
    [{ machine: 21, flags: 2 }, "powerpc64le"],
    [{ machine: 22, data: "big" }, "s390x"],
    [{ machine: 243, flags: 5 }, "riscv64"],
    [{ machine: 243, flags: 1 }, "riscv64-sf"],
    [{ machine: 258, flags: 0x43 }, "loongarch64"],
    [{ machine: 8, class: 32 }, "mipsel"],
    [{ machine: 0x9026 }, undefined],
  ])("of the machine %j is musl's word %s", (changes, word) => {
    expect(findMuslArch({ ...X86_64, ...changes } as typeof X86_64)).toBe(word);
  });

  it("a search path is split at colons and newlines, and nothing else is done to it", () => {
    expect(parseMuslPath(":/a/:\n b;c:/d\n")).toEqual(["/a/", " b;c", "/d"]);
  });

  it.each([
    ["$ORIGIN/x:${ORIGIN}", "/o/x:/o"],
    ["$ORIGINAL", "/oAL"],
    ["/a:$LIB", undefined],
    ["$ORIGIN:${PLATFORM}", undefined],
    ["/plain", "/plain"],
  ])("%s becomes %s", (text, expanded) => {
    expect(expandMuslOrigin(text, "/o")).toBe(expanded);
  });

  it("$ORIGIN is nothing for a file of the root folder, and spoils the list where it may not be used", () => {
    expect(originOf("/libx.so")).toBe("");
    expect(expandMuslOrigin("$ORIGIN/x", undefined)).toBeUndefined();
  });

  it.each([
    ["open64", "open"],
    ["readdir64_r", "readdir_r"],
    ["__fxstatat64", "__fxstatat"],
    ["posix_fallocate64", undefined], // too long for the loader's buffer
    ["gettimeofday64", undefined],
    ["open", undefined],
  ])("the loader takes %s for %s", (name, plain) => {
    expect(findPlainName(name)).toBe(plain);
  });

  it("a release is read up to its patch level", () => {
    expect(parseMuslVersion("1.2.4-git-12-gabc")).toEqual({ major: 1, minor: 2, patch: 4 });
    expect(parseMuslVersion("2.36")).toBeUndefined();
  });
});

describe("the loader's folders", () => {
  const folders = async (files: Record<string, WorldFile>, interp = MUSL) =>
    identifyLoader(await createWorld({ [interp]: musl("1.2.5"), ...files }), interp, X86_64, undefined)?.folders;

  it("are three of its own, or those of the file two steps above it", async () => {
    expect(await folders({})).toEqual(["/lib", "/usr/local/lib", "/usr/lib"]);
    expect(await folders({ "/etc/ld-musl-x86_64.path": "/a\n/b:/c" })).toEqual(["/a", "/b", "/c"]);
    expect(await folders({ "/etc/ld-musl-x86_64.path": "" })).toEqual([]);
    expect(await folders({ "/etc/ld-musl-aarch64.path": "/a" })).toEqual(["/lib", "/usr/local/lib", "/usr/lib"]);
    const prefix = "/opt/musl/lib/ld-musl-x86_64.so.1";
    expect(
      await folders({ "/etc/ld-musl-x86_64.path": "/a", "/opt/musl/etc/ld-musl-x86_64.path": "/b" }, prefix),
    ).toEqual(["/b"]);
  });
});

describe("a file that was made for something else", () => {
  const open = async (file: WorldFile, machine: MachineName = "x86-64") => {
    const result = load(
      await createWorld({
        [MUSL]: { ...musl("1.2.5"), machine },
        "/lib/libx.so": file,
        "/app": { ...app({ needed: ["libx.so"] }), machine },
      }),
      "/app",
    );
    return result.problems.map((problem) => [
      outcomeOf(problem),
      problem.kind === "library-unreadable" ? `${problem.path}: ${problem.reason}` : toLoaderMessage(problem, "/app"),
    ]);
  };
  const refused = ["broken", "Error loading shared library libx.so: Exec format error (needed by /app)"];

  it("is mapped by a loader that does not look: nobody knows what follows", async () => {
    for (const machine of ["aarch64", "i386"] as const)
      expect(await open({ machine })).toEqual([
        ["unknown", "/lib/libx.so: musl maps a file of another machine or word size without any check"],
      ]);
    expect((await open({ type: "exec" }))[0]?.[0]).toBe("unknown");
    expect((await open({ unread: "encrypted" }))[0]).toEqual(["unknown", "/lib/libx.so: encrypted"]);
  });

  it("is refused where its type cannot be read", async () => {
    expect(await open({ machine: "s390x" })).toEqual([refused]);
    expect(await open({ type: "rel" })).toEqual([refused]);
    expect(await open({ dynamic: false })).toEqual([refused]);
    expect(await open("a text")).toEqual([refused]);
  });

  it("passes where only what glibc looks at is odd", async () => {
    expect(await open({ osAbi: 9, abiVersion: 7 })).toEqual([]);
    expect(await open({ dynamicFlags1: 0x08000000 })).toEqual([]);
  });
});

describe("releases", () => {
  const plugin: ElfDescription = { needed: ["libc.so"], symbols: calls("open64"), relr: true };
  const files = (loader: ElfDescription) => ({ [MUSL]: loader, "/lib/libp.so": plugin, "/app": app() });

  it.each([
    ["1.2.3", false],
    ["1.2.4", true],
    ["1.3.0", true],
  ])("%s answers for open64 and applies DT_RELR: %s", async (version, does) => {
    const { problems } = load(await createWorld(files(musl(version))), "/lib/libp.so", { interpreterFor: () => MUSL });
    expect(problems.map(({ kind }) => kind)).toEqual(does ? [] : ["relr-unsupported", "symbol-not-defined"]);
  });

  it("are told apart by open64 where the loader's strings are gone", async () => {
    const kinds = async (loader: ElfDescription) =>
      load(await createWorld(files(loader)), "/lib/libp.so", { interpreterFor: () => MUSL }).problems.map(
        ({ kind }) => kind,
      );
    expect(await kinds(musl(undefined))).toEqual([]);
    expect(await kinds(musl(undefined, "open64"))).toEqual(["relr-unsupported"]);
  });
});

describe("what is missing", () => {
  it("is the interpreter: nothing else is said", async () => {
    const { problems } = load(await createWorld({ "/app": app({ needed: ["libx.so"] }) }), "/app");
    expect(problems).toEqual([{ kind: "interpreter-missing", interp: MUSL, requiredBy: "/app" }]);
  });

  it("is the loader's content: nobody knows", async () => {
    const { problems } = load(await createWorld({ [MUSL]: { unread: "encrypted" }, "/app": app() }), "/app");
    expect(problems.map(outcomeOf)).toEqual(["unknown"]);
  });

  it("is a name that no file can have", async () => {
    const name = "x".repeat(256);
    expect(await say({ [MUSL]: musl("1.2.5"), "/app": app({ needed: [name] }) })).toEqual([
      `Error loading shared library ${name}: No error information (needed by /app)`,
    ]);
  });

  it("is a file whose path is too long for the loader's buffer", async () => {
    const folder = `/${"d".repeat(250)}/${"e".repeat(250)}`;
    const files = { [MUSL]: musl("1.2.5"), "/app": app({ needed: ["libx.so", "libyyyy.so"], rpath: folder }) };
    const found = { [`${folder}/libx.so`]: {}, [`${folder}/libyyyy.so`]: {} };
    expect(await say({ ...files, ...found })).toEqual([
      "Error loading shared library libyyyy.so: No such file or directory (needed by /app)",
    ]);
  });

  it("is not what LD_PRELOAD names, nor the needs of the loader itself", async () => {
    const loader = { ...musl("1.2.5"), needed: ["libnothing.so"] };
    expect(await say({ [MUSL]: loader, "/app": app() }, "/app", { preload: ["libgone.so"] })).toEqual([]);
  });
});

describe("versions", () => {
  const provider = (version: string | undefined): ElfDescription => ({
    soname: "libx.so",
    symbols: [{ name: "x", ...(version === undefined ? {} : { version }) }],
  });
  const user = app({ needed: ["libx.so"], symbols: [{ name: "x", version: "V1", from: "libx.so" }] });

  it.each([
    ["V1", []],
    ["V2", ["other-version-bound"]],
    [undefined, ["version-information-missing"]],
  ])("are not compared: one of %s is taken, and told", async (version, kinds) => {
    const root = await createWorld({ [MUSL]: musl("1.2.5"), "/lib/libx.so": provider(version), "/app": user });
    const { problems } = load(root, "/app");
    expect(problems.map(({ kind }) => kind)).toEqual(kinds);
    expect(problems.map(outcomeOf)).toEqual(kinds.map(() => "none"));
  });

  it("that are required of the loader's own names mean nothing", async () => {
    const glibcProgram = app({
      needed: ["libc.so.6"],
      symbols: [{ name: "puts", version: "GLIBC_2.2.5", from: "libc.so.6" }],
    });
    expect(await say({ [MUSL]: musl("1.2.5"), "/app": glibcProgram })).toEqual([]);
  });
});

describe("stand-ins for glibc", () => {
  const stub: ElfDescription = { type: "dyn" };
  const gcompat: ElfDescription = {
    soname: "libgcompat.so.0",
    needed: ["libc.musl-x86_64.so.1"],
    symbols: [{ name: "__printf_chk" }],
  };
  const fortified: ElfDescription = {
    needed: ["libc.so.6"],
    symbols: [{ name: "__printf_chk", version: "GLIBC_2.3.4", from: "libc.so.6" }],
  };
  const files: Record<string, WorldFile> = {
    [MUSL]: musl("1.2.5"),
    "/lib/libgcompat.so.0": gcompat,
    [GLIBC]: stub,
    "/app": { ...fortified, interp: GLIBC },
    "/lib/libf.so": fortified,
    "/lib/libm.so": { needed: ["libc.so"], symbols: calls("__printf_chk") },
  };

  it("gcompat's stub starts musl's loader, with its library preloaded", async () => {
    const root = await createWorld(files);
    const identity = identifyLoader(root, GLIBC, X86_64, undefined);
    expect(identity).toMatchObject({
      family: "musl",
      interp: GLIBC,
      musl: { path: MUSL, gcompat: "/lib/libgcompat.so.0" },
    });
    const { scope, problems } = load(root, "/app");
    expect(problems).toEqual([]);
    expect(scope.objects.map(({ path }) => path)).toEqual(["/app", "/lib/libgcompat.so.0", MUSL]);
    expect(identifyLibc(root, undefined, GLIBC)).toEqual({ family: "musl", version: "1.2.5", evidence: "banner" });
  });

  it("gcompat's library helps what was linked with glibc, and nobody else", async () => {
    const settings = { interpreterFor: () => GLIBC };
    expect(await say(files, "/lib/libf.so", settings)).toEqual([]);
    expect(await say(files, "/lib/libm.so", settings)).toEqual([
      "Error relocating /lib/libm.so: __printf_chk: symbol not found",
    ]);
  });

  it("without its library the same file is what it says: no loader of musl's", async () => {
    const { "/lib/libgcompat.so.0": _, ...others } = files;
    expect(identifyLoader(await createWorld(others), GLIBC, X86_64, undefined)?.family).toBe("glibc");
  });

  it("glibc's own loader is none, whatever lies beside it", async () => {
    const loader: ElfDescription = { soname: "ld-linux-x86-64.so.2" };
    expect(identifyLoader(await createWorld({ ...files, [GLIBC]: loader }), GLIBC, X86_64, undefined)?.family).toBe(
      "glibc",
    );
  });

  it("a link of glibc's name to musl's loader is musl's loader, also without its strings", async () => {
    const root = await createWorld({
      [MUSL]: musl(),
      [GLIBC]: { link: MUSL },
      "/app": { ...fortified, interp: GLIBC },
    });
    expect(load(root, "/app").problems.map((problem) => toLoaderMessage(problem, "/app"))).toEqual([
      "Error relocating /app: __printf_chk: symbol not found",
    ]);
  });
});

describe("a root without programs", () => {
  it("opens its libraries by musl's loader, where it has no other", async () => {
    const library = await toElf({});
    const both = await createWorld({ [MUSL]: musl("1.2.5"), [GLIBC]: {} });
    const only = await createWorld({ [MUSL]: musl("1.2.5") });
    expect(standardInterpreter(both, library)).toBe(GLIBC);
    expect(standardInterpreter(only, library)).toBe(MUSL);
    expect(standardInterpreter(await createWorld({}), library)).toBe(GLIBC);
    expect(standardInterpreter(only, await toElf({ machine: "aarch64" }))).toBe("/lib/ld-linux-aarch64.so.1");
  });

  it("finds names by a search of its folders, and no file for a name that the loader answers to itself", async () => {
    const root = await createWorld({
      [MUSL]: musl("1.2.5"),
      "/lib/libc.musl-x86_64.so.1": { link: "ld-musl-x86_64.so.1" },
      "/usr/lib/libz.so.1": {},
    });
    const loader = createLoader(root, { hwcaps: [], preload: [] });
    const like: ElfObject = findElf(root, "/usr/lib/libz.so.1").elf;
    expect(loader.findPlain("libz.so.1", like)).toMatchObject({ kind: "found", path: "/usr/lib/libz.so.1" });
    expect(loader.findPlain("libc.musl-x86_64.so.1", like)).toMatchObject({ kind: "found", realPath: MUSL });
    expect(loader.findPlain("libm.so.6", like)).toEqual({ kind: "missing" });
    expect(loader.consider("libz.so.1", undefined, like).map(({ path, found }) => [path, found])).toEqual([
      ["/lib/libz.so.1", "nothing"],
      ["/usr/local/lib/libz.so.1", "nothing"],
      ["/usr/lib/libz.so.1", "taken"],
    ]);
  });
});
