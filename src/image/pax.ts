/**
 * PAX extended headers: records of "length key=value" that override the header which follows. Values are bytes; a malformed
 * record is an error, since readers that skip it would see another archive. POSIX.1-2017 pax(1), "pax Extended Header".
 */
import { corruptTar } from "./tar-header.js";

const ATTRIBUTE = "SCHILY.xattr.";

/** Keys and values as byte strings, the last of each key; GNU sparse maps repeat keys, so all records are kept in order too. */
export interface PaxRecords {
  readonly last: ReadonlyMap<string, string>;
  readonly all: readonly (readonly [string, string])[];
}

/**
 * @param at position of the header in the archive, for the error
 * @throws ContainerspecError corrupt-image
 */
export function parsePax(bytes: Uint8Array, at: number): PaxRecords {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const all: [string, string][] = [];
  for (let offset = 0; offset < text.length;) {
    const space = text.indexOf(" ", offset);
    const digits = space === -1 ? "" : text.slice(offset, space);
    const length = /^[1-9][0-9]{0,9}$/.test(digits) ? Number(digits) : 0;
    const record = text.slice(space + 1, offset + length - 1);
    const equals = record.indexOf("=");
    if (
      length <= digits.length + 2 ||
      offset + length > text.length ||
      text[offset + length - 1] !== "\n" ||
      equals <= 0
    ) {
      throw corruptTar("found a malformed PAX record", at);
    }
    const key = record.slice(0, equals);
    const value = record.slice(equals + 1);
    if ((key === "path" || key === "linkpath" || key === "GNU.sparse.name") && (value === "" || value.includes("\0")))
      throw corruptTar(`found ${value === "" ? "an empty" : "a NUL byte in the"} PAX ${key}`, at);
    all.push([key, value]);
    offset += length;
  }
  return { last: new Map(all), all };
}

/** Extended attributes, as star and GNU tar write them and as Go reads them: records of "SCHILY.xattr.NAME". */
export function findAttributes({ last }: PaxRecords): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [key, value] of last) if (key.startsWith(ATTRIBUTE)) attributes.set(key.slice(ATTRIBUTE.length), value);
  return attributes;
}
