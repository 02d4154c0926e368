/**
 * How long an x86-64 instruction is: for each opcode whether a ModRM byte follows, and what stands behind that as an immediate value.
 * Tables of 256 letters, sixteen a line. Intel's Software Developer's Manual, volume 2, appendix A (opcode maps), 64-bit mode.
 */

/** ModRM alone. */
export const M = 1;
/** What stands behind: nothing, or a value of one byte. */
export const IMM8 = 2;
/** Of two bytes with an operand-size prefix, else of four. */
export const IMMZ = 4;
export const IMM16 = 8;
/** Of the operand's own size: MOV of a value into a register. */
export const IMMV = 16;
/** An address of eight bytes, of four with an address-size prefix. */
export const MOFFS = 32;
/** TEST among the others of its opcode: an immediate for the first two of the group. */
export const TEST = 64;
/** There is no such instruction in 64-bit mode, or it is a prefix, which is dealt with before. */
export const BAD = 128;

const KINDS: Readonly<Record<string, number>> = {
  ".": 0,
  m: M,
  b: IMM8,
  z: IMMZ,
  w: IMM16,
  v: IMMV,
  o: MOFFS,
  B: M | IMM8,
  Z: M | IMMZ,
  e: IMM16 | IMM8,
  t: M | TEST | IMM8,
  T: M | TEST | IMMZ,
  x: BAD,
};

function toTable(rows: string): Uint8Array {
  return Uint8Array.from(rows.match(/\S/g) ?? [], (letter) => KINDS[letter] ?? BAD);
}

export const ONE_BYTE = toTable(`
  mmmmbzxx mmmmbzxx
  mmmmbzxx mmmmbzxx
  mmmmbzxx mmmmbzxx
  mmmmbzxx mmmmbzxx
  xxxxxxxx xxxxxxxx
  ........ ........
  xxxmxxxx zZbB....
  bbbbbbbb bbbbbbbb
  BZxBmmmm mmmmmmmm
  ........ ..x.....
  oooo.... bz......
  bbbbbbbb vvvvvvvv
  BBw.xxBZ e.w..bx.
  mmmmxxx. mmmmmmmm
  bbbbbbbb zzxb....
  x.xx..tT ......mm`);

/** Behind 0F. The letter for 0F itself is 3DNow!, whose operation stands where an immediate would. */
export const TWO_BYTE = toTable(`
  mmmmx... ..x.xm.B
  mmmmmmmm mmmmmmmm
  mmmmxxxx mmmmmmmm
  ......x. xxxxxxxx
  mmmmmmmm mmmmmmmm
  mmmmmmmm mmmmmmmm
  mmmmmmmm mmmmmmmm
  BBBBmmm. mmmmmmmm
  zzzzzzzz zzzzzzzz
  mmmmmmmm mmmmmmmm
  ...mBmmm ...mBmmm
  mmmmmmmm mmBmmmmm
  mmBmBBBm ........
  mmmmmmmm mmmmmmmm
  mmmmmmmm mmmmmmmm
  mmmmmmmm mmmmmmmm`);
