/** Libraries are told together where one reason is true of each of them, and not otherwise. */
import { describe, expect, test } from "vitest";
import type { MountReport } from "../../src/report.js";
import { groupMounts } from "../../src/reporters/group-mounts.js";
import { lacksVersion, splitsProject, unsafeMount } from "./report-builder.js";

const names = (mounts: readonly MountReport[]): readonly (readonly string[])[] =>
  groupMounts(mounts).map((group) => group.mounts.map(({ soname }) => soname));

const lacking = (soname: string, ...versions: readonly string[]): MountReport =>
  unsafeMount(
    soname,
    versions.map((version) => lacksVersion(soname, version)),
  );

describe("libraries that lack versions of one file", () => {
  const four = [lacking("a", "V_2.9"), lacking("b", "V_2.10"), lacking("c", "V_2.9", "V_2.10"), lacking("d", "V_2.9")];

  test("are one group with every version, in the order of the numbers", () => {
    expect(groupMounts(four)).toEqual([
      { mounts: four, reason: "the image's /lib/libc.so.6 does not define versions that they need (V_2.9, V_2.10)" },
    ]);
  });
  test("are told one by one where they are few", () => {
    expect(names(four.slice(0, 3))).toEqual([["a"], ["b"], ["c"]]);
  });
  test("do not take in one that has another trouble too", () => {
    const both = unsafeMount("e", [lacksVersion("e", "V_2.9"), { ...lacksVersion("e", "x"), rule: "other" }]);
    expect(names([...four, both])).toEqual([["a", "b", "c", "d"], ["e"]]);
  });
  test("do not take in one for which an image's file lacks something", () => {
    const imageFile = lacksVersion("e", "V_2.9", {
      evidence: [
        { kind: "version", name: "V_2.9", requiredBy: "/usr/bin/app", provider: "/lib/libc.so.6", defined: [] },
        { kind: "file", role: "requires the version", path: "/usr/bin/app", side: "image" },
      ],
    });
    expect(names([...four, unsafeMount("e", [imageFile])])).toEqual([["a", "b", "c", "d"], ["e"]]);
  });
});

describe("libraries that a rule refuses", () => {
  test("are one group for each project", () => {
    const mounts = [
      unsafeMount("libmpi.so.40", [splitsProject("libmpi.so.40", "Open MPI")]),
      unsafeMount("libucp.so.0", [splitsProject("libucp.so.0", "UCX")]),
      unsafeMount("libopen-pal.so.40", [splitsProject("libopen-pal.so.40", "Open MPI")]),
    ];
    expect(names(mounts)).toEqual([["libmpi.so.40", "libopen-pal.so.40"], ["libucp.so.0"]]);
    expect(groupMounts(mounts).map(({ reason }) => reason)).toEqual([
      "libmpi.so.40 of Open MPI would come from the host",
      undefined,
    ]);
  });
  test("are told apart where companions mend one", () => {
    const alone = unsafeMount("a", [splitsProject("a", "UCX")]);
    const mended = unsafeMount("b", [splitsProject("b", "UCX")], { suggested: ["libucs.so.0"] });
    expect(names([alone, mended])).toEqual([["a"], ["b"]]);
  });
});

test("names of one file that fare alike are one library", () => {
  const source = "/usr/lib/libz.so.1.3";
  const finding = lacksVersion("libz.so.1", "V_1");
  const mounts = [unsafeMount("libz.so.1", [finding], { source }), unsafeMount("libz.so.1.3", [finding], { source })];
  expect(groupMounts(mounts)).toEqual([{ mounts }]);
});
