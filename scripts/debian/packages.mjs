/**
 * Debian packages of any release and architecture, unpacked in the test cache. apt does the work in folders of its own: nothing is
 * installed, no list of the machine changes, and a package that is there already costs nothing.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CACHE, findArchive, run } from "./archive.mjs";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * The folders with the unpacked packages, in the order of their names.
 *
 * @param {{ suite?: string, architecture: string, names: readonly string[], components?: string }} wanted a suite by its code
 *   name; without one it is the machine's own
 * @returns {string[]} one folder a package
 */
export function fetchPackages({ suite, architecture, names, components = "main" }) {
  const release = suite ?? findArchive().codename;
  const base = join(CACHE, "packages", release, architecture);
  const folders = names.map((name) => join(base, name));
  const missing = names.filter((name) => !existsSync(join(base, name)));
  if (missing.length === 0) return folders;
  mkdirSync(base, { recursive: true });
  const work = mkdtempSync(join(base, ".part-"));
  try {
    const apt = prepareApt(work, architecture, `${release} ${components}`);
    run("apt-get", [...apt, "-qq", "update"]);
    run("apt-get", [...apt, "-qq", "download", ...missing], { cwd: work });
    for (const file of readdirSync(work).filter((name) => name.endsWith(".deb"))) {
      // The name of a file may hold a version; its first part is the package's name.
      const name = file.slice(0, file.indexOf("_"));
      const root = join(work, "roots", name);
      run("dpkg-deb", ["-x", join(work, file), root]);
      moveInto(root, join(base, name));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folders;
}

/**
 * Options with which apt-get knows one release of one architecture and nothing of this machine.
 *
 * @param {string} work
 * @param {string} architecture
 * @param {string} source release and components, as a line of sources.list ends
 */
function prepareApt(work, architecture, source) {
  const apt = join(work, "apt");
  for (const name of ["apt/lists/partial", "apt/archives/partial", "apt/etc", "roots"])
    mkdirSync(join(work, name), { recursive: true });
  writeFileSync(join(apt, "status"), "");
  writeFileSync(join(apt, "sources.list"), `deb [signed-by=${KEYRING}] ${findArchive().uri} ${source}\n`);
  return Object.entries({
    "APT::Architecture": architecture,
    "APT::Architectures": architecture,
    "APT::Sandbox::User": "root",
    // Release files of old releases are not signed anew, and expire.
    "Acquire::Check-Valid-Until": "false",
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
    // A list that cannot be had is no reason to go on without it.
    "APT::Update::Error-Mode": "any",
    "Dir::State::status": join(apt, "status"),
    "Dir::State::lists": join(apt, "lists"),
    "Dir::Cache": apt,
    "Dir::Etc::sourcelist": join(apt, "sources.list"),
    "Dir::Etc::sourceparts": join(apt, "etc"),
    "Dir::Etc::preferencesparts": join(apt, "etc"),
  }).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/** Puts a finished folder in its place; another run may have been faster. */
function moveInto(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
