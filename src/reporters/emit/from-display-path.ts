/** The way back from what a report shows of a path to the path itself. */

/**
 * The text that a report shows (`rootfs/path.ts`, toDisplayPath) as the path that a runtime gets; undefined where it has bytes that are
 * no UTF-8, or characters that nobody sees.
 */
export function fromDisplayPath(text: string): string | undefined {
  if (!text.includes("\\")) return isVisible(text) ? text : undefined;
  const bytes: Buffer[] = [];
  for (const [piece, hex] of text.matchAll(/\\x([0-9a-f]{2})|\\\\|[^\\]+/g)) {
    bytes.push(hex === undefined ? Buffer.from(piece === "\\\\" ? "\\" : piece) : Buffer.from([parseInt(hex, 16)]));
  }
  const whole = Buffer.concat(bytes);
  const path = whole.toString("utf8");
  return Buffer.from(path, "utf8").equals(whole) && isVisible(path) ? path : undefined;
}

function isVisible(text: string): boolean {
  return !/\p{C}/u.test(text);
}
