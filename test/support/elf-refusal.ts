/** Parses bytes that a test made, and says how they were refused. */
import { bytesSource } from "../../src/elf/bytes.js";
import type { ElfObject } from "../../src/elf/object.js";
import { parseElf } from "../../src/elf/parse.js";
import { ContainerspecError } from "../../src/errors.js";

export function parseBytes(bytes: Uint8Array): Promise<ElfObject> {
  return parseElf(bytesSource(bytes));
}

/** What is wrong in a file that is refused, or damaged behind its header; a file that is whole fails the test. */
export async function findRefusal(bytes: Uint8Array): Promise<string> {
  let elf: ElfObject;
  try {
    elf = await parseBytes(bytes);
  } catch (error) {
    if (!(error instanceof ContainerspecError) || error.code !== "malformed-elf") throw error;
    const named = checkMessage(error.message, bytes);
    if (named !== error.where.offset)
      throw new Error(`"${error.message}" does not agree with its offset`, { cause: error });
    return error.message;
  }
  if (elf.damage === undefined) throw new Error(`the file is read, with ${elf.symbols.count} symbols, and not refused`);
  checkMessage(elf.damage.problem, bytes);
  return elf.damage.problem;
}

/** The offset that a message names; it names the file's size as well. */
function checkMessage(message: string, bytes: Uint8Array): number {
  const named = /^Cannot read ELF: .* \(offset (\w+), file (\d+) bytes\)$/.exec(message);
  if (named === null || Number(named[2]) !== bytes.length) throw new Error(`"${message}" does not say where`);
  return Number(named[1]);
}
