/** Compiles the sample's libraries and programs for one machine into the root folders of its two layers. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseSymbolList, renderAssembly, renderVersionScript } from "./symbol-list.mjs";

/** In the order in which they are linked: each may use those before it. */
const LIBRARIES = ["ld", "libc", "libm", "libgcc_s", "libstdc++", "libz", "liblz4", "libuuid", "libnuma"];

const PROGRAMS = [
  { name: "heat", libraries: ["libmpi", "libm", "libc"] },
  { name: "heat-pack", libraries: ["libz", "liblz4", "libc"] },
  { name: "heat-tag", libraries: ["libuuid", "libc"] },
  { name: "heat-view", libraries: ["libstdc++", "libgcc_s", "libc"] },
];

/** What a distribution makes its compiler do by default must not show in the result: no hardening, tables or identification. */
const COMPILE = [
  ...["-std=c11", "-O2", "-fPIC", "-ffreestanding", "-fno-builtin", "-Wall", "-Wextra", "-Werror"],
  ...["-fno-stack-protector", "-fno-ident", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables"],
];
/** `-z lazy`: most distributions leave it to the program, and a call that is bound late tells more. */
const LINK = ["-nostdlib", "-s", "-Wl,--build-id=sha1,--hash-style=gnu,-z,lazy,-z,relro,-z,defs,--no-as-needed"];

/**
 * @param {import("./machines.mjs").Machine} machine
 * @param {{ sources: string, base: string, app: string, work: string }} folders `base` and `app` are the roots of the two layers
 */
export function compileMachine(machine, { sources, base, app, work }) {
  const systemFolder = makeFolder(join(base, "usr/lib", machine.triplet));
  const programs = join(sources, "programs");
  /** @type {Map<string, string>} */
  const built = new Map();

  /**
   * @param {string} file
   * @param {readonly string[]} libraries
   * @param {readonly string[]} options
   */
  function link(file, libraries, options) {
    const paths = libraries.map((name) => built.get(name) ?? name);
    const args = [...machine.flags, ...COMPILE, ...options, ...LINK, ...paths, `-Wl,-rpath-link,${systemFolder}`];
    execFileSync(machine.compiler, [...args, "-o", file], { cwd: work, stdio: "inherit" });
  }

  for (const name of LIBRARIES) {
    const list = parseSymbolList(readFileSync(join(sources, "libraries", `${name}.symbols`), "utf8"), machine);
    const script = renderVersionScript(list);
    writeFileSync(join(work, "library.s"), renderAssembly(list));
    writeFileSync(join(work, "library.map"), script);
    const file = join(systemFolder, list.soname);
    const libraries = list.uses.map(({ library }) => library);
    const versions = script === "" ? [] : ["-Wl,--version-script=library.map"];
    link(file, libraries, ["-shared", `-Wl,-soname,${list.soname}`, ...versions, "library.s"]);
    built.set(name, file);
  }
  linkInterpreter(machine, base, join(systemFolder, machine.loader));

  const mpi = join(makeFolder(join(app, "usr/lib", machine.triplet)), "libmpi.so.12");
  link(mpi, ["libnuma", "libc"], ["-shared", "-Wl,-soname,libmpi.so.12", join(programs, "libmpi.c")]);
  built.set("libmpi", mpi);

  const bin = makeFolder(join(app, "usr/bin"));
  for (const { name, libraries } of PROGRAMS) {
    const files = [join(programs, `${name}.c`), join(programs, "start.c")];
    link(join(bin, name), libraries, ["-pie", `-Wl,--dynamic-linker=${machine.interpreter}`, ...files]);
  }
}

/**
 * The path that programs name leads to the loader among the libraries.
 *
 * @param {import("./machines.mjs").Machine} machine
 * @param {string} base
 * @param {string} loader
 */
function linkInterpreter({ interpreter }, base, loader) {
  const path = join(base, "usr", interpreter);
  symlinkSync(relative(makeFolder(dirname(path)), loader), path);
}

/** @param {string} folder */
function makeFolder(folder) {
  mkdirSync(folder, { recursive: true });
  return folder;
}
