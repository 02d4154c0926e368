/** Scripts, started by the kernel of this machine and by findStart: whoever the one refuses, the other does. */
import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FileNode, RootFilesystem, RootNode } from "../../src/rootfs/filesystem.js";
import { parseElf } from "../../src/elf/parse.js";
import type { NeedFacts } from "../../src/spec/facts.js";
import { needInspector } from "../../src/spec/inspect-needs.js";
import { findStart } from "../../src/spec/start.js";
import { buildElf } from "../support/elf-builder.js";
import { createFolder } from "../cli/run-cli.js";

const CASES: readonly (readonly [what: string, content: string, mode: number])[] = [
  ["a script", "#!/bin/sh\nexit 0\n", 0o755],
  ["blanks and tabs around the interpreter", "#! \t/bin/sh \t\nexit 0\n", 0o755],
  ["an argument", "#!/bin/sh -e\nexit 0\n", 0o755],
  ["a carriage return behind the interpreter", "#!/bin/sh\r\nexit 0\r\n", 0o755],
  ["an interpreter that is not there", "#!/bin/no-such-shell\n", 0o755],
  ["no permission", "#!/bin/sh\nexit 0\n", 0o644],
  ["env", "#!/usr/bin/env sh\nexit 0\n", 0o755],
  ["env for what is not there", "#!/usr/bin/env no-such-program\n", 0o755],
  ["env with two words in one argument", "#!/usr/bin/env sh -e\nexit 0\n", 0o755],
  ["env that splits them", "#!/usr/bin/env -S sh -e\nexit 0\n", 0o755],
  ["env with a carriage return", "#!/usr/bin/env sh\r\nexit 0\r\n", 0o755],
];

const why = process.platform === "linux" ? "" : " (skipped: scripts are started by Linux' rules)";

describe.skipIf(why !== "")(`the kernel${why}`, () => {
  const folder = createFolder();
  test.each(CASES)("%s", async (_what, content, mode) => {
    const path = join(folder, "script");
    writeFileSync(path, content);
    chmodSync(path, mode);
    const { error, status } = spawnSync(path, { env: { PATH: "/usr/bin:/bin" } });
    const isRefused = error !== undefined || status === 127;

    const body = Buffer.from(content);
    const facts = await needInspector.inspect(path, {
      size: body.length,
      read: (at, length) => body.subarray(at, at + length),
    });
    const root = rootOf({ [path]: { kind: "file", size: body.length, mode, facts } });
    const start = findStart(root, [path], { env: new Map([["PATH", "/usr/bin:/bin"]]), workingFolder: "/" });
    expect(start.isRefused === true).toBe(isRefused);
  });
});

const bytes = buildElf({ interp: "/lib64/ld-linux-x86-64.so.2" });
const elf = await parseElf({ size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) });
const program: FileNode<NeedFacts> = { kind: "file", size: 1, mode: 0o755, facts: { kind: "elf", elf } };

/** A script in the root of a machine that has a shell and env. */
function rootOf(script: Readonly<Record<string, RootNode<NeedFacts>>>): RootFilesystem<NeedFacts> {
  const files: Readonly<Record<string, RootNode<NeedFacts>>> = {
    "/bin/sh": program,
    "/usr/bin/sh": program,
    "/usr/bin/env": program,
    ...script,
  };
  return {
    lookup: (path) =>
      files[path] ??
      (Object.keys(files).some((one) => path === "/" || one.startsWith(`${path}/`))
        ? { kind: "directory", mode: 0o755 }
        : undefined),
    list: () => [],
  };
}
