/** Which files a loader maps, which it passes over and at which it gives up, for machines that are not this one. */
import { describe, expect, it } from "vitest";
import { openLibrary, sameAbi, type OpenResult, type ProcessAbi } from "../../src/loader/abi.js";
import { abiOf } from "../../src/loader/identity.js";
import type { ElfDescription } from "../support/elf-description.js";
import { MACHINES, type MachineName } from "../support/elf-machines.js";
import { createWorld, toElf } from "./world.js";

const DF_1_PIE = 0x08000000;

async function open(file: ElfDescription, loader: ProcessAbi): Promise<OpenResult> {
  const node = (await createWorld({ "/lib": file })).lookup("/lib");
  if (node === undefined) throw new Error("no file");
  return openLibrary(node, loader);
}

async function abiFor(machine: MachineName, flags?: number): Promise<ProcessAbi> {
  return abiOf(await toElf(flags === undefined ? { machine } : { machine, flags }));
}

/** The answer in a word or the loader's words. */
async function tell(file: ElfDescription, loader: ProcessAbi): Promise<string> {
  const result = await open(file, loader);
  switch (result.kind) {
    case "elf":
      return "taken";
    case "fatal":
      return result.message;
    default:
      return `${result.kind}: ${result.why}`;
  }
}

describe("each machine's loader", () => {
  const names = Object.keys(MACHINES) as MachineName[];

  it.each(names)("%s takes its own libraries, and none of any machine that differs", async (own) => {
    const loader = await abiFor(own);
    expect(await tell({ machine: own }, loader)).toBe("taken");
    for (const other of names.filter((name) => MACHINES[name].machine !== MACHINES[own].machine)) {
      const answer = await tell({ machine: other }, loader);
      const { class: elfClass, data } = MACHINES[other];
      if (elfClass !== MACHINES[own].class) expect(answer).toBe(`skip: wrong ELF class: ELFCLASS${elfClass}`);
      else if (data !== MACHINES[own].data)
        expect(answer).toBe(`ELF file data encoding not ${MACHINES[own].data}-endian`);
      else expect(answer).toBe("skip: another machine");
    }
  });
});

describe("e_flags", () => {
  it.each([
    ["arm", 0x5000400, 0x5000400, "taken"],
    ["arm", 0x5000400, 0x5000000, "taken"],
    ["arm", 0x5000400, 0x5000200, "internal error"],
    ["arm", 0x5000200, 0x5000400, "internal error"],
    ["arm", 0x5000200, 0x5000200, "taken"],
    ["arm", 0x5000400, 0x4000200, "taken"],
    ["riscv64", 5, 5, "taken"],
    ["riscv64", 5, 4, "taken"],
    ["riscv64", 5, 1, "skip: another machine"],
    ["riscv64", 1, 5, "skip: another machine"],
    ["ppc64le", 2, 2, "taken"],
    ["ppc64le", 2, 0, "taken"],
    ["ppc64le", 2, 1, "skip: another machine"],
    ["ppc64", 1, 2, "skip: another machine"],
    ["mipsel", 0x70001005, 0x70001405, "skip: another machine"],
    ["mipsel", 0x70001005, 0x70001025, "skip: another machine"],
    ["loongarch64", 0x43, 0x41, "taken"],
  ] as const)("%s: a loader with %i meets a library with %i", async (machine, loader, library, expected) => {
    expect(await tell({ machine, flags: library }, await abiFor(machine, loader))).toBe(expected);
  });
});

describe("EI_OSABI and EI_ABIVERSION", () => {
  it.each([
    ["x86-64", 0, 0, "taken"],
    ["x86-64", 3, 0, "taken"],
    ["x86-64", 3, 3, "taken"],
    ["x86-64", 3, 4, "ELF file ABI version invalid"],
    ["x86-64", 0, 1, "ELF file ABI version invalid"],
    ["x86-64", 9, 0, "ELF file OS ABI invalid"],
    ["x86-64", 64, 0, "ELF file OS ABI invalid"],
    ["aarch64", 3, 2, "taken"],
    ["aarch64", 3, 3, "ELF file ABI version invalid"],
    ["riscv64", 3, 3, "taken"],
    ["arm", 64, 0, "taken"],
    ["mipsel", 0, 5, "taken"],
    ["mipsel", 0, 6, "ELF file ABI version invalid"],
  ] as const)("%s: OS ABI %i, version %i", async (machine, osAbi, abiVersion, expected) => {
    expect(await tell({ machine, osAbi, abiVersion }, await abiFor(machine))).toBe(expected);
  });
});

describe("what is no shared library", () => {
  it("is refused while it is opened or while it is mapped, in the loader's order", async () => {
    const loader = await abiFor("x86-64");
    const refusals = [
      [{ type: "rel" }, "only ET_DYN and ET_EXEC can be loaded", "opening"],
      [{ type: "exec" }, "cannot dynamically load executable", "mapping"],
      [{ dynamic: false }, "object file has no dynamic section", "mapping"],
      [{ dynamicFlags1: DF_1_PIE }, "cannot dynamically load position-independent executable", "mapping"],
      [{ type: "exec", dynamic: false }, "cannot dynamically load executable", "mapping"],
      [{ type: "exec", osAbi: 9 }, "ELF file OS ABI invalid", "opening"],
    ] as const;
    for (const [file, message, when] of refusals)
      expect(await open(file, loader)).toEqual({ kind: "fatal", message, while: when });
  });

  it("is refused by size before anything is known of it, and unknown where it could not be read", async () => {
    const loader = await abiFor("x86-64");
    const root = await createWorld({
      "/short": "\x7fELF but short",
      "/text": "x".repeat(64),
      "/secret": { unread: "encrypted" },
    });
    const say = (path: string): OpenResult => {
      const node = root.lookup(path);
      if (node === undefined) throw new Error(path);
      return openLibrary(node, loader);
    };
    expect(say("/short")).toMatchObject({ kind: "fatal", message: "file too short" });
    expect(say("/text")).toMatchObject({ kind: "fatal", message: "invalid ELF header" });
    expect(say("/secret")).toEqual({ kind: "unknown", why: "encrypted" });
    expect(say("/")).toMatchObject({ kind: "fatal", message: "cannot read file data: Is a directory" });
    expect(openLibrary({ kind: "special" }, loader)).toMatchObject({ kind: "fatal", message: "file too short" });
  });
});

it("two objects of one process agree in class, byte order, machine and the flags that count", async () => {
  const [big, little, soft] = [await abiFor("ppc64"), await abiFor("ppc64le"), await abiFor("riscv64", 1)];
  expect(sameAbi(big, big)).toBe(true);
  expect(sameAbi(big, little)).toBe(false);
  expect(sameAbi(await abiFor("riscv64"), soft)).toBe(false);
  expect(sameAbi(await abiFor("x86-64"), await abiFor("x32"))).toBe(false);
});
