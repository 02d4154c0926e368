/** parseElf as a whole: where its bytes come from, and the addresses that files are linked to. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bytesSource } from "../../src/elf/bytes.js";
import { parseElf } from "../../src/elf/parse.js";
import type { ByteSource } from "../../src/elf/source.js";
import { buildElf, layoutElf, type ElfDescription } from "../support/elf-builder.js";
import { DT } from "../support/elf-dynamic.js";
import { ElfEditor } from "../support/elf-editor.js";
import { MACHINES, type MachineName } from "../support/elf-machines.js";
import { parseBytes } from "../support/elf-refusal.js";
import { PT } from "../support/elf-segments.js";

const LIBRARY: ElfDescription = {
  interp: "/lib/ld.so.1",
  soname: "libx.so.1",
  needed: ["libc.so.6"],
  requires: [{ file: "libm.so.6", versions: ["GLIBC_2.29"] }],
  symbols: [
    { name: "x", version: "X_1" },
    { name: "puts", version: "GLIBC_2.2.5", from: "libc.so.6" },
  ],
  notes: { buildId: "abcdef", dlopen: ["[]"] },
};

/** A source that keeps to the letter of its contract: what it returned is garbage as soon as it is asked again. */
function forgetfulSource(bytes: Uint8Array): ByteSource & { reads: number } {
  let last: Uint8Array | undefined;
  return {
    size: bytes.length,
    reads: 0,
    read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > bytes.length) throw new RangeError(`${offset} + ${length}`);
      last?.fill(0xaa);
      last = bytes.slice(offset, offset + length);
      this.reads += 1;
      return last;
    },
  };
}

test.each(Object.keys(MACHINES) as MachineName[])("a file for %s reads the same piece by piece", async (machine) => {
  for (const hash of ["gnu", "sysv"] as const) {
    const image = layoutElf({ ...LIBRARY, machine, hash });
    // The string table is read a second time, between two symbols.
    for (const bytes of [image.bytes, new ElfEditor(image).tag(DT.STRSZ, 1).bytes]) {
      const source = forgetfulSource(bytes);
      expect(await parseElf(source)).toEqual(await parseElf(bytesSource(bytes)));
      expect(source.reads).toBeGreaterThan(5);
    }
  }
});

const LIBC = ["/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib64/libc.so.6"].find((path) => existsSync(path));
test.skipIf(LIBC === undefined)(
  `a C library reads the same piece by piece${LIBC === undefined ? " (skipped: it is at no known place)" : ""}`,
  async () => {
    const bytes = new Uint8Array(readFileSync(LIBC ?? ""));
    expect(await parseElf(forgetfulSource(bytes))).toEqual(await parseElf(bytesSource(bytes)));
  },
);

test("segments far apart, as IA-64 has them, keep every byte in its place", async () => {
  const image = layoutElf(LIBRARY);
  const [text, data] = [2n ** 62n, 2n ** 62n + 2n ** 61n];
  const edited = new ElfEditor(image);
  const addressOf = (name: string): bigint => BigInt(image.sections.get(name)?.address ?? 0);
  const writable = image.segments.filter(({ type }) => type === PT.LOAD)[1]?.address ?? 0;
  edited.segment(PT.LOAD, "p_vaddr", text, 0).segment(PT.LOAD, "p_vaddr", data + BigInt(writable), 1);
  edited.segment(PT.DYNAMIC, "p_vaddr", data + addressOf(".dynamic")).segment(PT.DYNAMIC, "p_offset", 0);
  const tables = { STRTAB: ".dynstr", SYMTAB: ".dynsym", GNU_HASH: ".gnu.hash", JMPREL: ".rela.plt" } as const;
  const versions = { VERSYM: ".gnu.version", VERDEF: ".gnu.version_d", VERNEED: ".gnu.version_r" } as const;
  for (const [tag, name] of Object.entries({ ...tables, ...versions })) {
    edited.tag(DT[tag as keyof typeof tables | keyof typeof versions], text + addressOf(name));
  }
  expect(await parseBytes(edited.bytes)).toEqual(await parseBytes(image.bytes));
});

test("a file without a dynamic section gives empty tables", async () => {
  for (const description of [{ type: "rel" }, { type: "exec", dynamic: false }] satisfies ElfDescription[]) {
    const elf = await parseBytes(buildElf(description));
    expect(elf).toMatchObject({ needed: [], filtees: [], symbols: { count: 0 } });
    expect(elf.versions).toMatchObject({ hasSymbols: false, requirements: [], definitions: [] });
    expect([elf.interp, elf.soname, elf.rpath, elf.runpath]).toEqual([undefined, undefined, undefined, undefined]);
  }
});
