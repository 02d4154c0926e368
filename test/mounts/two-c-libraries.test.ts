/** An image with two C libraries: what is mounted for the programs of one is judged by their loader, and refused to the others. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { calls, gives, installed, library, link, program, type Files } from "../support/story-files.js";
import { playScene } from "../support/story-play.js";
import { alpine, debian12, glibc, MULTIARCH, MUSL_INTERPRETER } from "../support/story-systems.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-two-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const COMPAT = "/usr/glibc-compat/lib";
const BANNER = "GNU C Library (GNU libc) stable release version 2.35.";
const forMusl = (needed: readonly string[], more = {}) =>
  program({ interp: MUSL_INTERPRETER, libc: "libc.musl-x86_64.so.1", needed, ...more });

/** Most programs are of musl; one is of a glibc in a folder of its own. */
const both = (files: Files): Files =>
  alpine({
    ...glibc({ folder: COMPAT, searched: [COMPAT], banner: BANNER, version: "2.35" }),
    "/lib64/ld-linux-x86-64.so.2": link(`${COMPAT}/ld-linux-x86-64.so.2`),
    "/bin/busybox": forMusl([]),
    "/sbin/apk": forMusl([]),
    "/usr/bin/java": program({ needed: ["libz.so.1"], symbols: calls("libz.so.1", "inflate@ZLIB_1.2") }),
    ...files,
  });
const libz = { soname: "libz.so.1", symbols: gives("inflate@ZLIB_1.2") };
const host = debian12({ ...installed(`${MULTIARCH}/libz.so.1`, libz) });

async function bind(target: string, image: Files, from: Files = host): Promise<unknown> {
  const { set } = await playScene(
    {
      image: { layers: [image] },
      host: from,
      options: { mounts: [`${MULTIARCH}/libz.so.1:${target}`] },
      expected: { findings: [] },
    },
    mkdtempSync(join(folder, "world-")),
  );
  return [set?.verdict, set?.loader, ...(set?.findings ?? []).map(({ rule }) => rule)];
}

describe("Alpine with a glibc beside musl", () => {
  test("where the glibc alone looks, its programs take it", async () => {
    expect(await bind(`${COMPAT}/libz.so.1`, both({}))).toEqual(["safe", "ok"]);
  });
  test("over the copy that its programs have", async () => {
    expect(await bind(`${COMPAT}/libz.so.1`, both(installed(`${COMPAT}/libz.so.1`, libz)))).toEqual(["safe", "ok"]);
  });
  test("it is judged by their loader: a version that their glibc lacks", async () => {
    const newer = debian12(
      installed(`${MULTIARCH}/libz.so.1`, {
        ...libz,
        symbols: [...libz.symbols, ...calls("libc.so.6", "fresh@GLIBC_2.36")],
      }),
    );
    expect(await bind(`${COMPAT}/libz.so.1`, both({}), newer)).toEqual(
      expect.arrayContaining(["unsafe", "broken", "version-not-defined"]),
    );
  });
  test("in a folder of an application, whose libraries lead to it", async () => {
    const app = {
      "/opt/app/lib/libapp.so.1": library({ soname: "libapp.so.1", needed: ["libz.so.1"], runpath: "$ORIGIN" }),
      "/opt/app/bin/app": program({ needed: ["libapp.so.1"], runpath: "$ORIGIN/../lib" }),
    };
    expect(await bind("/opt/app/lib/libz.so.1", both(app))).toEqual(["safe", "ok"]);
  });
  test("where musl looks too, it is refused", async () => {
    expect(await bind("/usr/lib/libz.so.1", both({}))).toContain("c-library-differs");
    expect(await bind("/lib/libz.so.1", both({ "/usr/bin/pack": forMusl(["libz.so.1"]) }))).toEqual(
      expect.arrayContaining(["unsafe", "c-library-differs"]),
    );
  });
  test("where a program of musl has its folders, it is refused, whoever else takes it", async () => {
    const pack = forMusl(["libz.so.1"], { runpath: COMPAT });
    expect(await bind(`${COMPAT}/libz.so.1`, both({ "/usr/bin/pack": pack }))).toEqual(
      expect.arrayContaining(["unsafe", "c-library-differs"]),
    );
    const opens = forMusl([], { runpath: COMPAT });
    expect(await bind(`${COMPAT}/libz.so.1`, both({ "/usr/bin/opens": opens }))).toEqual(
      expect.arrayContaining(["unsafe", "c-library-differs"]),
    );
  });
  test("where nobody looks, it is refused as before", async () => {
    expect(await bind("/srv/libz.so.1", both({}))).toContain("c-library-differs");
  });
});

describe("Debian with programs of musl", () => {
  const debian = (files: Files): Files =>
    debian12({
      [MUSL_INTERPRETER.replace("/lib/", "/usr/lib/")]: alpine({})[MUSL_INTERPRETER] as never,
      "/usr/bin/unzip": program({ needed: ["libz.so.1"], symbols: calls("libz.so.1", "inflate@ZLIB_1.2") }),
      "/usr/bin/less": program({}),
      ...installed(`${MULTIARCH}/libz.so.1`, libz),
      ...files,
    });
  test("a library that those do not take is none of theirs", async () => {
    expect(await bind(`${MULTIARCH}/libz.so.1`, debian({ "/usr/bin/small": forMusl([]) }))).toEqual(["safe", "ok"]);
  });
  test("one that a program of musl takes is refused", async () => {
    const small = forMusl(["libz.so.1"], { runpath: MULTIARCH });
    expect(await bind(`${MULTIARCH}/libz.so.1`, debian({ "/usr/bin/small": small }))).toEqual(
      expect.arrayContaining(["unsafe", "c-library-differs"]),
    );
  });
});
