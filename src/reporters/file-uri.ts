/** Paths of a report as relative URI references (RFC 3986), byte by byte, and so that nobody is led out of the root that they are below. */

/** A path as the report has it, `\xNN` and `\\` for bytes that are no text: percent-encoded, without `.` and `..`, below its root. */
export function toRelativeUri(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(encodeSegment(segment));
  }
  // A name with a colon would be read as a scheme, and none at all as the document itself.
  const uri = segments.join("/");
  return uri === "" || /^[^/]*:/.test(uri) ? `./${uri}` : uri;
}

/** Unreserved characters and `:`, `@`, `+` as they are; everything else as its bytes. */
function encodeSegment(segment: string): string {
  return [...toBytes(segment)]
    .map((byte) => String.fromCharCode(byte))
    .map((character) => (/[A-Za-z0-9._~:@+-]/.test(character) ? character : `%${toHex(character.charCodeAt(0))}`))
    .join("");
}

function toBytes(text: string): Uint8Array {
  const pieces = text.split(/(\\x[0-9a-f]{2}|\\\\)/);
  return Buffer.concat(
    pieces.map((piece) => {
      if (piece === "\\\\") return Buffer.from("\\");
      return /^\\x[0-9a-f]{2}$/.test(piece) ? Buffer.from(piece.slice(2), "hex") : Buffer.from(piece, "utf8");
    }),
  );
}

function toHex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
