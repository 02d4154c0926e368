/** What an image starts: a program, whoever runs a script, or whatever it is told. */
import { expect, test } from "vitest";
import type { FileNode, RootFilesystem, RootNode } from "../../src/rootfs/filesystem.js";
import { parseElf } from "../../src/elf/parse.js";
import type { NeedFacts } from "../../src/spec/facts.js";
import { findStart, type Start } from "../../src/spec/start.js";
import { buildElf } from "../support/elf-builder.js";

const bytes = buildElf({ interp: "/lib64/ld-linux-x86-64.so.2", needed: ["libc.so.6"] });
const elf = await parseElf({ size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) });

const file = (facts: NeedFacts, mode = 0o755): FileNode<NeedFacts> => ({ kind: "file", size: 1, mode, facts });
const program = file({ kind: "elf", elf });
const script = (line: string): FileNode<NeedFacts> => file({ kind: "other", extras: { script: line } });

/** A root of these files; folders follow from the paths. */
function rootOf(files: Readonly<Record<string, RootNode<NeedFacts>>>): RootFilesystem<NeedFacts> {
  return {
    lookup: (path) =>
      files[path] ??
      (Object.keys(files).some((one) => path === "/" || one.startsWith(`${path}/`))
        ? { kind: "directory", mode: 0o755 }
        : undefined),
    list: () => [],
  };
}

const ROOT = rootOf({
  "/usr/bin/app": program,
  "/usr/bin/dash": program,
  "/bin/sh": { kind: "symlink", target: "../usr/bin/dash" },
  "/opt/app/run": script("/bin/sh -e"),
  "/opt/app/old": script("/usr/bin/ksh"),
  "/opt/app/loop": script("/opt/app/loop"),
  "/opt/app/windows": script("/bin/sh\r"),
  "/opt/app/forbidden": { ...script("/bin/sh"), mode: 0o644 },
  "/usr/bin/readable": file({ kind: "elf", elf }, 0o644),
  "/opt/app/readable": program,
  "/usr/bin/env": program,
  "/usr/bin/busybox": program,
  "/sbin/tini": program,
  "/opt/app/with-env": script("/usr/bin/env app"),
  "/opt/app/without": script("/usr/bin/env python3"),
  "/opt/app/one-word": script("/usr/bin/env app -u"),
  "/opt/app/split": script("/usr/bin/env -S app -u"),
  "/opt/app/data": file({ kind: "other" }),
  "/opt/app/secret": file({ kind: "unread", reason: "permission denied" }),
});

function start(...command: readonly string[]): Start {
  return findStart(ROOT, command, { env: new Map([["PATH", "/bin:/usr/bin:/opt/app"]]), workingFolder: "/opt/app" });
}

test.each([
  ["a program by its path", ["/usr/bin/app"], "/usr/bin/app", false],
  ["a program by its name", ["app", "--serve"], "/usr/bin/app", false],
  ["a shell", ["sh", "-c", "app"], "/usr/bin/dash", true],
  ["a script", ["run"], "/usr/bin/dash", true],
  ["a script by a path that starts in the working folder", ["./run"], "/usr/bin/dash", true],
])("%s", (_what, command, path, isOpen) => {
  const { programs, isRefused, ...rest } = start(...command);
  expect(programs.at(-1)?.path).toBe(path);
  expect(rest.isOpen).toBe(isOpen);
  expect(isRefused).toBeUndefined();
});

test("what is not there is refused, and so is a script without what runs it", () => {
  expect(start("nothing")).toMatchObject({ isRefused: true, trouble: "the image has no nothing" });
  expect(start("/opt/app")).toMatchObject({ isRefused: true });
  expect(start("old")).toMatchObject({ isRefused: true, trouble: "old needs /usr/bin/ksh, which the image has not" });
  expect(start("loop")).toMatchObject({ isRefused: true });
});

test("what could not be read, or says nothing, is not known", () => {
  expect(start("secret")).toMatchObject({ isOpen: true, trouble: "/opt/app/secret cannot be read" });
  expect(start("data")).toMatchObject({ isOpen: true, trouble: "what /opt/app/data is, is not known" });
  expect(start()).toEqual({ command: [], programs: [], isOpen: true });
});

test("what nobody may execute is refused, and passed over where it is searched for", () => {
  expect(start("forbidden")).toMatchObject({
    isRefused: true,
    trouble: "/opt/app/forbidden may not be executed: its mode says so to everybody",
  });
  expect(start("/usr/bin/readable")).toMatchObject({ isRefused: true });
  expect(start("readable").programs.map(({ path }) => path)).toEqual(["/opt/app/readable"]);
});

test("a script with Windows' line ends is refused: the carriage return is a part of the interpreter's name", () => {
  expect(start("windows")).toMatchObject({
    isRefused: true,
    trouble: "windows needs /bin/sh\\x0d, which the image has not",
  });
});

test.each([
  ["env of a script", ["with-env"], ["/usr/bin/env", "/usr/bin/app"], true],
  ["env that splits its argument", ["split"], ["/usr/bin/env", "/usr/bin/app"], true],
  ["env by itself", ["env", "A=1", "app", "-u"], ["/usr/bin/env", "/usr/bin/app"], false],
  ["env with options", ["env", "-i", "app"], ["/usr/bin/env"], true],
  ["an init", ["/sbin/tini", "app"], ["/sbin/tini", "/usr/bin/app"], false],
  ["an init with options", ["/sbin/tini", "-p", "TERM", "--", "app"], ["/sbin/tini", "/usr/bin/app"], false],
  ["an init that starts a script", ["/sbin/tini", "--", "run"], ["/sbin/tini", "/usr/bin/dash"], true],
  ["an init whose options are not known", ["/sbin/tini", "-s", "app"], ["/sbin/tini"], true],
])("%s leads to what it starts", (_what, command, paths, isOpen) => {
  const found = start(...command);
  expect([found.programs.map(({ path }) => path), found.isOpen]).toEqual([paths, isOpen]);
});

test("what a launcher starts and the image has not is refused", () => {
  expect(start("without")).toMatchObject({ isRefused: true, trouble: "the image has no python3" });
  expect(start("one-word")).toMatchObject({ isRefused: true, trouble: "the image has no app -u" });
  expect(start("/sbin/tini", "--", "nothing")).toMatchObject({ isRefused: true, trouble: "the image has no nothing" });
});
