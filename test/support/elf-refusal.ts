/** Parses bytes that a test made, and says how they were refused. */
import { bytesSource } from "../../src/elf/bytes.js";
import type { ElfObject } from "../../src/elf/object.js";
import { parseElf } from "../../src/elf/parse.js";
import { ContainerspecError } from "../../src/errors.js";

export function parseBytes(bytes: Uint8Array): Promise<ElfObject> {
  return parseElf(bytesSource(bytes));
}

/** The message of the malformed-elf error; anything else, and a file that is read, fails the test. */
export async function findRefusal(bytes: Uint8Array): Promise<string> {
  let elf: ElfObject;
  try {
    elf = await parseBytes(bytes);
  } catch (error) {
    if (!(error instanceof ContainerspecError) || error.code !== "malformed-elf") throw error;
    const { offset } = error.where;
    const named = /^Cannot read ELF: .* \(offset (\w+), file (\d+) bytes\)$/.exec(error.message);
    if (offset === undefined || named === null) throw new Error(`no offset in "${error.message}"`, { cause: error });
    if (Number(named[1]) !== offset || Number(named[2]) !== bytes.length)
      throw new Error(`"${error.message}" does not agree with offset ${offset}, file ${bytes.length}`, {
        cause: error,
      });
    return error.message;
  }
  throw new Error(`the file is read, with ${elf.symbols.count} symbols, and not refused`);
}
