/**
 * One x86-64 instruction: where it ends, and the fields that tell which one it is. The decoder writes into one object again and again,
 * since there are millions of them. Intel's Software Developer's Manual, volume 2, chapter 2 (instruction format, VEX, EVEX), and AMD's
 * Architecture Programmer's Manual, volume 6 (XOP).
 */
import { BAD, IMM16, IMM8, IMMV, IMMZ, M, MOFFS, ONE_BYTE, TEST, TWO_BYTE } from "./x86-tables.js";

/** Numbers, since they are compared millions of times. */
export const LEGACY = 0;
export const VEX = 1;
export const EVEX = 2;
const XOP = 3;

export interface Instruction {
  /** LEGACY, VEX, EVEX or XOP */
  encoding: number;
  /** 0: one byte; 1: 0F; 2: 0F 38; 3: 0F 3A; what VEX, EVEX and XOP have of their own goes on from there */
  map: number;
  opcode: number;
  /** the prefix that is a part of the opcode: 0 none, 1 66, 2 F3, 3 F2 */
  pp: number;
  wide: boolean;
  /** vector length: 0 for 128 bits (or none), 1 for 256, 2 for 512 */
  vector: number;
  /** EVEX.b: a broadcast, or rounding where there is no memory operand */
  broadcast: boolean;
  modrm: number;
}

/** No instruction is longer. */
export const MAX_LENGTH = 15;

/** Whether a byte is a prefix that says nothing of the opcode: segments, LOCK, address size. */
const PLAIN_PREFIX = toSet([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0xf0]);

/** Opcodes of 0F that VEX and EVEX share, with an immediate byte. */
const HAS_IMM8 = toSet([0x70, 0x71, 0x72, 0x73, 0xc2, 0xc4, 0xc5, 0xc6]);

export function createInstruction(): Instruction {
  return { encoding: LEGACY, map: 0, opcode: 0, pp: 0, wide: false, vector: 0, broadcast: false, modrm: 0 };
}

/**
 * Decodes the instruction at `at`.
 *
 * @param into is filled in
 * @returns its length; 0 where there is none, or where it does not end before `end`
 */
export function decode(code: Uint8Array, at: number, end: number, into: Instruction): number {
  let p = at;
  let has66 = false;
  let has67 = false;
  let repeat = 0;
  let rex = 0;
  for (; p < end; p += 1) {
    const byte = code[p] as number;
    if (byte === 0x66) has66 = true;
    else if (byte === 0x67) has67 = true;
    else if (byte === 0xf2) repeat = 3;
    else if (byte === 0xf3) repeat = 2;
    else if (PLAIN_PREFIX[byte] === 0) break;
  }
  // REX counts where it stands right before the opcode.
  if (p < end && ((code[p] as number) & 0xf0) === 0x40) {
    rex = code[p] as number;
    p += 1;
  }
  if (p >= end || p - at >= MAX_LENGTH) return 0;
  const first = code[p] as number;
  into.encoding = LEGACY;
  into.vector = 0;
  into.broadcast = false;
  into.wide = (rex & 8) !== 0;
  into.pp = repeat !== 0 ? repeat : has66 ? 1 : 0;
  if (rex === 0 && (first === 0xc4 || first === 0xc5)) p = readVex(code, p, end, into);
  else if (rex === 0 && first === 0x62) p = readEvex(code, p, end, into);
  else if (first === 0x8f && ((code[p + 1] ?? 0) & 0x1f) >= 8) p = readXop(code, p, end, into);
  else p = readOpcode(code, p, end, into);
  if (p === 0 || p > end) return 0;
  const kind = kindOf(into);
  if ((kind & BAD) !== 0) return 0;
  p = readOperands(code, p, end, into, kind, has66 && !into.wide ? 2 : 4, has67);
  return p === 0 || p > end || p - at > MAX_LENGTH ? 0 : p - at;
}

/** The opcode behind 0F, 0F 38 and 0F 3A. Returns where the ModRM byte would be. */
function readOpcode(code: Uint8Array, p: number, end: number, into: Instruction): number {
  let at = p;
  into.map = 0;
  if (code[at] === 0x0f) {
    at += 1;
    into.map = code[at] === 0x38 ? 2 : code[at] === 0x3a ? 3 : 1;
    if (into.map !== 1) at += 1;
  }
  if (at >= end) return 0;
  into.opcode = code[at] as number;
  return at + 1;
}

function readVex(code: Uint8Array, p: number, end: number, into: Instruction): number {
  const isShort = code[p] === 0xc5;
  const at = p + (isShort ? 2 : 3);
  if (at >= end) return 0;
  const last = code[at - 1] as number;
  into.encoding = VEX;
  into.map = isShort ? 1 : (code[p + 1] as number) & 0x1f;
  into.wide = !isShort && (last & 0x80) !== 0;
  into.vector = (last >> 2) & 1;
  into.pp = last & 3;
  into.opcode = code[at] as number;
  return at + 1;
}

function readEvex(code: Uint8Array, p: number, end: number, into: Instruction): number {
  const at = p + 4;
  if (at >= end) return 0;
  const first = code[p + 1] as number;
  const second = code[p + 2] as number;
  const third = code[p + 3] as number;
  into.encoding = EVEX;
  into.map = first & 7;
  into.wide = (second & 0x80) !== 0;
  into.vector = (third >> 5) & 3;
  into.broadcast = (third & 0x10) !== 0;
  into.pp = second & 3;
  into.opcode = code[at] as number;
  // One bit is always clear and one always set: what breaks that is no instruction, or one of the future.
  return (first & 8) !== 0 || (second & 4) === 0 ? 0 : at + 1;
}

function readXop(code: Uint8Array, p: number, end: number, into: Instruction): number {
  const at = p + 3;
  if (at >= end) return 0;
  into.encoding = XOP;
  into.map = (code[p + 1] as number) & 0x1f;
  into.wide = ((code[p + 2] as number) & 0x80) !== 0;
  into.vector = ((code[p + 2] as number) >> 2) & 1;
  into.pp = (code[p + 2] as number) & 3;
  into.opcode = code[at] as number;
  return at + 1;
}

/** What follows the opcode, as bits of x86-tables.ts. */
function kindOf({ encoding, map, opcode, pp }: Instruction): number {
  switch (encoding) {
    case LEGACY:
      if (map === 0) return ONE_BYTE[opcode] as number;
      // EXTRQ and INSERTQ have two bytes, which are together one of 16 bits.
      if (map === 1) return opcode === 0x78 && (pp === 1 || pp === 3) ? M | IMM16 : (TWO_BYTE[opcode] as number);
      return map === 2 ? M : M | IMM8;
    case XOP:
      return map === 8 ? M | IMM8 : map === 9 ? M : map === 10 ? M | IMMZ : BAD;
    case VEX:
      if (map === 1) return opcode === 0x77 ? 0 : HAS_IMM8[opcode] === 0 ? M : M | IMM8;
      return map === 2 ? M : map === 3 ? M | IMM8 : BAD;
    case EVEX:
      if (map === 1) return HAS_IMM8[opcode] === 0 ? M : M | IMM8;
      return map === 3 ? M | IMM8 : map === 2 || map === 5 || map === 6 ? M : BAD;
    default:
      return BAD;
  }
}

/** ModRM, SIB, displacement and immediates. Returns where the instruction ends. */
function readOperands(
  code: Uint8Array,
  start: number,
  end: number,
  into: Instruction,
  kind: number,
  size: number,
  has67: boolean,
): number {
  let p = start;
  if ((kind & M) !== 0) {
    if (p >= end) return 0;
    const modrm = code[p] as number;
    into.modrm = modrm;
    p += 1;
    // Control and debug registers are always registers.
    const isRegister = modrm >= 0xc0 || (into.encoding === LEGACY && into.map === 1 && (into.opcode & 0xfc) === 0x20);
    if (!isRegister) p = skipMemory(code, p, modrm);
    if ((kind & TEST) !== 0 && (modrm & 0x30) !== 0) return p;
  } else into.modrm = 0;
  if ((kind & IMM8) !== 0) p += 1;
  if ((kind & IMMZ) !== 0) p += size;
  if ((kind & IMM16) !== 0) p += 2;
  if ((kind & IMMV) !== 0) p += into.wide ? 8 : size;
  if ((kind & MOFFS) !== 0) p += has67 ? 4 : 8;
  return p;
}

/** Behind ModRM: SIB where rm is 4; a displacement by mod, and in two cases without a base. */
function skipMemory(code: Uint8Array, p: number, modrm: number): number {
  const mod = modrm >> 6;
  let base = modrm & 7;
  let at = p;
  if (base === 4) {
    base = (code[at] ?? 0) & 7;
    at += 1;
  }
  if (mod === 1) return at + 1;
  return mod === 2 || base === 5 ? at + 4 : at;
}

function toSet(bytes: readonly number[]): Uint8Array {
  const set = new Uint8Array(256);
  for (const byte of bytes) set[byte] = 1;
  return set;
}
