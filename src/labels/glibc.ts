/** org.supercontainers.glibc: which glibc is in the image. Canon and Younge, "A Case for Portability and Reproducibility of HPC Containers" (2019). */
import type { LabelFamily } from "./family.js";

const KEY = "org.supercontainers.glibc";

/** What the evidence of a release is, in words. */
const BY = {
  banner: "the banner in libc.so.6",
  "file name": "the name of libc's file",
  "package database": "the package database",
} as const;

export const GLIBC_LABELS: LabelFamily = {
  keys: [{ key: KEY, compare: "release" }],
  derive({ libc: { family, version, evidence } }) {
    if (family === "musl")
      return { labels: [], absent: { [KEY]: `its C library is musl${version === undefined ? "" : ` ${version}`}` } };
    if (family === "none") return { labels: [], absent: { [KEY]: "it has no C library that its programs load" } };
    if (family !== "glibc" || version === undefined || evidence === undefined)
      return { labels: [], undecided: [{ key: KEY, reason: "its C library does not tell its release" }] };
    if (evidence === "version node")
      return {
        labels: [],
        undecided: [{ key: KEY, reason: `of its release is known only that it is no older than ${version}` }],
      };
    return { labels: [{ key: KEY, value: version, evidence: [`glibc ${version}, by ${BY[evidence]}`] }] };
  },
};
