/** Searches that this machine's loader cannot show: other releases, other machines, roots without a C library. */
import { describe, expect, it } from "vitest";
import { createLoader } from "../../src/loader/loader.js";
import { createWorld, findElf, load } from "./world.js";

const INTERP = "/lib64/ld-linux-x86-64.so.2";
const X = { soname: "libx.so" };
const app = { interp: INTERP, needed: ["libx.so"], runpath: "/d" };

const loadedPath = (result: ReturnType<typeof load>, name: string): string | undefined =>
  result.scope.objects.find(({ path }) => path.endsWith(`/${name}`))?.path;

describe("subfolders for better CPUs", () => {
  const files = {
    [INTERP]: {},
    "/app": app,
    "/d/libx.so": X,
    "/d/tls/libx.so": X,
    "/d/x86_64/libx.so": X,
    "/d/glibc-hwcaps/x86-64-v3/libx.so": X,
    "/d/glibc-hwcaps/x86-64-v2/libx.so": X,
  };

  it.each([
    ["2.32", ["x86-64-v3", "x86-64-v2"], "/d/tls/libx.so"],
    ["2.33", ["x86-64-v3", "x86-64-v2"], "/d/glibc-hwcaps/x86-64-v3/libx.so"],
    ["2.36", ["x86-64-v2"], "/d/glibc-hwcaps/x86-64-v2/libx.so"],
    ["2.36", [], "/d/tls/libx.so"],
    ["2.37", [], "/d/libx.so"],
  ])("glibc %s on a CPU with %j", async (glibcVersion, hwcaps, expected) => {
    const result = load(await createWorld(files), "/app", { glibcVersion, hwcaps });
    expect(loadedPath(result, "libx.so")).toBe(expected);
  });

  it("try the platform's folder too, until 2.36", async () => {
    const { "/d/tls/libx.so": _tls, ...rest } = files;
    const root = await createWorld(rest);
    expect(loadedPath(load(root, "/app", { glibcVersion: "2.36" }), "libx.so")).toBe("/d/x86_64/libx.so");
  });
});

describe("the loader's own ABI counts", () => {
  const hf = "/lib/ld-linux-armhf.so.3";
  const program = { machine: "arm", flags: 0x5000000, interp: hf, needed: ["libx.so"], runpath: "/d" } as const;

  it("where the program leaves it open", async () => {
    const files = { "/app": program, "/d/libx.so": { machine: "arm", flags: 0x5000400, soname: "libx.so" } } as const;
    const root = await createWorld({ ...files, [hf]: { machine: "arm", flags: 0x5000400 } });
    expect(load(root, "/app").problems).toEqual([]);
    const soft = await createWorld({ ...files, [hf]: { machine: "arm", flags: 0x5000200 } });
    expect(load(soft, "/app").problems).toMatchObject([{ kind: "library-not-loadable", reason: "internal error" }]);
  });

  it("and the interpreter must be of the program's machine", async () => {
    const root = await createWorld({ "/app": { interp: INTERP }, [INTERP]: { machine: "aarch64" } });
    expect(load(root, "/app").problems).toMatchObject([
      { kind: "library-not-loadable", path: INTERP, reason: "Accessing a corrupted shared library" },
    ]);
    const none = await createWorld({ "/app": { interp: INTERP } });
    expect(load(none, "/app").problems).toEqual([{ kind: "interpreter-missing", interp: INTERP, requiredBy: "/app" }]);
  });
});

describe("a library that is opened alone", () => {
  it("misses no C library that it does not need", async () => {
    const root = await createWorld({ [INTERP]: {}, "/plugin.so": {}, "/needy.so": { needed: ["libc.so.6"] } });
    expect(load(root, "/plugin.so").problems).toEqual([]);
    expect(load(root, "/needy.so").problems).toEqual([
      { kind: "library-not-found", name: "libc.so.6", requiredBy: "/needy.so" },
    ]);
  });

  it("is the one in the process where it is there already", async () => {
    const root = await createWorld({
      [INTERP]: {},
      "/usr/lib64/libc.so.6": { soname: "libc.so.6" },
      "/lib64/libc.so.6": { link: "../usr/lib64/libc.so.6" },
    });
    const { scope } = load(root, "/usr/lib64/libc.so.6");
    expect(scope.objects.map(({ path }) => path)).toEqual(["/lib64/libc.so.6"]);
  });
});

describe("evidence", () => {
  it("tells whose RUNPATH led to a file, also where another object has the same", async () => {
    const root = await createWorld({
      [INTERP]: {},
      "/one": { ...app, needed: ["libx.so"] },
      "/two": { ...app, needed: ["libx.so"] },
      "/d/libx.so": X,
    });
    const loader = createLoader(root, { hwcaps: [], preload: [] });
    for (const path of ["/one", "/two"]) {
      const { node, elf } = findElf(root, path);
      const found = loader.load(path, node, elf).scope.objects.find(({ path: one }) => one === "/d/libx.so");
      expect(found?.foundBy).toEqual({ kind: "runpath", of: path });
    }
  });

  it("lists every place that was looked at", async () => {
    const root = await createWorld({
      [INTERP]: {},
      "/lib64/libx.so": X,
      "/d/libx.so": { machine: "aarch64" },
      "/e/libx.so": { machine: "i386" },
      "/app": { ...app, runpath: "/d:/e" },
    });
    const loader = createLoader(root, { hwcaps: [], preload: [], libraryPath: "/none" });
    const { node, elf } = findElf(root, "/app");
    const [program] = loader.load("/app", node, elf).scope.objects;
    expect(loader.consider("libx.so", program, elf)).toEqual([
      { path: "/d/libx.so", reason: { kind: "runpath", of: "/app" }, found: "another machine" },
      { path: "/e/libx.so", reason: { kind: "runpath", of: "/app" }, found: "wrong ELF class: ELFCLASS32" },
      { path: "/lib64/libx.so", reason: { kind: "default" }, found: "taken" },
    ]);
  });

  it("says that a file could not be read, and does not guess", async () => {
    const root = await createWorld({ [INTERP]: {}, "/app": app, "/d/libx.so": { unread: "encrypted layer" } });
    expect(load(root, "/app").problems).toEqual([
      {
        kind: "library-unreadable",
        name: "libx.so",
        path: "/d/libx.so",
        requiredBy: "/app",
        reason: "encrypted layer",
      },
    ]);
  });
});
