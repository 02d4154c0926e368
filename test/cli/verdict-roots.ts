/**
 * A host and an image that have a library of each verdict in common. Names say what becomes of them: librisky.so.1 is judged
 * risky when it is mounted over the image's file.
 */
import { buildElf } from "../support/elf-builder.js";
import type { ElfDescription, SymbolDescription } from "../support/elf-description.js";
import type { RootFiles } from "./root-files.js";

const FOLDER = "usr/lib/x86_64-linux-gnu";
const PUTS: SymbolDescription = { name: "puts", version: "GLIBC_2.2.5", from: "libc.so.6" };

/** The names by verdict; `no-effect` needs `--placement last`. */
export const BY_VERDICT = {
  safe: "libsafe.so.1",
  loads: "libloads.so.1",
  risky: "librisky.so.1",
  "safe-with": "libwith.so.1",
  unknown: "libunknown.so.1",
  unsafe: "libunsafe.so.1",
} as const;

/** What both have: a C library of one release, and who says so. */
function createBase(release: string, machine: "x86-64" | "aarch64" = "x86-64"): RootFiles {
  const interp = machine === "x86-64" ? "lib64/ld-linux-x86-64.so.2" : "lib/ld-linux-aarch64.so.1";
  const banner = `GNU C Library (Test) stable release version ${release}.\n`;
  const folder = FOLDER.replace("x86_64", machine.replace("x86-64", "x86_64"));
  return {
    "etc/os-release": `ID=test\nVERSION_ID="1"\nPRETTY_NAME="Test Linux 1"\n`,
    [interp]: buildElf({
      machine,
      soname: interp.split("/")[1] ?? "",
      contents: `ld.so (Test) stable release version ${release}.\n`,
    }),
    [`${folder}/libc.so.6`]: buildElf({
      machine,
      soname: "libc.so.6",
      contents: banner,
      symbols: [{ name: "puts", version: "GLIBC_2.2.5" }],
      notes: { buildId: "11".repeat(20) },
    }),
  };
}

function library(soname: string, description: ElfDescription = {}): RootFiles {
  const { needed = [], symbols = [], ...rest } = description;
  return {
    [`${FOLDER}/${soname}`]: buildElf({
      soname,
      needed: [...needed, "libc.so.6"],
      symbols: [PUTS, ...symbols],
      ...rest,
    }),
  };
}

function defines(name: string, version?: string): SymbolDescription {
  return { name, ...(version === undefined ? {} : { version }) };
}

function program(path: string, soname: string, symbols: readonly SymbolDescription[]): RootFiles {
  return {
    [path]: buildElf({
      interp: "/lib64/ld-linux-x86-64.so.2",
      needed: [soname, "libc.so.6"],
      symbols: [PUTS, ...symbols],
    }),
  };
}

/** The image: a program a library. */
export const IMAGE: RootFiles = {
  ...createBase("2.36"),
  ...library("libsafe.so.1", { symbols: [defines("safe_open", "SAFE_1")] }),
  ...program("usr/bin/safe", "libsafe.so.1", [{ name: "safe_open", version: "SAFE_1", from: "libsafe.so.1" }]),
  ...library("libloads.so.1", { symbols: [defines("loads_open")] }),
  ...program("usr/bin/loads", "libloads.so.1", [{ name: "loads_open", defined: false }]),
  ...library("librisky.so.1", { symbols: [defines("risky_open"), defines("risky_late")] }),
  ...program("usr/bin/risky", "librisky.so.1", [
    { name: "risky_open", defined: false, uses: ["eager"] },
    { name: "risky_late", defined: false, uses: ["lazy"] },
  ]),
  ...library("libwith.so.1", { symbols: [defines("with_open", "WITH_1")] }),
  ...program("usr/bin/with", "libwith.so.1", [{ name: "with_open", version: "WITH_1", from: "libwith.so.1" }]),
  ...library("libunknown.so.1", { symbols: [defines("unknown_open", "UNKNOWN_1")] }),
  ...program("usr/bin/unknown", "libunknown.so.1", [
    { name: "unknown_open", version: "UNKNOWN_1", from: "libunknown.so.1" },
  ]),
  // Starts like an ELF file, and is cut off: nothing in the image needs it, until the host's libunknown.so.1 does.
  [`${FOLDER}/libbroken.so.1`]: buildElf({ soname: "libbroken.so.1", symbols: [defines("x")] }).subarray(0, 200),
  ...library("libunsafe.so.1", { symbols: [defines("unsafe_open", "UNSAFE_2")] }),
  ...program("usr/bin/unsafe", "libunsafe.so.1", [
    { name: "unsafe_open", version: "UNSAFE_2", from: "libunsafe.so.1" },
  ]),
};

/** The host: the same names, other builds. */
export const HOST: RootFiles = {
  ...createBase("2.36"),
  ...library("libsafe.so.1", { symbols: [defines("safe_open", "SAFE_1"), defines("safe_more", "SAFE_2")] }),
  ...library("libloads.so.1", { symbols: [defines("loads_open"), defines("loads_more")] }),
  ...library("librisky.so.1", { symbols: [defines("risky_open")] }),
  ...library("libwith.so.1", { needed: ["libextra.so.1"], symbols: [defines("with_open", "WITH_1")] }),
  ...library("libextra.so.1", { symbols: [defines("extra_open", "EXTRA_1")] }),
  ...library("libunknown.so.1", { needed: ["libbroken.so.1"], symbols: [defines("unknown_open", "UNKNOWN_1")] }),
  ...library("libunsafe.so.1", { symbols: [defines("unsafe_open", "UNSAFE_1")] }),
};

/** An image of a machine that the host is not: an error about the image itself. */
export const OTHER_MACHINE: RootFiles = {
  ...createBase("2.36", "aarch64"),
  "usr/bin/other": buildElf({
    machine: "aarch64",
    interp: "/lib/ld-linux-aarch64.so.1",
    needed: ["libc.so.6"],
    symbols: [PUTS],
  }),
};

/** A library of the image as it is: an image of one thing needs a base, and nothing more. */
export const BARE: RootFiles = createBase("2.36");
