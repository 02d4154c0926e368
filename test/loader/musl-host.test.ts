/** musl on both sides, on one, and in glibc's place: what the whole program makes of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Report } from "../../src/index.js";
import { runCli } from "../cli/run-cli.js";
import { calls, gives, installed, library, program, text, type Files } from "../support/story-files.js";
import { toImageTar, writeFiles } from "../support/story-image.js";
import { alpine, debian12, MULTIARCH, MUSL_INTERPRETER } from "../support/story-systems.js";

const LIBC = "libc.musl-x86_64.so.1";
const libz = (...symbols: string[]) => ({ soname: "libz.so.1", libc: LIBC, symbols: gives("inflate", ...symbols) });
const pack = program({
  interp: MUSL_INTERPRETER,
  libc: LIBC,
  needed: ["libz.so.1"],
  symbols: calls("libz.so.1", "inflate"),
});
const image = alpine({ ...installed("/usr/lib/libz.so.1", libz()), "/usr/bin/pack": pack });

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "containerspec-musl-host-"));
});

afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

/** The mounts of a report, for an image and a host in `cwd`. */
function judge(files: Files, host: string, ...options: string[]): Report["mounts"] {
  writeFileSync(join(cwd, "image.tar"), toImageTar({ layers: [files] }));
  const { stdout, stderr } = runCli(
    ["analyze", "image.tar", "--host", host, ...options, "--format", "json", "--fail-on", "never"],
    { cwd },
  );
  if (stdout === "") throw new Error(stderr);
  return (JSON.parse(stdout) as Report).mounts;
}

describe("a host with musl", () => {
  it.each(["folder", "profile", "image"])("as a %s has its libraries judged", (form) => {
    const system = alpine(installed("/usr/lib/libz.so.1", libz("more")));
    writeFiles(join(cwd, "folder"), system);
    writeFileSync(join(cwd, "host.tar"), toImageTar({ layers: [system] }));
    const profile = runCli(["host", "folder", "-o", "host.json"], { cwd });
    expect(profile.stderr).toBe("");
    const source = { folder: "folder", profile: "host.json", image: "host.tar" }[form] ?? "";
    const mounts = judge(image, source, "--library", "*");
    expect(mounts.map(({ soname, loader, verdict }) => [soname, loader, verdict])).toEqual([
      ["ld-musl-x86_64.so.1", "ok", "safe"],
      [LIBC, "ok", "safe"],
      ["libz.so.1", "ok", "loads"],
    ]);
  });

  it("has those of the folders that its loader is told of", () => {
    writeFiles(
      join(cwd, "host"),
      alpine({
        "/etc/ld-musl-x86_64.path": text("/opt/a/:/lib\n/opt/b"),
        ...installed("/opt/a/libz.so.1", libz()),
        ...installed("/opt/b/liby.so.1", { soname: "liby.so.1", libc: LIBC }),
        ...installed("/usr/lib/libx.so.1", { soname: "libx.so.1", libc: LIBC }),
      }),
    );
    const names = judge(image, "host", "--library", "*").map(({ soname }) => soname);
    expect(names).toEqual(["ld-musl-x86_64.so.1", LIBC, "liby.so.1", "libz.so.1"]);
  });

  it("of another build lends no part of its C library", () => {
    const other = library({
      soname: LIBC,
      libc: "",
      symbols: gives("puts", "malloc", "free", "newer"),
      contents: "\0musl libc (x86_64)\nVersion \0\x001.2.5\0",
    });
    writeFiles(join(cwd, "host"), alpine({ [MUSL_INTERPRETER]: other }));
    const mounts = judge(image, "host", "--library", "*");
    expect(mounts.map(({ loader, verdict, findings }) => [loader, verdict, findings[0]?.rule])).toEqual([
      ["unknown", "unsafe", "c-library-family"],
      ["unknown", "unsafe", "c-library-family"],
    ]);
  });

  it("has a library that lacks a function: the program ends at startup", () => {
    writeFiles(join(cwd, "host"), alpine(installed("/usr/lib/libz.so.1", { ...libz(), symbols: gives("deflate") })));
    const [mount] = judge(image, "host", "--library", "libz.so.1");
    expect(mount).toMatchObject({ loader: "broken", verdict: "unsafe", broken: 1 });
    expect(mount?.findings[0]).toMatchObject({
      rule: "symbol-not-defined",
      loaderMessage: "Error relocating /usr/bin/pack: inflate: symbol not found",
    });
  });
});

describe("a library of the other C library", () => {
  it("is refused, and never ok: nothing is missing, and that proves nothing", () => {
    writeFiles(
      join(cwd, "host"),
      debian12(installed(`${MULTIARCH}/libz.so.1`, { soname: "libz.so.1", symbols: gives("inflate") })),
    );
    const [mount] = judge(image, "host", "--library", "libz.so.1");
    expect(mount).toMatchObject({ loader: "unknown", verdict: "unsafe" });
    expect(mount?.findings.map(({ rule }) => rule)).toEqual(["c-library-differs"]);
  });

  it("that only calls what is missing is unknown: its constructor may be who calls", () => {
    const plugin = installed(`${MULTIARCH}/libp.so.1`, {
      soname: "libp.so.1",
      symbols: calls("libc.so.6", "__printf_chk@GLIBC_2.3.4"),
    });
    writeFiles(join(cwd, "host"), debian12(plugin));
    const [mount] = judge(image, "host", "--library", "libp.so.1");
    expect(mount).toMatchObject({ loader: "unknown", verdict: "unsafe" });
    expect(mount?.findings.map(({ loaderMessage }) => loaderMessage)).toContain(
      `Error relocating ${mount?.target ?? ""}: __printf_chk: symbol not found`,
    );
  });

  it("from musl does not find its own in an image with glibc", () => {
    writeFiles(join(cwd, "host"), alpine(installed("/usr/lib/libz.so.1", libz())));
    const files = debian12({
      ...installed(`${MULTIARCH}/libz.so.1`, { soname: "libz.so.1", symbols: gives("inflate") }),
      "/usr/bin/pack": program({ needed: ["libz.so.1"] }),
    });
    const [mount] = judge(files, "host", "--library", "libz.so.1");
    expect(mount).toMatchObject({ loader: "broken", verdict: "unsafe" });
    expect(mount?.findings.map(({ rule }) => rule)).toEqual(["c-library-differs", "library-not-found"]);
  });
});

it("a program of glibc that gcompat runs makes every answer unknown", () => {
  const system = alpine({
    "/lib/libgcompat.so.0": library({ soname: "libgcompat.so.0", libc: LIBC, symbols: gives("__printf_chk") }),
    "/lib64/ld-linux-x86-64.so.2": { ...library({ libc: "" }), mode: 0o755 },
    ...installed("/usr/lib/libz.so.1", libz()),
    "/usr/bin/tool": program({ needed: ["libz.so.1"], symbols: calls("libc.so.6", "__printf_chk@GLIBC_2.3.4") }),
    "/usr/bin/one": pack,
    "/usr/bin/two": pack,
  });
  writeFiles(join(cwd, "host"), alpine(installed("/usr/lib/libz.so.1", libz("more"))));
  const [mount] = judge(system, "host", "--library", "libz.so.1");
  expect(mount).toMatchObject({ loader: "unknown", verdict: "unknown", broken: 0, consumers: 3 });
  const [alone] = judge(system, "host", "--library", "libz.so.1", "--consumer", "/usr/bin/one");
  expect(alone).toMatchObject({ loader: "ok", verdict: "loads" });
});

it.each([
  ["/opt/nvidia\n", "unsafe"],
  ["/opt/nvidia\n/usr/lib\n/lib\n", "safe"],
])("a bind over the loader's list of folders leads every program elsewhere: %j", (folders, verdict) => {
  writeFiles(join(cwd, "host"), alpine({ "/opt/h/musl.path": text(folders) }));
  const own = "/etc/ld-musl-x86_64.path";
  const files = { ...image, [own]: text("/usr/lib\n/lib\n") };
  const mounts = judge(files, "host", "--mount", `/opt/h/musl.path:${own}`);
  expect(mounts.map((mount) => mount.verdict)).toEqual([verdict]);
});
