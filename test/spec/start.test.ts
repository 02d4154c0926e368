/** What an image starts: a program, whoever runs a script, or whatever it is told. */
import { expect, test } from "vitest";
import type { FileNode, RootFilesystem, RootNode } from "../../src/rootfs/filesystem.js";
import { parseElf } from "../../src/elf/parse.js";
import type { NeedFacts } from "../../src/spec/facts.js";
import { findStart, type Start } from "../../src/spec/start.js";
import { buildElf } from "../support/elf-builder.js";

const bytes = buildElf({ interp: "/lib64/ld-linux-x86-64.so.2", needed: ["libc.so.6"] });
const elf = await parseElf({ size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) });

const file = (facts: NeedFacts): FileNode<NeedFacts> => ({ kind: "file", size: 1, mode: 0o755, facts });
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
  expect(start(...command)).toMatchObject({ program: { path }, isOpen });
  expect(start(...command).isRefused).toBeUndefined();
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
  expect(start()).toEqual({ command: [], isOpen: true });
});
