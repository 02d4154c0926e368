/** Damage: copies of files with a few changes of the kinds that break readers, the same for the same seed. */
import { BLOCK, fixChecksum, listHeaders } from "./tar-blocks.mjs";

/** What offsets, sizes and counts are broken with. */
const NUMBERS = [
  0, 1, 2, 3, 4, 7, 8, 0x0f, 0x10, 0x3f, 0x40, 0x7f, 0x80, 0xff, 0x100, 0x1ff, 0x200, 0xfff, 0x1000, 0x7fff, 0x8000,
  0xffff, 0x10000, 0xfffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff,
];
const MOST_CHANGES = 6;
const LONGEST_PIECE = 2000;

/** @typedef {ReturnType<typeof import("../random.mjs").createRandom>} Random */

/**
 * Changes anywhere: bits, bytes, numbers of both byte orders, pieces doubled, moved, left out; and sometimes an early end.
 *
 * @param {Uint8Array} bytes
 * @param {Random} random
 */
export function mutateBytes(bytes, random) {
  let copy = Buffer.from(bytes);
  for (let left = 1 + random.below(MOST_CHANGES); left > 0 && copy.length > 8; left -= 1) copy = change(copy, random);
  return random.below(16) === 0 ? copy.subarray(0, random.below(copy.length)) : copy;
}

function change(copy, random) {
  const at = random.below(copy.length - 8);
  const number = random.pick(NUMBERS);
  const other = random.below(copy.length);
  const length = Math.min(1 + random.below(LONGEST_PIECE), copy.length - at, copy.length - other);
  switch (random.below(9)) {
    case 0:
      copy[at] = random.below(256);
      return copy;
    case 1:
      copy[at] ^= 1 << random.below(8);
      return copy;
    case 2:
      copy.writeUInt32LE(number, at);
      return copy;
    case 3:
      copy.writeUInt32BE(number, at);
      return copy;
    case 4:
      copy.writeUInt16LE(number & 0xffff, at);
      return copy;
    case 5:
      copy.writeBigUInt64LE(BigInt(number) << BigInt(random.pick([0, 0, 32])), at);
      return copy;
    case 6:
      return copy.copyWithin(at, other, other + length);
    case 7:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + length)]);
    default:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(other, other + length), copy.subarray(at)]);
  }
}

/**
 * Changes in one region of a file, where its tables are.
 *
 * @param {Uint8Array} bytes
 * @param {number} end
 * @param {Random} random
 */
export function mutateStart(bytes, end, random) {
  return Buffer.concat([mutateBytes(bytes.subarray(0, end), random), bytes.subarray(end)]);
}

/**
 * Changes in headers of a tar, which then get a checksum that holds: most readers look no further without one.
 *
 * @param {Uint8Array} tar
 * @param {Random} random
 */
export function mutateTar(tar, random) {
  if (random.below(4) === 0) return mutateBytes(tar, random);
  const copy = Buffer.from(tar);
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    const headers = listHeaders(copy);
    if (headers.length === 0) break;
    const at = random.pick(headers);
    const header = copy.subarray(at, at + BLOCK);
    damageHeader(header, random);
    if (random.below(20) > 0) fixChecksum(header);
  }
  return random.below(10) === 0 ? mutateBytes(copy, random) : copy;
}

/** Fields of a header by offset and length: name, mode, size, type, link, magic, prefix. */
const FIELDS = [
  [0, 100],
  [100, 8],
  [124, 12],
  [156, 1],
  [157, 100],
  [257, 8],
  [345, 155],
];
const NAMES = [
  "../x",
  "/",
  "",
  "a/../..",
  "./././x",
  ".wh.",
  ".wh..wh..opq",
  ".wh...",
  "x\0y",
  "lib",
  "usr/lib",
  "\xff\xfe",
];
const SIZES = [
  "00000000000",
  "77777777777",
  "00000000001",
  "0000000777\0",
  "-0000000001",
  "           ",
  "99999999999",
];

function damageHeader(header, random) {
  const [offset, length] = random.pick(FIELDS);
  const field = header.subarray(offset, offset + length);
  switch (random.below(5)) {
    case 0:
      field.fill(0);
      field.write(offset === 124 ? random.pick(SIZES) : random.pick(NAMES).slice(0, length), "latin1");
      return;
    case 1:
      header[156] = random.pick([..."01234567gxLKSVDNMI\0A"].map((type) => type.charCodeAt(0)));
      return;
    case 2:
      // base-256, also negative and beyond what a number holds
      field[0] = random.pick([0x80, 0xff, 0x81]);
      for (let at = 1; at < length; at += 1) field[at] = random.pick([0, 0, 0xff, random.below(256)]);
      return;
    case 3:
      field[random.below(length)] = random.below(256);
      return;
    default:
      field.fill(random.below(256));
  }
}

/**
 * Changes in a text of tokens: JSON, or lines of names and values.
 *
 * @param {string} text
 * @param {Random} random
 */
export function mutateText(text, random) {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[\w.+-]+|\s+|[^\s\w]/g) ?? [];
  for (let left = 1 + random.below(MOST_CHANGES); left > 0 && tokens.length > 1; left -= 1) {
    const [at, other] = [random.below(tokens.length), random.below(tokens.length)];
    switch (random.below(5)) {
      case 0:
        tokens[at] = random.pick(WORDS);
        break;
      case 1:
        tokens.splice(at, 1 + random.below(4));
        break;
      case 2:
        tokens[at] = tokens[other] ?? "";
        break;
      case 3:
        tokens.splice(at, 0, ...tokens.slice(other, other + 1 + random.below(8)));
        break;
      default:
        [tokens[at], tokens[other]] = [tokens[other] ?? "", tokens[at] ?? ""];
    }
  }
  return tokens.join("");
}

const WORDS = [
  "null",
  "{}",
  "[]",
  '""',
  "0",
  "-1",
  "1e999",
  "9007199254740993",
  "true",
  '"__proto__"',
  '"sha256:"',
  "[[[[",
  "\\u0000",
].concat(
  '"\\ud800"',
  '"../../x"',
  '"MANIFESTS"',
  '"application/vnd.oci.image.index.v1+json"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
);
