/**
 * Paths keep their bytes. Linux file names are bytes without meaning; decoding them as UTF-8 would merge different names into
 * one U+FFFD. In memory a path is therefore a byte string: a JavaScript string with one code unit (0..255) for each byte.
 * Everything in rootfs/, image/, host/ and loader/ holds paths in this form; only what leaves the program is decoded.
 */

/** A string typed by a user (UTF-16) as the byte string that the same name has on disk (UTF-8). */
export function toBytePath(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/**
 * A byte string as text for people and JSON, reversible: valid UTF-8 is decoded, a backslash is doubled, and every byte that is
 * not valid UTF-8, or is a control character that could steer a terminal, becomes `\xNN`.
 */
export function toDisplayPath(path: string): string {
  if (/^[\x20-\x5b\x5d-\x7e]*$/.test(path)) return path;
  const bytes = Buffer.from(path, "latin1");
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = utf8SequenceLength(bytes, at);
    if (length === 0) {
      text += escapeByte(bytes[at] ?? 0);
      at += 1;
      continue;
    }
    const piece = bytes.toString("utf8", at, at + length);
    text +=
      piece === "\\"
        ? "\\\\"
        : /^\p{C}$/u.test(piece)
          ? [...bytes.subarray(at, at + length)].map(escapeByte).join("")
          : piece;
    at += length;
  }
  return text;
}

/** The components of an absolute path, without empty ones and `.`; `..` is kept, since only a walk can say what it means. */
export function splitPath(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** The folder part of a path: everything before the last slash, `/` for a child of the root. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

/** The last component of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** `folder/name`, with no doubled slash when the folder is the root. */
export function joinPath(folder: string, name: string): string {
  return folder === "/" ? `/${name}` : `${folder}/${name}`;
}

/** A path as a process in `folder` means it: a relative one starts there, and an empty one is the folder itself. */
export function toAbsolutePath(folder: string, path: string): string {
  if (path.startsWith("/")) return path;
  return path === "" ? folder : joinPath(folder, path);
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** Length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7), or 0 when there is none. */
function utf8SequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i += 1) {
    const byte = bytes[at + i] ?? 0;
    if (byte < 0x80 || byte > 0xbf) return 0;
  }
  return length;
}
