/** A host of which only the symbols of stacks' libraries are read says the same of itself as one of which all are. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { readHost, summarizeHost } from "../../src/index.js";
import { toSummary } from "../../src/host/profile.js";
import { STACK_LIBRARIES } from "../../src/knowledge/stack-libraries.js";
import { createFolder } from "../cli/run-cli.js";
import { writeRoot } from "../cli/root-files.js";
import { HOST } from "../cli/verdict-roots.js";
import { findMpiObstacle, MPI_ROOT } from "./mpi-root.js";

const isLinux = process.platform === "linux" && existsSync("/etc/ld.so.cache");
const folder = createFolder();

async function expectSame(source: string | undefined): Promise<void> {
  const listed = await summarizeHost(source);
  expect(listed).toEqual(toSummary(await readHost(source)));
  expect(listed.libraries.length).toBeGreaterThan(5);
}

test.skipIf(!isLinux)(
  `this machine${isLinux ? "" : " (skipped: it is no Linux with glibc)"}`,
  { timeout: 120_000 },
  () => expectSame(undefined),
);

test("a small root", () => expectSame(writeRoot(folder, HOST)));

const obstacle = findMpiObstacle();
test.skipIf(obstacle !== undefined)(
  `Debian with two MPI families${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  { timeout: 300_000 },
  async () => {
    await expectSame(MPI_ROOT);
    const { mpi } = await summarizeHost(MPI_ROOT);
    expect((mpi ?? []).map(({ family }) => family)).toContain("open-mpi");
  },
);

// Such a mark could be a symbol that is asked for, of which the hash table of definitions says nothing.
test("what is told by no definition is told by no symbol", () => {
  expect(STACK_LIBRARIES.filter(({ defines, marks }) => defines.length === 0 && marks?.symbols !== undefined)).toEqual(
    [],
  );
});
