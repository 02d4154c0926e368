/**
 * Damaged files: whatever is changed, parseElf gives a result or a malformed-elf error, soon. CONTAINERSPEC_MUTATIONS sets how
 * many files each test damages; the seed is fixed, so a failure comes back on the next run.
 */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ContainerspecError } from "../../src/errors.js";
import { buildElf, type ElfDescription } from "../support/elf-builder.js";
import { MACHINES, type MachineName } from "../support/elf-machines.js";
import { createRandom, mutate } from "../support/elf-mutation.js";
import { parseBytes } from "../support/elf-refusal.js";

const COUNT = Number(process.env["CONTAINERSPEC_MUTATIONS"] ?? 4000);
const LIMIT_MS = 200;

const LIBRARY: ElfDescription = {
  interp: "/lib/ld.so.1",
  soname: "libx.so.1",
  needed: ["libc.so.6", "libm.so.6"],
  runpath: "$ORIGIN",
  requires: [{ file: "libm.so.6", versions: ["GLIBC_2.29"] }],
  defines: [{ name: "X_2", parents: ["X_1"] }],
  symbols: [
    ...Array.from({ length: 12 }, (_, i) => ({ name: `x_${i}`, version: "X_1" })),
    { name: "puts", version: "GLIBC_2.2.5", from: "libc.so.6" },
    { name: "stdout", version: "GLIBC_2.2.5", from: "libc.so.6", type: "object", uses: ["eager", "copy"] },
  ],
  tls: { size: 8, alignment: 8 },
  relr: true,
  notes: {
    abiTag: { os: 0, kernel: [3, 2, 0] },
    buildId: "abcdef",
    properties: [{ type: 1, value: 1 }],
    dlopen: ["[]"],
  },
  sectionHeaders: false,
};

/** Milliseconds of CPU time, so that a busy machine fails no test. */
async function measure(bytes: Uint8Array): Promise<{ took: number; outcome: "whole" | "damaged" | "refused" }> {
  const start = process.cpuUsage();
  let outcome: "whole" | "damaged" | "refused" = "whole";
  try {
    if ((await parseBytes(bytes)).damage !== undefined) outcome = "damaged";
  } catch (error) {
    if (!(error instanceof ContainerspecError) || error.code !== "malformed-elf") throw error;
    outcome = "refused";
  }
  const { user, system } = process.cpuUsage(start);
  return { took: (user + system) / 1000, outcome };
}

async function damage(files: readonly Damaged[], seed: number, count: number): Promise<Record<string, number>> {
  const random = createRandom(seed);
  const outcomes = { whole: 0, damaged: 0, refused: 0 };
  for (let i = 0; i < count; i += 1) {
    const { bytes, ranges } = files[i % files.length] as Damaged;
    const mutated = mutate(bytes, ranges, random);
    try {
      let result = await measure(mutated);
      // Once may be the garbage collector's doing.
      for (let attempt = 0; result.took > LIMIT_MS && attempt < 2; attempt += 1) result = await measure(mutated);
      if (result.took > LIMIT_MS) throw new Error(`it takes ${result.took} ms`);
      outcomes[result.outcome] += 1;
    } catch (error) {
      throw new Error(`mutation ${i} of seed ${seed}: ${String(error)}`, { cause: error });
    }
  }
  return outcomes;
}

interface Damaged {
  readonly bytes: Uint8Array;
  readonly ranges: readonly (readonly [number, number])[];
}

test.each(["gnu", "sysv"] as const)(
  `${COUNT} damaged files of every machine, counted by DT_HASH or DT_GNU_HASH: %s`,
  async (hash) => {
    const files = (Object.keys(MACHINES) as MachineName[]).map((machine) => {
      const bytes = buildElf({ ...LIBRARY, machine, hash });
      return { bytes, ranges: [[0, bytes.length]] } satisfies Damaged;
    });
    const outcomes = await damage(files, hash === "gnu" ? 20261 : 20262, COUNT);
    expect(outcomes["whole"]).toBeGreaterThan(COUNT / 20);
    expect(outcomes["damaged"]).toBeGreaterThan(COUNT / 20);
    expect(outcomes["refused"]).toBeGreaterThan(COUNT / 50);
  },
  30_000 + COUNT,
);

const LIBRARIES = ["libc.so.6", "libstdc++.so.6", "libz.so.1"]
  .flatMap((name) => [`/usr/lib/x86_64-linux-gnu/${name}`, `/usr/lib64/${name}`, `/usr/lib/aarch64-linux-gnu/${name}`])
  .filter((path) => existsSync(path));
const title = `${COUNT / 10} times damaged headers and tables of real libraries`;

test.skipIf(LIBRARIES.length === 0)(
  LIBRARIES.length === 0 ? `${title} (skipped: there is no libc.so.6 at a known place)` : title,
  async () => {
    const files = await Promise.all(
      LIBRARIES.map(async (path) => {
        const bytes = new Uint8Array(readFileSync(path));
        const { symbols } = await parseBytes(bytes);
        expect(symbols.count).toBeGreaterThan(10);
        // The headers, often; the hash table, symbols and strings behind them; the dynamic section near the end.
        const tables = Math.min(bytes.length, symbols.count * 80);
        const ranges = [
          [0, 0x400],
          [0, 0x400],
          [0, tables],
          [Math.floor(bytes.length * 0.8), bytes.length],
        ] as const;
        return { bytes, ranges };
      }),
    );
    const outcomes = await damage(files, 20263, COUNT / 10);
    expect(outcomes["whole"]).toBeGreaterThan(0);
    expect(outcomes["damaged"]).toBeGreaterThan(0);
    expect(outcomes["refused"]).toBeGreaterThan(0);
  },
  60_000 + 10 * COUNT,
);
