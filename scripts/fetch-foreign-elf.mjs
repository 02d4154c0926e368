/**
 * Shared libraries of other machines, for the tests that compare parseElf with readelf: a few Debian packages of each
 * architecture, together in the test cache under foreign-elf/<architecture>.
 *
 *     node scripts/fetch-foreign-elf.mjs [architecture...]
 */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { argv, exit } from "node:process";
import { CACHE, run } from "./debian/archive.mjs";
import { fetchPackages } from "./debian/packages.mjs";

const FOLDER = join(CACHE, "foreign-elf");
const PACKAGES = ["libc6", "libstdc++6", "zlib1g"];
/** Each with the releases to take it from: none for the machine's own. riscv64 is in no release before trixie. */
const ARCHITECTURES = new Map([
  ["arm64", [undefined]],
  ["armhf", [undefined]],
  ["i386", [undefined]],
  ["ppc64el", [undefined]],
  ["s390x", [undefined]],
  ["mips64el", [undefined]],
  ["riscv64", ["trixie", "sid"]],
]);

/** @param {string} architecture */
function fetchArchitecture(architecture) {
  const folder = join(FOLDER, architecture);
  if (existsSync(folder)) return;
  const packages = fetchFirst(architecture, ARCHITECTURES.get(architecture) ?? [undefined]);
  const work = `${folder}.part`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  // Two names of one file cost no room, and both folders lie in the cache.
  for (const one of packages) run("cp", ["-al", `${one}/.`, work]);
  renameSync(work, folder);
}

/**
 * From the first release that has the architecture; where none has, the last one's refusal is the answer.
 *
 * @param {string} architecture
 * @param {readonly (string | undefined)[]} releases
 */
function fetchFirst(architecture, [suite, ...others]) {
  try {
    return fetchPackages({ suite, architecture, names: PACKAGES });
  } catch (error) {
    if (others.length === 0) throw error;
    return fetchFirst(architecture, others);
  }
}

const wanted = argv.length > 2 ? argv.slice(2) : [...ARCHITECTURES.keys()];
let failed = 0;
for (const architecture of wanted) {
  try {
    fetchArchitecture(architecture);
    console.log(`${architecture}: ${join(FOLDER, architecture)}`);
  } catch (error) {
    failed += 1;
    console.error(`${architecture}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
exit(failed === 0 ? 0 : 1);
