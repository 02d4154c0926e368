/** A plugin has symbols from the program that opens it, and nobody can tell from here which program that is. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calls, gives, installed, type Files } from "../support/story-files.js";
import { playScene } from "../support/story-play.js";
import { debian12, MULTIARCH } from "../support/story-systems.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-open-symbols-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const plugin = (release: string, ...called: readonly string[]): Files =>
  installed(`${MULTIARCH}/libplugin.so.1`, {
    soname: "libplugin.so.1",
    symbols: [...gives("init@PLUGIN_1"), ...calls("", ...called).map((one) => ({ ...one, uses: ["eager" as const] }))],
    contents: release,
  });

async function judge(image: Files, host: Files): Promise<unknown> {
  const { mounts } = await playScene(
    {
      image: { layers: [debian12(image)] },
      host: debian12(host),
      library: "libplugin.so.1",
      expected: { findings: [] },
    },
    mkdtempSync(join(folder, "world-")),
  );
  return mounts.map(({ loader, verdict, findings }) => ({ loader, verdict, rules: findings.map(({ rule }) => rule) }));
}

test("that of another build may find a program whose functions mean something else", async () => {
  const expected = [{ loader: "ok", verdict: "loads", rules: ["unversioned-symbols"] }];
  expect(await judge(plugin("1", "log_message"), plugin("2", "log_message"))).toEqual(expected);
  expect(await judge({}, plugin("2", "log_message"))).toEqual(expected);
});

test("the same build finds what it found", async () => {
  expect(await judge(plugin("1", "log_message"), plugin("1", "log_message"))).toMatchObject([{ verdict: "safe" }]);
});

test("a symbol that its predecessor did not want is a new one", async () => {
  expect(await judge(plugin("1"), plugin("2", "log_message"))).toMatchObject([{ loader: "broken", verdict: "unsafe" }]);
});

test("what a library beside it wants is not its own", async () => {
  const beside = installed(`${MULTIARCH}/libbeside.so.1`, {
    soname: "libbeside.so.1",
    symbols: [...gives("more@BESIDE_1"), { name: "log_message", defined: false, uses: ["eager"] }],
  });
  const library = (contents: string): Files =>
    installed(`${MULTIARCH}/libplugin.so.1`, {
      soname: "libplugin.so.1",
      needed: ["libbeside.so.1"],
      symbols: gives("init@PLUGIN_1"),
      contents,
    });
  expect(await judge({ ...beside, ...library("1") }, { ...beside, ...library("2") })).toMatchObject([
    { verdict: "safe" },
  ]);
});
