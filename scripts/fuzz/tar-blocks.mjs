/** Tar archives in blocks: where the headers are, and what makes a reader take one for true. */

export const BLOCK = 512;
const CHECKSUM = { offset: 148, length: 8 };
const SPACE = 32;

/**
 * Offsets of the blocks that are headers, told by their checksum.
 *
 * @param {Buffer} tar
 */
export function listHeaders(tar) {
  const found = [];
  for (let at = 0; at + BLOCK <= tar.length; at += BLOCK) {
    const block = tar.subarray(at, at + BLOCK);
    if (block[0] !== 0 && Number.parseInt(block.toString("latin1", 148, 155), 8) === sum(block)) found.push(at);
  }
  return found;
}

/** @param {Buffer} header */
export function fixChecksum(header) {
  header.write(`${sum(header).toString(8).padStart(6, "0")}\0 `, CHECKSUM.offset, "latin1");
}

/** The sum of a header's bytes, its own field counted as spaces. */
function sum(block) {
  let total = 0;
  for (let at = 0; at < BLOCK; at += 1) {
    const isOwn = at >= CHECKSUM.offset && at < CHECKSUM.offset + CHECKSUM.length;
    total += isOwn ? SPACE : block[at];
  }
  return total;
}

/**
 * An archive of plain files.
 *
 * @param {readonly { name: string, content: Buffer }[]} files
 */
export function packTar(files) {
  const parts = files.flatMap(({ name, content }) => {
    const header = Buffer.alloc(BLOCK);
    header.write(name, 0, "latin1");
    header.write("0000644\0", 100, "latin1");
    header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124, "latin1");
    header.write("0", 156, "latin1");
    header.write("ustar\u000000", 257, "latin1");
    fixChecksum(header);
    return [header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}
