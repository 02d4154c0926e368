/**
 * A linear sweep: one instruction after the other from the start of a range to its end. Where there is none, one byte is passed over;
 * the stream of instructions is soon met again, since most of their beginnings are few.
 */
import type { CodeCounts } from "./code-counts.js";
import { createInstruction, decode, LEGACY, MAX_LENGTH, type Instruction } from "./x86-instruction.js";
import { featureOf } from "./x86-features.js";

/**
 * Counts the instructions of a piece of code.
 *
 * @param code the piece, and at its end up to fourteen bytes of what follows
 * @param end where the last instruction may begin
 * @returns where the first instruction behind `end` begins
 */
export function sweepX86(
  code: Uint8Array,
  start: number,
  end: number,
  counts: CodeCounts,
  visit?: (at: number, instruction: Instruction) => void,
): number {
  const instruction = createInstruction();
  let at = start;
  while (at < end) {
    const length = decode(code, at, Math.min(code.length, at + MAX_LENGTH), instruction);
    if (length === 0) {
      counts.unknownBytes += 1;
      at += 1;
      continue;
    }
    counts.instructions += 1;
    // Most are of the one-byte map, and old.
    const isOld = instruction.encoding === LEGACY && instruction.map === 0 && (instruction.opcode & 0xf8) !== 0xd8;
    if (!isOld) counts.add(featureOf(instruction));
    visit?.(at, instruction);
    at += length;
  }
  return at;
}
