/** What is typed wrong: exit code 2, one sentence, and a way to the help that helps. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectError } from "./expect-error.js";
import { packImage, writeRoot } from "./root-files.js";
import { createFolder, runCli } from "./run-cli.js";
import { BARE, HOST } from "./verdict-roots.js";

const cwd = createFolder();
writeFileSync(join(cwd, "app.tar"), packImage(BARE));
writeRoot(join(cwd, "host"), HOST);

test("nothing at all: the help on standard error", () => {
  const { status, stdout, stderr } = runCli([]);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^Usage: containerspec/);
  expect(stderr).toContain("analyze");
  expect(status).toBe(2);
});

test("help that was asked for goes to standard output and is no error", () => {
  for (const args of [["--help"], ["-h"], ["help"], ["analyze", "--help"], ["help", "analyze"]]) {
    const { status, stdout, stderr } = runCli(args);
    expect(stdout).toMatch(/^Usage: containerspec/);
    expect(stderr).toBe("");
    expect(status).toBe(0);
  }
});

test("the version", () => {
  expect(runCli(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+[^\n]*\n$/);
});

describe("commands", () => {
  test("an unknown one", () => {
    expectError(runCli(["nosuch"]), 2, ["Unknown command 'nosuch'", "`containerspec --help`"]);
  });
  test("a misspelt one", () => {
    expectError(runCli(["analzye", "app.tar"]), 2, ["Unknown command 'analzye'", "did you mean analyze?"]);
  });
  test("an unknown one after help: the list of those that there are", () => {
    const { status, stdout, stderr } = runCli(["help", "nosuch"]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Commands:");
  });
});

describe("options", () => {
  test.each([
    [
      ["analyze", "app.tar", "--nope"],
      ["Unknown option '--nope'", "`containerspec analyze --help`"],
    ],
    [
      ["analyze", "app.tar", "--librry", "x"],
      ["Unknown option '--librry'", "did you mean --library?"],
    ],
    [
      ["analyze", "app.tar", "--library"],
      ["--library <glob>", "argument missing"],
    ],
    [
      ["analyze", "app.tar", "--format", "yaml"],
      ["--format", "'yaml'", "text, json"],
    ],
    [
      ["analyze", "app.tar", "--format", "json="],
      ["--format", "file name"],
    ],
    [
      ["analyze", "app.tar", "--format", "json", "--format", "text"],
      ["one format", "standard output", "json=report"],
    ],
    [
      ["analyze", "app.tar", "--fail-on", "bad"],
      ["--fail-on", "'bad'", "safe, loads, no-effect, risky"],
    ],
    [
      ["analyze", "app.tar", "--placement", "under"],
      ["--placement", "'under'", "over, first, last"],
    ],
    [
      ["analyze", "app.tar", "--companions", "some"],
      ["--companions", "none, missing, all"],
    ],
    [
      ["analyze", "app.tar", "--layer-mode", "x"],
      ["--layer-mode", "overlay, extract"],
    ],
    [
      ["analyze", "app.tar", "--verify", "x"],
      ["--verify", "always, auto, never"],
    ],
    [
      ["analyze", "app.tar", "--cpu", "i9"],
      ["--cpu", "'i9'", "x86-64-v3"],
    ],
    [
      ["analyze", "app.tar", "--env", "A"],
      ["--env", "'A'", "NAME=VALUE"],
    ],
    [
      ["host", "a", "b"],
      ["Too many arguments for 'host'", "`containerspec host --help`"],
    ],
    [
      ["host", "--format", "xml"],
      ["--format", "'xml'", "text, json"],
    ],
    [
      ["explain", "nosuch"],
      ["Cannot explain nosuch", "lists all rules"],
    ],
    [
      ["explain", "version-not-found"],
      ["Cannot explain version-not-found", "did you mean version-not-defined?"],
    ],
    [["explain", "libary-not-fond"], ["did you mean library-not-found?"]],
    [["explain", "tls"], ["did you mean static-tls-exhausted?"]],
  ])("%j", (args, parts) => {
    expectError(runCli(args, { cwd }), 2, parts);
  });
});

describe("analyze without an image", () => {
  test("at all", () => {
    expectError(runCli(["analyze"]), 2, ["no image was named", "containerspec analyze app.tar"]);
  });
  test("because --host took it", () => {
    const run = runCli(["analyze", "--host", "app.tar"], { cwd });
    expectError(run, 2, ["--host took app.tar as the host", "containerspec analyze app.tar --host"]);
  });
  test("with a bare --host", () => {
    expectError(runCli(["analyze", "--host"], { cwd }), 2, ["no image was named"]);
  });
});

describe("what is asked for and not there", () => {
  test("a library that the host lacks", () => {
    const run = runCli(["analyze", "app.tar", "--host", "host", "--library", "libnosuch.so.*"], { cwd });
    expectError(run, 2, ["libnosuch.so.*", "host"]);
  });
  test("one library of two that the host lacks", () => {
    const args = ["analyze", "app.tar", "--host", "host", "--library", "libc.so.6", "--library", "libnosuch.so.1"];
    expectError(runCli(args, { cwd }), 2, ["libnosuch.so.1"]);
  });
  test("a folder for the report", () => {
    const args = ["analyze", "app.tar", "--host", "host", "--format", "json=nosuch/report.json"];
    expectError(runCli(args, { cwd }), 2, ["Cannot write nosuch/report.json: no such file or directory"]);
  });
  test("a folder for the profile", () => {
    expectError(runCli(["host", "host", "-o", "nosuch/p.json"], { cwd }), 2, ["Cannot write nosuch/p.json"]);
  });
});
