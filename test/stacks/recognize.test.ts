/** What a file is does not hang on its name: what it defines, asks for and says tells it. */
import { describe, expect, test } from "vitest";
import { fileInspector } from "../../src/loader/inspect.js";
import type { FileFacts } from "../../src/loader/facts.js";
import { findMpiAbi } from "../../src/stacks/mpi-abi.js";
import { recognize } from "../../src/stacks/recognize.js";
import { buildElf, type ElfDescription } from "../support/elf-builder.js";

type Elf = Extract<FileFacts, { kind: "elf" }>;

/** Texts that stand one behind the other. */
function constants(...texts: readonly string[]): string {
  return ["", ...texts, ""].join("\0");
}

/** A file of which these texts were kept. */
async function inspect(description: ElfDescription, texts: readonly string[] = []): Promise<Elf> {
  const bytes = buildElf(description);
  const source = { size: bytes.length, read: (at: number, length: number) => bytes.subarray(at, at + length) };
  const facts = await fileInspector.inspect("/usr/lib/libsome.so", source);
  if (facts.kind !== "elf") throw new Error(`the builder made ${facts.kind}`);
  return texts.length === 0 ? facts : { ...facts, texts };
}

const MPI = [{ name: "MPI_Init" }, { name: "PMPI_Init" }];

describe("MPI", () => {
  test("libmpi.so.12 of Open MPI 1.10 is Open MPI, by its symbols", async () => {
    const facts = await inspect({
      soname: "libmpi.so.12",
      symbols: [...MPI, { name: "ompi_mpi_comm_world", type: "object" }],
    });
    expect(recognize("libmpi.so.12.0.3", facts)?.is.family).toBe("open-mpi");
  });
  test.each([
    ["mpich", ["MPICH Version:", constants("Thu Apr  7 12:34:45 CDT 2022", "4.0.2")], "4.0.2"],
    ["intel-mpi", ["MPICH Version:", "Intel(R) MPI Library 2021.9"], "2021.9"],
    ["intel-mpi", ["Intel(R) MPI Library 2019 Update 6"], "2019 Update 6"],
    ["cray-mpich", ["MPICH Version:", "CRAY MPICH version 8.1.25.17"], "8.1.25.17"],
    ["mvapich", ["MPICH Version:", "MVAPICH2 Version:", constants("Mon Feb 27 22:00:00 EST 2023", "2.3.7")], "2.3.7"],
  ])("a file of that name can be %s, by what it says", async (family, texts, version) => {
    const found = recognize("libmpi.so.12", await inspect({ soname: "libmpi.so.12", symbols: MPI }, texts));
    expect([found?.is.family, found?.version]).toEqual([family, version]);
  });
  test("what says nothing is an MPI, and no more is known", async () => {
    const found = recognize("libmpi.so.12", await inspect({ soname: "libmpi.so.12", symbols: MPI }));
    expect([found?.is.family, found?.version]).toEqual(["unknown-mpi", undefined]);
  });
  test("a tool that stands before MPI is none", async () => {
    const facts = await inspect({
      soname: "libprofile.so",
      symbols: [{ name: "MPI_Init" }, { name: "PMPI_Init", defined: false }],
    });
    expect(recognize("libprofile.so", facts)).toBeUndefined();
  });
  test("a program that holds one is none", async () => {
    const facts = await inspect({ interp: "/lib64/ld-linux-x86-64.so.2", symbols: MPI });
    expect(recognize("solver", facts)).toBeUndefined();
  });
});

test.each([
  ["open-mpi", "libmpi.so.40", undefined, "open-mpi-40"],
  ["open-mpi", "libmpi_abi.so.1", undefined, "mpi-abi-1"],
  ["mpich", "libmpich.so.12", "14:2:2", "mpich-12"],
  ["mpich", "libmpi_abi.so.1", "18:2:6", "mpi-abi-1"],
  ["cray-mpich", "libmpi_gnu_123.so.12", undefined, "mpich-12"],
  ["cray-mpich", "libmpich_gnu_71.so.3", "15:1:3", "mpich-12"],
  ["intel-mpi", "libmpi.so.12", undefined, "mpich-12"],
  ["mpich", "libmpi.so", undefined, undefined],
  ["unknown-mpi", "libmpi.so.12", undefined, undefined],
])("%s as %s, counted as %s, offers %s", (family, soname, triple, abi) => {
  expect(findMpiAbi(family, soname, triple)).toBe(abi);
});

describe("names that matter", () => {
  test("a provider is opened by its name", async () => {
    const facts = await inspect({
      soname: "libefa.so.1",
      requires: [{ file: "libibverbs.so.1", versions: ["IBVERBS_PRIVATE_34"] }],
    });
    expect(recognize("libefa-rdmav34.so", facts)?.provider).toBe("efa");
    expect(recognize("libefa.so.1.2.44.0", facts)).toBeUndefined();
  });
  test("NVIDIA's release stands in the name of the file", async () => {
    const facts = await inspect({
      soname: "libcuda.so.1",
      symbols: [{ name: "cuInit" }, { name: "cuDriverGetVersion" }],
    });
    expect(recognize("libcuda.so.550.54.15", facts)?.version).toBe("550.54.15");
    expect(recognize("libcuda.so.1", facts)?.version).toBeUndefined();
  });
});
