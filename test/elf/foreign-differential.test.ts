/**
 * parseElf against readelf on the C and C++ libraries of machines other than this one: both classes, both byte orders, and the
 * relocation and hash layouts that differ. The files come from scripts/fetch-foreign-elf.mjs.
 */
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compareWithReadelf, findElfFiles } from "../support/elf-differential.js";
import { CONTENTS } from "../support/elf-object-facts.js";
import { USES } from "../support/elf-readelf-uses.js";
import { findReadelfProblem } from "../support/elf-readelf.js";

const CACHE = join(
  process.env["CONTAINERSPEC_TEST_CACHE"] ?? join(tmpdir(), "containerspec-test-cache"),
  "foreign-elf",
);
const fetched = existsSync(CACHE) ? readdirSync(CACHE).filter((name) => !name.endsWith(".part")) : [];

for (const architecture of ["arm64", "armhf", "i386", "mips64el", "ppc64el", "riscv64", "s390x"]) {
  const missing = fetched.includes(architecture) ? undefined : "scripts/fetch-foreign-elf.mjs has not fetched it";
  const problem = findReadelfProblem() ?? missing;
  const reason = problem === undefined ? "" : ` (skipped: ${problem})`;

  test.skipIf(problem !== undefined)(`libraries of ${architecture} read as readelf reads them${reason}`, async () => {
    const paths = findElfFiles([join(CACHE, architecture)]);
    expect(paths.length).toBeGreaterThan(10);
    const expected = { files: paths.length, differences: [] };
    expect(await compareWithReadelf(paths, CONTENTS)).toEqual(expected);
    expect(await compareWithReadelf(paths, USES)).toEqual(expected);
  });
}
