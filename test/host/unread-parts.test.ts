/**
 * What of a host may not be read: the container usually runs as somebody who may. What a user named is an error with the reason;
 * elsewhere no search that passes it has an answer, on this machine or with a profile on another.
 */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readHost } from "../../src/index.js";
import { expectError } from "../cli/expect-error.js";
import { packImage, writeRoot } from "../cli/root-files.js";
import { createFolder, runCli, type Run, type RunOptions } from "../cli/run-cli.js";
import { BARE } from "../cli/verdict-roots.js";
import { buildElf } from "../support/elf-builder.js";

const cwd = createFolder();
const mpi = (symbol: string): Uint8Array => buildElf({ soname: "libmpi.so.1", symbols: [{ name: symbol }] });

/** A program that calls mpi_send, and the library of the image that has it. */
const APP = {
  ...BARE,
  "usr/lib/x86_64-linux-gnu/libmpi.so.1": mpi("mpi_send"),
  "usr/bin/app": buildElf({
    interp: "/lib64/ld-linux-x86-64.so.2",
    needed: ["libmpi.so.1"],
    symbols: [{ name: "mpi_send", defined: false, uses: ["eager"] }],
  }),
};
writeFileSync(join(cwd, "path.tar"), packImage(APP, { env: ["LD_LIBRARY_PATH=/opt/mpi"] }));
writeFileSync(join(cwd, "conf.tar"), packImage({ ...APP, "etc/ld.so.conf": "/opt/mpi\n" }));

let count = 0;
/** A host with a library in /opt/mpi that lacks mpi_send, in a folder of these permissions. */
function writeHost(mode: number): string {
  count += 1;
  const host = `host-${count}`;
  writeRoot(join(cwd, host), {
    ...BARE,
    "etc/ld.so.conf": "/opt/mpi\n",
    "opt/mpi/libmpi.so.1": mpi("mpi_receive"),
    "opt/README": "All of it is for the group.\n",
  });
  chmodSync(join(cwd, host, "opt/mpi"), mode);
  return host;
}

const anybody = { cwd, asAnybody: true } as const;
const analyze = (image: string, host: string, more: readonly string[], options: RunOptions = anybody): Run =>
  runCli(["analyze", image, "--host", host, ...more], options);

function expectUnknown({ status, stdout }: Run): void {
  expect(stdout).toMatch(/1 mount judged together: unknown/);
  expect(stdout.replace(/\s+/g, " ")).toContain("/opt/mpi/libmpi.so.1, which could not be read: permission denied");
  expect(status).toBe(1);
}

describe.each([
  ["that may not be entered or listed", 0],
  ["that may be listed and not entered", 0o400],
  ["that may be entered and not listed", 0o100],
])("a folder %s", (_what, mode) => {
  const host = writeHost(mode);
  const says = ["Cannot read /opt/mpi of the host: permission denied", "containerspec host --folder"];

  test("to whoever may, it is a library that breaks the program", () => {
    chmodSync(join(cwd, host, "opt/mpi"), 0o700);
    const { stdout, status } = analyze("path.tar", host, ["--mount", "/opt/mpi"]);
    chmodSync(join(cwd, host, "opt/mpi"), mode);
    expect(stdout).toContain("unsafe");
    expect(status).toBe(1);
  });
  test("mounted is an error", () => {
    expectError(analyze("path.tar", host, ["--mount", "/opt/mpi:/opt/mpi"]), 3, says);
  });
  test("as a folder to look for libraries in is an error", () => {
    expectError(analyze("path.tar", host, ["--host-folder", "/opt/mpi"]), 3, says);
    expectError(runCli(["host", host, "--folder", "/opt/mpi"], anybody), 3, says);
  });
  test("inside of what is mounted is a question, wherever a search passes it", () => {
    expectUnknown(analyze("path.tar", host, ["--mount", "/opt"]));
  });
  test("inside of what is mounted, where ldconfig is going to read it", () => {
    expectUnknown(analyze("conf.tar", host, ["--mount", "/opt", "--ld-cache", "regenerated"]));
  });
  test("that no search passes is no question", () => {
    const { stdout, stderr, status } = analyze("conf.tar", host, ["--mount", "/opt"]);
    expect(stdout).not.toContain("unknown.");
    expect(stderr).toContain("part of the host could not be read");
    expect(status).toBe(0);
  });
  test("is one in a profile, too", () => {
    const file = `profile-${mode}.json`;
    expect(runCli(["host", host, "--folder", "/opt", "-o", file], anybody).status).toBe(0);
    expectUnknown(analyze("path.tar", file, ["--mount", "/opt"], { cwd }));
    const mounted = analyze("path.tar", file, ["--mount", "/opt/mpi"], { cwd });
    expect(mounted.stderr).toContain("Cannot use --mount /opt/mpi: its source on the host");
    expect(mounted.stderr).toContain("could not be read: permission denied");
    expect(mounted.status).toBe(2);
  });
  test("is told where the loader of the host searches it", () => {
    const { stderr, status } = runCli(["host", host], anybody);
    expect(stderr).toMatch(
      /^containerspec: part of the host could not be read, .*: \/opt\/mpi \(permission denied\)\n$/,
    );
    expect(status).toBe(0);
    const asked = analyze("path.tar", host, ["--library", "libmpi.so.1"]);
    expect(asked.stderr).toContain("/opt/mpi could not be read: permission denied");
    expect(asked.status).toBe(2);
  });
});

test("a file that may not be read and is mounted is an error", () => {
  const host = writeHost(0o755);
  chmodSync(join(cwd, host, "opt/mpi/libmpi.so.1"), 0);
  const bind = "/opt/mpi/libmpi.so.1:/usr/lib/x86_64-linux-gnu/libmpi.so.1";
  const says = "Cannot read /opt/mpi/libmpi.so.1 of the host: permission denied";
  expectError(analyze("path.tar", host, ["--mount", bind]), 3, [says]);
});

test("a text too long for a loader may be mounted", () => {
  const host = writeHost(0o755);
  writeFileSync(join(cwd, host, "opt/data"), "x".repeat(2 ** 20));
  expect(analyze("conf.tar", host, ["--mount", "/opt/data:/data"]).status).toBe(0);
});

test.each([
  ["the root", "."],
  ["the folder of its libraries", "usr"],
])("a host of which %s may not be read", (_what, folder) => {
  const host = writeHost(0o755);
  chmodSync(join(cwd, host, folder), 0);
  expectError(runCli(["host", host], anybody), 3, [
    /no C library was found in it, and \/\S* could not be read: permission denied/,
  ]);
  chmodSync(join(cwd, host, folder), 0o755);
});

test("the library is told as well", async () => {
  const file = join(cwd, "profile-0.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
    files: expect.arrayContaining([
      expect.objectContaining({ kind: "directory", unread: "permission denied" }),
    ]) as unknown,
  });
  expect((await readHost(file)).unread).toEqual([{ path: "/opt/mpi", reason: "permission denied" }]);
});

/** The first process is another's: its working folder is a link that is there, and may not be read. */
test("a link that cannot be read", () => {
  expectError(runCli(["host", "--folder", "/proc/1/cwd"], anybody), 3, [
    "Cannot read /proc/1/cwd of the host: permission denied",
  ]);
});

test("the source of a mount that is a link is mounted with all that is in it", () => {
  const host = writeHost(0o755);
  writeRoot(join(cwd, host), { "opt/now": { link: "mpi/lib" }, "opt/mpi/lib/libmpi.so.1": mpi("mpi_receive") });
  const { stdout, status } = analyze("path.tar", host, ["--mount", "/opt/now:/opt/mpi"]);
  expect(stdout).toContain("1 mount judged together: unsafe");
  expect(status).toBe(1);
});
