/** A mounted file is reached where any search arrives at it, also that of a program which opens it by name and does not need it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gives, installed, library, program, type Files } from "../support/story-files.js";
import { playScene } from "../support/story-play.js";
import { debian12, MULTIARCH } from "../support/story-systems.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-reached-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The host's libmpi bound into an application's folder, beside the image's parts of Open MPI; Debian's own copy is elsewhere. */
async function bind(paths: { readonly rpath?: string; readonly runpath?: string }): Promise<unknown> {
  const mpi = (path: string, release: string): Files =>
    installed(path, { soname: "libmpi.so.40", symbols: gives("MPI_Init@MPI_1"), contents: release });
  const { mounts } = await playScene(
    {
      image: {
        layers: [
          debian12({
            ...mpi(`${MULTIARCH}/libmpi.so.40`, "4.1.4"),
            "/opt/app/lib/libopen-pal.so.40": library({ soname: "libopen-pal.so.40", symbols: gives("opal@OPAL_1") }),
            "/usr/bin/solve": program({ needed: ["libopen-pal.so.40"], ...paths }),
          }),
        ],
      },
      host: debian12(mpi("/opt/mpi/libmpi.so.40", "5.0.1")),
      options: { mounts: ["/opt/mpi/libmpi.so.40:/opt/app/lib/libmpi.so.40"] },
      expected: { findings: [] },
    },
    mkdtempSync(join(folder, "world-")),
  );
  return mounts.map(({ loader, verdict, findings }) => ({ loader, verdict, rules: findings.map(({ rule }) => rule) }));
}

const SPLIT = [{ loader: "ok", verdict: "unsafe", rules: ["project-split"] }];

test("by the RUNPATH of a program", async () => {
  expect(await bind({ runpath: "/opt/app/lib" })).toEqual(SPLIT);
});

test("by the RPATH of a program", async () => {
  expect(await bind({ rpath: "/opt/none:/opt/app/lib" })).toEqual(SPLIT);
});

test("by nobody", async () => {
  expect(await bind({})).toEqual([{ loader: "ok", verdict: "no-effect", rules: ["search-never-reaches"] }]);
});
