/** Every package in a folder of its own, found by RUNPATH; the loader is one of them, and the usual folders are not there. */
import type { Files } from "../support/story-files.js";
import { library } from "../support/story-files.js";
import { DEBIAN_FOLDER, debianHost, glibcIn, libz, zip, type Layout } from "./layout.js";

export interface Store {
  /** the folders of its packages */
  readonly glibc: string;
  readonly zlib: string;
  readonly app: string;
  /** of glibc */
  readonly version: string;
  /** of the program, which finds its libz by it */
  readonly runpath: string;
  /** whether the program comes to a file in glibc's folder before its own libz */
  readonly glibcFirst: boolean;
}

/** A program and its libz in such a store; the host's libz wants a later C library. */
export function storeLayout({ glibc, zlib, app, version, runpath, glibcFirst }: Store): Layout {
  const interp = `${glibc}/lib/ld-linux-x86-64.so.2`;
  const program = `${app}/bin/zip`;
  const image: Files = {
    ...glibcIn({ interp, folder: `${glibc}/lib`, searched: [`${glibc}/lib`], version }),
    ...libz(`${zlib}/lib/libz.so.1`, "image", undefined, { runpath: `${glibc}/lib` }),
    [program]: zip(interp, { runpath }),
  };
  const needsMore = { loader: "broken", verdict: "unsafe" } as const;
  return {
    image: { layers: [image] },
    host: debianHost("2.41", "GLIBC_2.41", {
      [`${DEBIAN_FOLDER}/libcuda.so.1`]: library({ soname: "libcuda.so.1" }),
    }),
    questions: [
      // No search but those by RUNPATH finds the image's libz: the host's becomes a new file, and programs may keep theirs.
      {
        ...needsMore,
        library: "libz.so.1",
        target: `${glibc}/lib/libz.so.1`,
        findings: ["error version-not-defined", ...(glibcFirst ? [] : (["note other-copy-wins"] as const))],
        breaks: [`${glibc}/lib/libz.so.1`, ...(glibcFirst ? [program] : [])],
      },
      // LD_LIBRARY_PATH comes before a RUNPATH.
      {
        ...needsMore,
        library: "libz.so.1",
        placement: "first",
        target: "/.containerspec/lib/libz.so.1",
        findings: ["error version-not-defined"],
        names: ["GLIBC_2.41", `${glibc}/lib/libc.so.6`],
        breaks: ["/.containerspec/lib/libz.so.1", program],
      },
      {
        library: "libcuda.so.1",
        placement: "first",
        target: "/.containerspec/lib/libcuda.so.1",
        loader: "ok",
        verdict: "safe",
        findings: [],
      },
    ],
  };
}
