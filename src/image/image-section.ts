/**
 * A range of an image's file that is read by position: the whole file, or one of the objects in it. Whoever reads it knows places in
 * the section, and errors tell places in the file.
 */
import { read } from "node:fs";
import { ContainerspecError, type ErrorCode } from "../errors.js";
import { hashStream } from "./digest.js";

const CHUNK = 1 << 20;

export interface ImageSection {
  /** names the image in an error */
  readonly source: string;
  /** bytes */
  readonly size: number;
  /** The bytes at a position of the section; all of them must be there. */
  read(position: number, length: number): Promise<Buffer>;
  /** An error about a position of the section. */
  error(code: ErrorCode, found: string, position: number, cause?: unknown): ContainerspecError;
}

/** @param file that is open in this process; @param offset of the section in it */
export function createSection(
  { fd }: { readonly fd: number },
  source: string,
  offset: number,
  size: number,
): ImageSection {
  function error(code: ErrorCode, found: string, position: number, cause?: unknown): ContainerspecError {
    const at = offset + position;
    return new ContainerspecError(
      code,
      `Cannot read ${source}: ${found} (offset ${at})`,
      { image: source, offset: at },
      { cause },
    );
  }
  return {
    source,
    size,
    error,
    async read(position, length) {
      if (position < 0 || length < 0 || position + length > size)
        throw error("corrupt-image", `something in it leads to a place behind its end, ${size} bytes`, position);
      const bytes = Buffer.allocUnsafe(length);
      for (let done = 0; done < length;) {
        const bytesRead = await readAt(fd, bytes, done, offset + position + done);
        if (bytesRead === 0)
          throw error("corrupt-image", "the file ends before it said it would; copy it again", position + done);
        done += bytesRead;
      }
      return bytes;
    },
  };
}

/** The digest of all its bytes. */
export async function digestSection(section: ImageSection): Promise<string> {
  const running = hashStream(readAll(section), "sha256");
  for await (const _chunk of running.chunks);
  return running.finish();
}

async function* readAll(section: ImageSection): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < section.size; at += CHUNK) yield await section.read(at, Math.min(CHUNK, section.size - at));
}

/** Fills `bytes` from `done` on with what is at a position of the file; returns how many bytes came. */
function readAt(fd: number, bytes: Buffer, done: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, bytes, done, bytes.length - done, position, (error, bytesRead) => {
      if (error === null) resolve(bytesRead);
      else reject(error);
    });
  });
}
