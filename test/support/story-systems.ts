/**
 * Distributions small enough for a test: a loader and a C library that say which release they are, in the folders where the
 * distribution has them, and its os-release. The rest of a system is what a story adds.
 */
import { gives, library, link, text, type Files, type ObjectDescription } from "./story-files.js";

/** The folder of Debian's libraries for x86-64. */
export const MULTIARCH = "/usr/lib/x86_64-linux-gnu";
export const MUSL_INTERPRETER = "/lib/ld-musl-x86_64.so.1";

/** Version nodes of glibc's libc.so.6 for x86-64 that came with each release; 2.19 to 2.21, 2.37 and 2.40 brought none. */
const NODES = [
  ..."2.2.5 2.3 2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.11 2.12 2.13 2.14 2.15 2.16 2.17 2.18 2.22 2.23 2.24 2.25".split(" "),
  ..."2.26 2.27 2.28 2.29 2.30 2.31 2.32 2.33 2.34 2.35 2.36 2.38 2.39 2.41".split(" "),
];

interface Distribution {
  readonly name: string;
  readonly glibc: string;
  /** as the distribution calls its build */
  readonly build: string;
  /** where libraries are: below Debian's multiarch folder, or in lib64 */
  readonly layout: "multiarch" | "lib64";
}

interface GlibcDescription {
  readonly folder: string;
  /** the folders that its loader searches last */
  readonly searched: readonly string[];
  /** what the loader and libc.so.6 say of themselves */
  readonly banner: string;
  readonly version: string;
}

/** A system of a distribution, with more files. */
export type System = (files: Files) => Files;

export const debian11 = system({
  name: "Debian GNU/Linux 11 (bullseye)",
  glibc: "2.31",
  build: "Debian GLIBC 2.31-13+deb11u11",
  layout: "multiarch",
});
export const debian12 = system({
  name: "Debian GNU/Linux 12 (bookworm)",
  glibc: "2.36",
  build: "Debian GLIBC 2.36-9+deb12u10",
  layout: "multiarch",
});
export const debian13 = system({
  name: "Debian GNU/Linux 13 (trixie)",
  glibc: "2.41",
  build: "Debian GLIBC 2.41-12",
  layout: "multiarch",
});
export const rocky9 = system({
  name: "Rocky Linux 9.4 (Blue Onyx)",
  glibc: "2.34",
  build: "GNU libc",
  layout: "lib64",
});

function system({ name, glibc: version, build, layout }: Distribution): System {
  const isMultiarch = layout === "multiarch";
  const folder = isMultiarch ? MULTIARCH : "/usr/lib64";
  const searched = isMultiarch
    ? ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib"]
    : ["/lib64", "/usr/lib64"];
  const banner = `GNU C Library (${build}) stable release version ${version}.`;
  return (files) => ({
    "/etc/os-release": text(`PRETTY_NAME="${name}"\n`),
    "/lib": link("usr/lib"),
    "/lib64": link("usr/lib64"),
    ...(isMultiarch ? { "/usr/lib64/ld-linux-x86-64.so.2": link("/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2") } : {}),
    ...glibc({ folder, searched, banner, version }),
    ...files,
  });
}

/** The loader and the libraries of glibc, in one folder. */
export function glibc({ folder, searched, banner, version }: GlibcDescription): Files {
  return {
    [`${folder}/ld-linux-x86-64.so.2`]: { ...library(describeLoader(banner, searched)), mode: 0o755 },
    [`${folder}/libc.so.6`]: { ...library(describeLibc(banner, version)), mode: 0o755 },
    [`${folder}/libm.so.6`]: library(describeLibm(version)),
  };
}

/** ld.so holds the folders that it searches last as strings, one behind the other. */
function describeLoader(banner: string, searched: readonly string[]): ObjectDescription {
  return {
    soname: "ld-linux-x86-64.so.2",
    libc: "",
    symbols: gives("__tls_get_addr@GLIBC_2.3", "_rtld_global@GLIBC_PRIVATE"),
    contents: `\0${searched.map((folder) => `${folder}/\0`).join("")}\0${banner}\0`,
  };
}

function describeLibc(banner: string, glibc: string): ObjectDescription {
  return {
    soname: "libc.so.6",
    libc: "",
    needed: ["ld-linux-x86-64.so.2"],
    defines: nodesOf(glibc).map((name) => ({ name })),
    symbols: [
      ...gives(
        "puts",
        "strtol",
        "malloc",
        "free",
        "calloc",
        "realloc",
        "pthread_mutex_lock",
        "pthread_mutex_unlock",
      ).map((symbol) => ({ ...symbol, version: "GLIBC_2.2.5" })),
      // What ld.so calls in every process since 2.32.
      ...gives("__libc_early_init@GLIBC_PRIVATE"),
      ...(minorOf(glibc) >= 38 ? gives("__isoc23_strtol@GLIBC_2.38", "strlcpy@GLIBC_2.38") : []),
    ],
    contents: `\0${banner}\n\0`,
  };
}

function describeLibm(glibc: string): ObjectDescription {
  return { soname: "libm.so.6", defines: nodesOf(glibc).map((name) => ({ name })), symbols: gives("cos@GLIBC_2.2.5") };
}

/** The nodes of a release: those of all releases up to it, and GLIBC_ABI_DT_RELR since 2.36. */
function nodesOf(glibc: string): readonly string[] {
  const minor = minorOf(glibc);
  const nodes = NODES.filter((node) => minorOf(node) <= minor).map((node) => `GLIBC_${node}`);
  return minor >= 36 ? [...nodes, "GLIBC_ABI_DT_RELR"] : nodes;
}

function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}

/** Alpine Linux: musl, whose loader and C library are one file. */
export function alpine(files: Files): Files {
  return {
    "/etc/os-release": text('PRETTY_NAME="Alpine Linux v3.19"\n'),
    [MUSL_INTERPRETER]: library({
      soname: "libc.musl-x86_64.so.1",
      libc: "",
      symbols: gives("puts", "malloc", "free"),
      contents: "\0musl libc (x86_64)\nVersion \0\x001.2.4\0",
    }),
    "/lib/libc.musl-x86_64.so.1": link("ld-musl-x86_64.so.1"),
    ...files,
  };
}
