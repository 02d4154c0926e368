/**
 * The loaders of other machines, whose folders nobody can ask here with --help: Debian builds all of them for its multiarch folders.
 * The files come from scripts/fetch-foreign-elf.mjs.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { fileInspector } from "../../src/loader/inspect.js";

const CACHE = join(
  process.env["CONTAINERSPEC_TEST_CACHE"] ?? join(tmpdir(), "containerspec-test-cache"),
  "foreign-elf",
);

for (const architecture of ["arm64", "armhf", "i386", "mips64el", "ppc64el", "riscv64", "s390x"]) {
  const missing = !existsSync(join(CACHE, architecture));
  const reason = missing ? " (skipped: scripts/fetch-foreign-elf.mjs has not fetched it)" : "";

  test.skipIf(missing)(`the loader of ${architecture} tells the folders that it searches${reason}`, async () => {
    const paths = readdirSync(join(CACHE, architecture), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /^ld(?:-|64|\.so)/.test(entry.name) && entry.name.includes(".so"))
      .map((entry) => join(entry.parentPath, entry.name));
    expect(paths).toHaveLength(1);
    for (const path of paths) {
      const bytes = readFileSync(path);
      const source = { size: bytes.length, read: (at: number, length: number) => bytes.subarray(at, at + length) };
      const triplet = basename(dirname(path));
      const defaultFolders = [`/lib/${triplet}`, `/usr/lib/${triplet}`, "/lib", "/usr/lib"];
      expect(await fileInspector.inspect(path, source)).toMatchObject({ kind: "elf", strings: { defaultFolders } });
    }
  });
}
