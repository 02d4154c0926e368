/**
 * parseElf against readelf, on the files of the machine that runs the tests: header, interpreter, names, flags, versions, every
 * dynamic symbol with its binding, type, section, value, size, version and use, build-id and ABI tag.
 */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { compareWithReadelf, findElfFiles } from "../support/elf-differential.js";
import { CONTENTS } from "../support/elf-object-facts.js";
import { USES } from "../support/elf-readelf-uses.js";
import { findReadelfProblem } from "../support/elf-readelf.js";

/** As many files take about half a minute; on a machine with more of them the others are for CONTAINERSPEC_FULL=1. */
const MAX_FILES = 4000;
const FOLDERS = ["/usr/lib", "/usr/bin"].filter((folder) => existsSync(folder));
const problem = findReadelfProblem() ?? (FOLDERS.length === 0 ? "there is no /usr/lib" : undefined);
const all = problem === undefined ? findElfFiles(FOLDERS) : [];
const step = process.env["CONTAINERSPEC_FULL"] === "1" ? 1 : Math.ceil(all.length / MAX_FILES);
const paths = all.filter((_, i) => i % step === 0);
const extent =
  problem !== undefined
    ? `skipped: ${problem}`
    : `${paths.length} of ${all.length} files${step > 1 ? ", CONTAINERSPEC_FULL=1 for all" : ""}`;

test.skipIf(problem !== undefined)(
  `ELF files of /usr/lib and /usr/bin read as readelf reads them (${extent})`,
  async () => {
    expect(paths.length).toBeGreaterThan(0);
    expect(await compareWithReadelf(paths, CONTENTS)).toEqual({ files: paths.length, differences: [] });
  },
  240_000,
);

test.skipIf(problem !== undefined)(
  `their symbols are used as readelf's relocations use them (${extent})`,
  async () => {
    expect(await compareWithReadelf(paths, USES)).toEqual({ files: paths.length, differences: [] });
  },
  240_000,
);
