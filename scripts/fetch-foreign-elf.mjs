/**
 * Shared libraries of other machines, for the tests that compare parseElf with readelf: a few Debian packages of each
 * architecture, unpacked in the test cache under foreign-elf/<architecture>. apt asks the archive that this machine is set up
 * with, in folders of its own: nothing is installed, and no list of the machine changes.
 *
 *     node scripts/fetch-foreign-elf.mjs [architecture...]
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, env, exit } from "node:process";

const CACHE = join(env["CONTAINERSPEC_TEST_CACHE"] ?? join(tmpdir(), "containerspec-test-cache"), "foreign-elf");
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
const PACKAGES = ["libc6", "libstdc++6", "zlib1g"];
/** Each with the releases to take it from: none for the machine's own. riscv64 is in no release before trixie. */
const ARCHITECTURES = new Map([
  ["arm64", undefined],
  ["armhf", undefined],
  ["i386", undefined],
  ["ppc64el", undefined],
  ["s390x", undefined],
  ["mips64el", undefined],
  ["riscv64", ["trixie", "sid"]],
]);

/** The Debian archive that apt uses here. */
function findArchive() {
  const format = "$(REPO_URI) $(CODENAME) $(LABEL) $(COMPONENT)";
  const targets = run("apt-get", ["indextargets", "--format", format, "Created-By: Packages"]).split("\n");
  const archives = targets
    .map((line) => line.split(" "))
    .filter(([, , label, part]) => label === "Debian" && part === "main");
  // The release itself comes without a suffix, such as -updates.
  const [uri, codename] = archives.find(([, name]) => name !== undefined && !name.includes("-")) ?? [];
  if (uri === undefined || codename === undefined)
    throw new Error("apt has no Debian release here: run apt-get update first");
  return { uri, codename };
}

/**
 * @param {string} architecture
 * @param {{ uri: string, codename: string }} archive
 */
function fetchArchitecture(architecture, { uri, codename }) {
  const folder = join(CACHE, architecture);
  if (existsSync(folder)) return;
  const work = `${folder}.part`;
  const apt = join(work, "apt");
  rmSync(work, { recursive: true, force: true });
  for (const name of ["lists/partial", "archives/partial", "etc"]) mkdirSync(join(apt, name), { recursive: true });
  writeFileSync(join(apt, "status"), "");
  const options = Object.entries({
    "APT::Architecture": architecture,
    "APT::Architectures": architecture,
    "APT::Sandbox::User": "root",
    "Acquire::Languages": "none",
    "Dir::State::status": join(apt, "status"),
    "Dir::State::lists": join(apt, "lists"),
    "Dir::Cache": apt,
    "Dir::Etc::sourcelist": join(apt, "sources.list"),
    "Dir::Etc::sourceparts": join(apt, "etc"),
    "Dir::Etc::preferencesparts": join(apt, "etc"),
  }).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const releases = ARCHITECTURES.get(architecture) ?? [codename];
  const isThere = releases.some((release, i) => {
    writeFileSync(join(apt, "sources.list"), `deb [signed-by=${KEYRING}] ${uri} ${release} main\n`);
    return tryRun("apt-get", [...options, "-qq", "update"], i === releases.length - 1);
  });
  if (!isThere) throw new Error("no release has it");
  run("apt-get", [...options, "-qq", "download", ...PACKAGES], work);
  const root = join(work, "root");
  for (const name of readdirSync(work)) if (name.endsWith(".deb")) run("dpkg-deb", ["-x", join(work, name), root]);
  renameSync(root, folder);
  rmSync(work, { recursive: true, force: true });
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} [cwd]
 */
function run(program, args, cwd) {
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], cwd });
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {boolean} isLast where nothing else is left to try, its failure is the answer
 */
function tryRun(program, args, isLast) {
  try {
    run(program, args);
    return true;
  } catch (error) {
    if (isLast) throw error;
    return false;
  }
}

const wanted = argv.length > 2 ? argv.slice(2) : [...ARCHITECTURES.keys()];
let failed = 0;
try {
  const archive = findArchive();
  for (const architecture of wanted) {
    try {
      fetchArchitecture(architecture, archive);
      console.log(`${architecture}: ${join(CACHE, architecture)}`);
    } catch (error) {
      failed += 1;
      console.error(`${architecture}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
} catch (error) {
  failed += 1;
  console.error(error instanceof Error ? error.message : String(error));
}
exit(failed === 0 ? 0 : 1);
