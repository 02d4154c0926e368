/** What is known of projects is data that a person wrote: its shape, its globs and its sources are checked here. */
import { expect, test } from "vitest";
import { C_LIBRARY_FAMILY } from "../../src/knowledge/c-library.js";
import { matchesAnyGlob } from "../../src/rootfs/glob.js";
import { PROJECTS } from "../../src/knowledge/projects.js";
import { z } from "../../src/schema.js";

const glob = z.string().regex(/^[\w*?.+[\]-]+$/, "a glob over file names, without a folder");
const schema = z.array(
  z.strictObject({
    name: z.string().min(3),
    members: z.array(glob).min(2),
    shares: z.string().min(20),
    source: z.string().min(20),
  }),
);

test("every project says who it is, what belongs to it, what its parts share, and who says so", () => {
  expect(schema.safeParse(PROJECTS).error).toBeUndefined();
});

test("names and members come once", () => {
  expect(new Set(PROJECTS.map(({ name }) => name)).size).toBe(PROJECTS.length);
  for (const { members } of PROJECTS) expect(new Set(members).size).toBe(members.length);
});

test.each([
  ["libmpi.so.40", "Open MPI"],
  ["libopen-pal.so.40", "Open MPI"],
  ["mca_btl_tcp.so", "Open MPI"],
  ["libmpich.so.12", "MPICH"],
  ["libmpi.so.12", "MPICH"],
  ["libucp.so.0", "UCX"],
  ["libuct_ib.so.0", "UCX"],
  ["libmlx5-rdmav34.so", "rdma-core"],
  ["libnvidia-ml.so.1", "the NVIDIA driver"],
  ["libgallium-25.0.7.so", "Mesa"],
  ["libQt5Core.so.5", "Qt 5"],
  ["libQt5Gui.so.5.15.8", "Qt 5"],
  ["libQt6Core.so.6", "Qt 6"],
])("%s belongs to %s and to nobody else", (file, project) => {
  expect(PROJECTS.filter(({ members }) => matchesAnyGlob(members, file)).map(({ name }) => name)).toEqual([project]);
});

test.each(["libz.so.1", "libQt5Xdg.so.3", "libcuda-example.txt", "libfabric.so.1", "libstdc++.so.6"])(
  "%s belongs to nobody",
  (file) => {
    expect(PROJECTS.filter(({ members }) => matchesAnyGlob(members, file))).toEqual([]);
  },
);

test.each([
  ["libc.so.6", true],
  ["libc-2.31.so", true],
  ["ld-linux-x86-64.so.2", true],
  ["libnss_files.so.2", true],
  ["libnss_sss.so.2", false],
  ["libcurl.so.4", false],
  ["libmount.so.1", false],
])("%s in the C library family: %s", (file, isPart) => {
  expect(matchesAnyGlob(C_LIBRARY_FAMILY, file)).toBe(isPart);
});
