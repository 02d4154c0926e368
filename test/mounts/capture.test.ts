/**
 * Symbols that an object defines and uses, and that another object captures with the mount: the loader looks them up from the
 * beginning of the scope.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alpine, debian12, MULTIARCH, MUSL_INTERPRETER } from "../support/story-systems.js";
import { calls, gives, installed, program, type Files } from "../support/story-files.js";
import { playScene } from "../support/story-play.js";
import type { ElfDescription, SymbolDescription } from "../support/elf-description.js";
import type { Scene } from "../support/story.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-capture-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Functions that an object defines, and calls through its PLT. */
const usesOwn = (...symbols: readonly string[]): SymbolDescription[] =>
  gives(...symbols).map((symbol) => ({ ...symbol, type: "func", uses: ["lazy"] }));
const parser = (...symbols: readonly SymbolDescription[]): Files =>
  installed(`${MULTIARCH}/libparser.so.1`, {
    soname: "libparser.so.1",
    symbols: [...gives("parse@PARSER_1"), ...symbols],
  });
const scanner = (more: Partial<ElfDescription> = {}): Files =>
  installed(`${MULTIARCH}/libscanner.so.1`, { soname: "libscanner.so.1", symbols: usesOwn("next_token"), ...more });
const convert = (...symbols: readonly SymbolDescription[]): Files => ({
  "/usr/bin/convert": program({
    needed: ["libparser.so.1", "libscanner.so.1"],
    symbols: [...calls("libparser.so.1", "parse@PARSER_1"), ...symbols],
  }),
});

async function judge(image: Files, host: Files, system = debian12): Promise<unknown> {
  const scene: Scene = {
    image: { layers: [system(image)] },
    host: system(host),
    library: "libparser.so.1",
    expected: { findings: [] },
  };
  const { mounts } = await playScene(scene, mkdtempSync(join(folder, "world-")));
  return mounts.map(({ loader, verdict, findings }) => ({
    loader,
    verdict,
    told: findings.map(({ rule, message }) => `${rule}: ${message}`),
  }));
}

const SAFE = [{ loader: "ok", verdict: "safe", told: [] }];

describe("a mounted library that defines more names than its predecessor", () => {
  test("takes over what a library behind it calls its own", async () => {
    const image = { ...parser(), ...scanner(), ...convert() };
    expect(await judge(image, parser(...gives("next_token@PARSER_2")))).toEqual([
      {
        loader: "ok",
        verdict: "loads",
        told: [
          expect.stringContaining(
            "libscanner.so.1 no longer uses its own next_token but what the host's libparser.so.1 calls so",
          ),
        ],
      },
    ]);
  });

  test.each([
    ["where the library binds its symbols to itself (DT_SYMBOLIC)", scanner({ symbolic: true })],
    [
      "where its symbol is protected",
      scanner({ symbols: usesOwn("next_token").map((one) => ({ ...one, visibility: "protected" as const })) }),
    ],
    ["where the library does not look its symbol up", scanner({ symbols: gives("next_token") })],
  ])("takes over nothing %s", async (_, own) => {
    expect(await judge({ ...parser(), ...own, ...convert() }, parser(...gives("next_token@PARSER_2")))).toEqual(SAFE);
  });

  test("changes nothing where its predecessor had the name too", async () => {
    const more = gives("next_token@PARSER_2");
    expect(
      await judge({ ...parser(...more), ...scanner(), ...convert() }, parser(...more, ...gives("other@PARSER_2"))),
    ).toEqual(SAFE);
  });

  test("changes nothing where the program has the name before all", async () => {
    const image = { ...parser(), ...scanner(), ...convert(...gives("next_token")) };
    expect(await judge(image, parser(...gives("next_token@PARSER_2")))).toEqual(SAFE);
  });

  test("is another matter where data takes the place of a function", async () => {
    const image = { ...parser(), ...scanner(), ...convert() };
    const data = gives("next_token@PARSER_2").map((one) => ({ ...one, type: "object" as const, size: 8 }));
    expect(await judge(image, parser(...data))).toMatchObject([{ loader: "ok", verdict: "risky" }]);
  });
});

describe("what a mounted library calls its own", () => {
  test("may be the program's: a name that its predecessor did not use", async () => {
    const image = { ...parser(), ...scanner(), ...convert(...gives("grow_buffer")) };
    expect(await judge(image, parser(...usesOwn("grow_buffer@PARSER_1")))).toEqual([
      {
        loader: "ok",
        verdict: "loads",
        told: [
          expect.stringContaining(
            "The host's libparser.so.1 no longer uses its own grow_buffer but what the image's /usr/bin/convert calls so",
          ),
        ],
      },
    ]);
  });

  test("is no news where it is the program's today", async () => {
    const own = usesOwn("grow_buffer@PARSER_1");
    const image = { ...parser(...own), ...scanner(), ...convert(...gives("grow_buffer")) };
    expect(await judge(image, parser(...own, ...gives("other@PARSER_1")))).toEqual(SAFE);
  });
});

test("musl's loader compares no versions, so that a name is enough", async () => {
  const libc = "libc.musl-x86_64.so.1";
  const own = usesOwn("next_token@SCANNER_1");
  const parserOf = (...symbols: readonly string[]): Files =>
    installed("/usr/lib/libparser.so.1", { soname: "libparser.so.1", libc, symbols: gives("parse", ...symbols) });
  const image = {
    ...parserOf(),
    ...installed("/usr/lib/libscanner.so.1", { soname: "libscanner.so.1", libc, symbols: own }),
    "/usr/bin/convert": program({
      interp: MUSL_INTERPRETER,
      libc,
      needed: ["libparser.so.1", "libscanner.so.1"],
      symbols: calls("libparser.so.1", "parse"),
    }),
  };
  const rules = (report: unknown): readonly string[] => (report as { told: string[] }[]).flatMap(({ told }) => told);
  const captured: unknown = expect.stringContaining("no longer uses its own next_token");
  expect(rules(await judge(image, parserOf("next_token@PARSER_2"), alpine))).toContainEqual(captured);
  expect(rules(await judge(image, parserOf("last_token@PARSER_2"), alpine))).not.toContainEqual(captured);
  const glibc = { ...parser(), ...scanner({ symbols: own }), ...convert() };
  expect(await judge(glibc, parser(...gives("next_token@PARSER_2")))).toEqual(SAFE);
});
