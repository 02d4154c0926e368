/** The relocations that use the symbols of a file in the making, one for each use. */
import type { ByteWriter } from "./elf-bytes.js";
import type { SymbolDescription, Use } from "./elf-description.js";
import { EM_MIPS, type Machine } from "./elf-machines.js";
import { usesOf } from "./elf-symbols.js";

export interface Relocation {
  /** index in the dynamic symbol table */
  readonly symbol: number;
  readonly use: Use;
}

export function planRelocations(symbols: readonly SymbolDescription[]): Relocation[] {
  return symbols.flatMap((symbol, i) => usesOf(symbol).map((use) => ({ symbol: i + 1, use })));
}

/** @param targetOf the address that a relocation, by its number, changes */
export function writeRelocations(
  writer: ByteWriter,
  relocations: readonly Relocation[],
  machine: Machine,
  targetOf: (index: number) => number,
): void {
  relocations.forEach(({ symbol, use }, index) => {
    writer.address(targetOf(index));
    writeInfo(writer, symbol, numberOf(machine, use), machine.machine);
    if (machine.rela) writer.address(0);
  });
}

function numberOf(machine: Machine, use: Use): number {
  const number = machine[use];
  if (number === undefined) throw new Error(`no relocation for ${use} on machine ${machine.machine}`);
  return number;
}

function writeInfo(writer: ByteWriter, symbol: number, type: number, machine: number): void {
  if (writer.wordSize === 4) writer.word(((symbol << 8) | type) >>> 0);
  else if (machine === EM_MIPS) writer.word(symbol).byte(0).byte(0).byte(0).byte(type);
  else writer.xword((BigInt(symbol) << 32n) | BigInt(type));
}
