/** Reading a database by position: whatever it says of places and lengths is held against its size first. */
import { ContainerspecError } from "../errors.js";

/** The content of a file, by position; a read returns a view that is valid until the next one. */
export interface DatabaseFile {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
}

/**
 * The same file for whoever follows what it says from place to place: a database has each of its bytes in one place, so nobody reads
 * many times what there is, unless places are told to lead there again and again.
 */
export function withReadLimit(file: DatabaseFile): DatabaseFile {
  let left = 2 * file.size + (1 << 20);
  return {
    size: file.size,
    read(offset, length) {
      left -= length;
      if (left < 0) throw damaged("the same bytes belong to many packages", offset, file.size);
      return file.read(offset, length);
    },
  };
}

/** A copy of so many bytes. @throws ContainerspecError corrupt-image where they are not all there */
export function takeBytes(file: DatabaseFile, offset: number, length: number, what: string): Buffer {
  if (offset < 0 || length < 0 || offset + length > file.size)
    throw damaged(`${what} leads past the end`, offset, file.size);
  return Buffer.from(file.read(offset, length));
}

export function damaged(found: string, offset: number, size: number): ContainerspecError {
  return new ContainerspecError("corrupt-image", `${found} (offset ${offset}, file ${size} bytes)`, { offset });
}
