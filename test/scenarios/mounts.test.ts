/**
 * Mounts that reach programs by other ways than a file of the name that they ask for: links that a bind brings, hides or makes
 * live, configuration that it takes away, names of one file in several places. In each world a program that starts today does not
 * start after the mount, on this machine's own loader too; and beside each stands one that goes on.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeWorkshop, findObstacle, openWorkshop, type Workshop } from "../support/gcc-world.js";
import { calls, gives, installed, library, link, program, text, type Files } from "../support/story-files.js";
import { writeFiles } from "../support/story-image.js";
import { playMount, systemOf, type MountedWorld } from "./play-mount.js";

const DEFAULT = "/lib/x86_64-linux-gnu";
const old = { soname: "libx.so.1", symbols: gives("x@X_1") };
const whole = { soname: "libx.so.1", symbols: gives("x@X_1", "y@X_1") };
const user = { needed: ["libx.so.1"], symbols: calls("libx.so.1", "x@X_1", "y@X_1"), bindNow: true };
const hasLdconfig = spawnSync("ldconfig", ["--version"], { env: { PATH: "/sbin:/usr/sbin" } }).status === 0;

const base = { ...installed(`${DEFAULT}/libx.so.1`, whole), "/usr/bin/p": program(user) };

/** Each with the host's library as it must not be, and as it may be. */
const WORLDS: Readonly<Record<string, (libx: typeof whole) => MountedWorld>> = {
  "a folder whose names are links": (libx) => ({
    image: { ...base, "/opt/x/lib/keep.txt": text("") },
    host: installed("/opt/h/libx.so.1.5", libx),
    env: { LD_LIBRARY_PATH: "/opt/x/lib" },
    mount: "/opt/h:/opt/x/lib",
    run: "/usr/bin/p",
  }),
  "a folder that takes the place of a link": (libx) => ({
    image: {
      ...installed("/opt/foo/libx.so.1", whole),
      "/usr/local/app/libx.so.1": link("/opt/foo/libx.so.1"),
      "/usr/bin/p": program({ ...user, runpath: "/usr/local/app" }),
    },
    host: installed(libx === whole ? "/opt/h/libx.so.1" : "/opt/h/libz.so.1", libx),
    mount: "/opt/h:/usr/local/app",
    run: "/usr/bin/p",
  }),
  "a file that makes a dangling link live": (libx) => ({
    image: {
      ...base,
      "/opt/x/libx.so.1": link("libx.so.1.5"),
      "/usr/bin/p": program({ ...user, runpath: "/opt/x" }),
    },
    host: installed("/opt/h/libx.so.1.5", libx),
    mount: "/opt/h/libx.so.1.5:/opt/x/libx.so.1.5",
    run: "/usr/bin/p",
  }),
  "a library that a link leads to, with a RUNPATH to its own folder": (libx) => ({
    image: {
      [`${DEFAULT}/libx.so.1`]: link("/opt/alt/libx.so.1"),
      "/opt/alt/libx.so.1": library(whole),
      ...installed(`${libx === whole ? DEFAULT : "/opt/alt"}/libdep.so.1`, {
        soname: "libdep.so.1",
        symbols: gives("d@D_1"),
      }),
      "/usr/bin/p": program({}),
    },
    host: {
      ...installed(`${DEFAULT}/libx.so.1`, {
        ...whole,
        runpath: "$ORIGIN",
        needed: ["libdep.so.1"],
        symbols: [...whole.symbols, ...calls("libdep.so.1", "d@D_1")],
      }),
      ...installed(`${DEFAULT}/libdep.so.1`, { soname: "libdep.so.1", symbols: gives("d@D_1") }),
    },
    library: "libx.so.1",
    run: `${DEFAULT}/libx.so.1`,
    opens: true,
  }),
  "the library of one environment, whose program is a hard link to another's": (libx) => ({
    image: {
      "/opt/envs/a/bin/p": program({ ...user, runpath: "$ORIGIN/../lib" }),
      "/opt/envs/a/lib/libx.so.1": library(whole),
      "/opt/envs/b/lib/libx.so.1": library({ ...whole, symbols: [...whole.symbols, ...gives("more@X_1")] }),
    },
    names: { "/opt/envs/b/bin/p": "/opt/envs/a/bin/p" },
    host: { "/opt/h/libx.so.1": library(libx) },
    mount: "/opt/h/libx.so.1:/opt/envs/b/lib/libx.so.1",
    run: "/opt/envs/b/bin/p",
  }),
  "a library that is opened after an old preload": (libx) => ({
    image: {
      ...installed(`${DEFAULT}/libdep.so.1`, { soname: "libdep.so.1", symbols: gives("old@D_1", "new@D_2") }),
      "/opt/pre/libdep.so.1": library({ soname: "libdep.so.1", symbols: gives("old@D_1") }),
      "/usr/bin/p": program({}),
    },
    host: {
      ...installed(`${DEFAULT}/libx.so.1`, {
        soname: "libx.so.1",
        needed: ["libdep.so.1"],
        symbols: [...gives("x@X_1"), ...calls("libdep.so.1", libx === whole ? "old@D_1" : "new@D_2")],
      }),
      ...installed(`${DEFAULT}/libdep.so.1`, { soname: "libdep.so.1", symbols: gives("old@D_1", "new@D_2") }),
    },
    env: { LD_PRELOAD: "/opt/pre/libdep.so.1" },
    library: "libx.so.1",
    run: `${DEFAULT}/libx.so.1`,
    opens: true,
  }),
};

const obstacle = findObstacle() ?? (process.arch === "x64" ? undefined : "the worlds are for x86-64");
let workshop: Workshop;
let folder: string;
beforeAll(() => {
  if (obstacle === undefined) workshop = openWorkshop();
  folder = mkdtempSync(join(tmpdir(), "containerspec-mounts-"));
});
afterAll(() => {
  if (obstacle === undefined) closeWorkshop(workshop);
  rmSync(folder, { recursive: true });
});

const reason = obstacle === undefined ? "" : ` (skipped: ${obstacle})`;
describe.skipIf(obstacle !== undefined)(`what a mount does by other ways${reason}`, () => {
  it.each(Object.entries(WORLDS))("%s", async (name, world) => {
    const bad = await playMount(workshop, world(old), join(folder, `${name}, bad`));
    expect(bad.after).toBe(false);
    expect(["unsafe", "safe-with"]).toContain(bad.verdict);
    const good = await playMount(workshop, world(whole), join(folder, `${name}, good`));
    expect(good.after).toBe(true);
    expect(["safe", "loads"]).toContain(good.verdict);
  });

  it.skipIf(!hasLdconfig).each([
    ["an empty file over the cache", "/opt/h/empty:/etc/ld.so.cache", { "/opt/h/empty": text("") }],
    ["a folder without a cache over /etc", "/opt/h/etc:/etc", { "/opt/h/etc/hosts": text("") }],
  ] as const)(`%s${hasLdconfig ? "" : " (skipped: no ldconfig)"}`, async (name, mount, host) => {
    const files: Files = {
      ...installed("/opt/q/libx.so.1", whole),
      "/usr/bin/p": program(user),
      "/etc/ld.so.conf": text("/opt/q\n"),
    };
    const place = join(folder, name);
    writeFiles(join(place, "made"), { ...systemOf(workshop), ...files });
    execFileSync("ldconfig", ["-r", join(place, "made")], { env: { PATH: "/sbin:/usr/sbin" } });
    const cache = { bytes: readFileSync(join(place, "made/etc/ld.so.cache")), mode: 0o644 };
    const image = { ...files, "/etc/ld.so.cache": cache };
    expect(await playMount(workshop, { image, host, mount, run: "/usr/bin/p" }, place)).toEqual({
      before: true,
      after: false,
      verdict: "unsafe",
    });
  });
});
