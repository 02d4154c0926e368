/** Protected symbols that a program goes round: which loaders object, on which machines, and in which words. */
import { describe, expect, it } from "vitest";
import { toLoaderMessage } from "../../src/loader/loader-message.js";
import type { ElfDescription, SymbolDescription } from "../support/elf-description.js";
import type { MachineName } from "../support/elf-machines.js";
import { createWorld, load } from "./world.js";

const MARKED = { notes: { properties: [{ type: 0xb0008000, value: 1 }] } } as const;
const data = { name: "v", type: "object", size: 8 } as const;
const COPY: SymbolDescription = { ...data, uses: ["copy"] };
const CANONICAL: SymbolDescription = { name: "f", defined: false, value: 0x1000, uses: ["lazy"] };
const INTERPS: Partial<Record<MachineName, string>> = {
  "x86-64": "/lib64/ld-linux-x86-64.so.2",
  aarch64: "/lib/ld-linux-aarch64.so.1",
  riscv64: "/lib/ld-linux-riscv64-lp64d.so.1",
};

interface Question {
  readonly program?: ElfDescription;
  readonly library?: ElfDescription;
  readonly machine?: MachineName;
}

async function ask(glibcVersion: string, { program, library, machine = "x86-64" }: Question): Promise<string[]> {
  const interp = INTERPS[machine] ?? "";
  const symbols: SymbolDescription[] = [
    { ...data, visibility: "protected" },
    { name: "f", visibility: "protected" },
  ];
  const app = { machine, interp, needed: ["libx.so"], runpath: "/", symbols: [COPY], ...program } as const;
  const root = await createWorld({
    [interp]: { machine },
    "/app": app,
    "/libx.so": { machine, soname: "libx.so", symbols, ...library },
  });
  const { problems } = load(root, "/app", { glibcVersion });
  return problems.map(
    (problem) => `${"binding" in problem ? problem.binding : "told"}: ${toLoaderMessage(problem, "/app")}`,
  );
}

const WARNING = "told: warning: copy relocation against non-copyable protected symbol `v' in `/libx.so'";
const ERROR = "eager: /app: v: /libx.so: error due to GNU_PROPERTY_1_NEEDED_INDIRECT_EXTERN_ACCESS";

describe("a copy of protected data", () => {
  it("is warned of since 2.36", async () => {
    expect(await ask("2.35", {})).toEqual([]);
    expect(await ask("2.36", {})).toEqual([WARNING]);
  });

  it("is refused since 2.35 where the library is marked", async () => {
    expect(await ask("2.34", { library: MARKED })).toEqual([]);
    expect(await ask("2.35", { library: MARKED })).toEqual([
      "eager: /app: v: /libx.so: copy relocation against non-copyable protected symbol",
    ]);
    expect(await ask("2.36", { library: MARKED })).toEqual([WARNING, ERROR]);
  });

  it("is let through by 2.35 alone where the program is marked too", async () => {
    expect(await ask("2.35", { library: MARKED, program: MARKED })).toEqual([]);
    expect(await ask("2.36", { library: MARKED, program: MARKED })).toEqual([WARNING, ERROR]);
  });

  it("is only warned of on AArch64, whose loader does not read the mark", async () => {
    expect(await ask("2.36", { library: MARKED, machine: "aarch64" })).toEqual([WARNING]);
    expect(await ask("2.36", { library: MARKED, machine: "riscv64" })).toEqual([WARNING, ERROR]);
  });

  it("of another visibility is nobody's business", async () => {
    expect(await ask("2.36", { library: { ...MARKED, symbols: [data] } })).toEqual([]);
  });
});

describe("an address of its own for a protected function", () => {
  const words = "/app: f: /libx.so: error due to GNU_PROPERTY_1_NEEDED_INDIRECT_EXTERN_ACCESS";
  const warning = "told: warning: direct reference to protected function `f' in `/libx.so' may break pointer equality";

  it("is refused when the function is bound", async () => {
    const lazy = { symbols: [CANONICAL] };
    expect(await ask("2.36", { library: MARKED, program: lazy })).toEqual([warning, `lazy: ${words}`]);
    expect(await ask("2.36", { library: MARKED, program: { ...lazy, bindNow: true } })).toEqual([
      warning,
      `eager: ${words}`,
    ]);
    expect(await ask("2.35", { library: MARKED, program: lazy })).toEqual([
      "lazy: /app: f: /libx.so: non-canonical reference to canonical protected function",
    ]);
  });

  it("is none where the program only calls the function", async () => {
    const calls = { symbols: [{ name: "f", defined: false }] };
    expect(await ask("2.36", { library: MARKED, program: calls })).toEqual([]);
  });
});
