/**
 * A layout is where a distribution, a package manager or an image's maker puts loaders and libraries: a small image in that layout,
 * a host, and what becomes of some of the host's libraries in it.
 */
import type { MachineName } from "../support/elf-machines.js";
import { calls, gives, library, program, type Files, type ObjectDescription } from "../support/story-files.js";
import type { StoryImage } from "../support/story-image.js";
import type { Question } from "./incident.js";

export interface Layout {
  readonly image: StoryImage;
  readonly host: Files;
  readonly questions: readonly LayoutQuestion[];
}

export interface LayoutQuestion extends Omit<Question, "suggested"> {
  /** where it lands */
  readonly target: string;
}

/** Gives a layout its type. */
export function defineLayout(layout: Layout): Layout {
  return layout;
}

export interface LibcDescription {
  readonly machine?: MachineName;
  /** where its loader lies, and under which name */
  readonly interp: string;
  readonly folder: string;
  /** what its loader searches last */
  readonly searched: readonly string[];
  /** "2.36" */
  readonly version: string;
}

/** Releases of glibc whose version nodes a libc.so.6 of this page may define. */
const RELEASES = ["2.2.5", "2.17", "2.34", "2.35", "2.36", "2.38", "2.39", "2.41"];

/** A loader and a libc.so.6 of one build, for any machine and in any folder. */
export function glibcIn({ machine = "x86-64", interp, folder, searched, version }: LibcDescription): Files {
  const nodes = RELEASES.slice(0, RELEASES.indexOf(version) + 1).map((release) => `GLIBC_${release}`);
  if (nodes.length === 0) throw new Error(`no such release: ${version}`);
  const paths = searched.map((one) => `${one}/\0`).join("");
  const soname = interp.slice(interp.lastIndexOf("/") + 1);
  return {
    [interp]: {
      ...library({
        machine,
        soname,
        libc: "",
        contents: `\0${paths}\0ld.so (GNU libc) stable release version ${version}.\0`,
      }),
      mode: 0o755,
    },
    [`${folder}/libc.so.6`]: library({
      machine,
      soname: "libc.so.6",
      libc: "",
      defines: nodes.map((name) => ({ name })),
      symbols: gives("puts@GLIBC_2.2.5", `new@${nodes.at(-1) ?? ""}`),
      contents: `\0GNU C Library (GNU libc) stable release version ${version}.\n\0`,
    }),
  };
}

/** A libz as every system has it; `needs` is a version that it takes from its C library. */
export function libz(path: string, release: string, needs?: string, more: ObjectDescription = {}): Files {
  return {
    [path]: library({
      ...more,
      soname: "libz.so.1",
      symbols: [...gives("deflate@ZLIB_1.2.0"), ...(needs === undefined ? [] : calls("libc.so.6", `new@${needs}`))],
      contents: release,
    }),
  };
}

/** A program that uses it. */
export function zip(interp: string, more: ObjectDescription = {}): Files[string] {
  return program({ interp, needed: ["libz.so.1"], symbols: calls("libz.so.1", "deflate@ZLIB_1.2.0"), ...more });
}

/** Where Debian has the libraries of x86-64, and where its programs have their loader. */
export const DEBIAN_FOLDER = "/usr/lib/x86_64-linux-gnu";
export const INTERPRETER = "/lib64/ld-linux-x86-64.so.2";

/** Debian's links, loader and C library of this release of glibc, and what is added. */
export function debian(version: string, more: Files): Files {
  return {
    "/lib": { link: "usr/lib" },
    "/lib64": { link: "usr/lib64" },
    "/usr/lib64/ld-linux-x86-64.so.2": { link: `${DEBIAN_FOLDER}/ld-linux-x86-64.so.2` },
    ...glibcIn({
      interp: `${DEBIAN_FOLDER}/ld-linux-x86-64.so.2`,
      folder: DEBIAN_FOLDER,
      searched: ["/lib/x86_64-linux-gnu", DEBIAN_FOLDER, "/lib", "/usr/lib"],
      version,
    }),
    ...more,
  };
}

/** Debian's loader for i386, as a second one beside that of amd64. */
export const DEBIAN_LOADER_32 = {
  machine: "i386",
  interp: "/usr/lib/ld-linux.so.2",
  folder: "/usr/lib/i386-linux-gnu",
  searched: ["/lib/i386-linux-gnu", "/usr/lib/i386-linux-gnu", "/lib", "/usr/lib"],
} as const satisfies Omit<LibcDescription, "version">;

/** Debian as host, with a libz and what is added. */
export function debianHost(version: string, needs: string | undefined, more: Files = {}): Files {
  return debian(version, { ...libz(`${DEBIAN_FOLDER}/libz.so.1`, "host", needs), ...more });
}

/** A library that no C library before 2.36 is enough for, and what becomes of it in an image with an older one. */
export function libnewer(folder: string, more: ObjectDescription = {}): Files {
  const requires = [{ file: "libc.so.6", versions: ["GLIBC_2.36"] }];
  return { [`${folder}/libnewer.so.1`]: library({ ...more, soname: "libnewer.so.1", requires }) };
}

export const LIBNEWER_BREAKS: LayoutQuestion = {
  library: "libnewer.so.1",
  target: "/lib64/libnewer.so.1",
  loader: "broken",
  verdict: "unsafe",
  findings: ["error version-not-defined"],
  names: ["GLIBC_2.36"],
};
