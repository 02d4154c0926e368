/** What src/image/tar-reader.ts makes of an archive: its entries as plain values, or the error it ends in. */
import { createByteQueue } from "../../src/image/byte-queue.js";
import { readTar } from "../../src/image/tar-reader.js";
import { ContainerspecError } from "../../src/errors.js";
import { inChunks } from "./image-layer.js";

export interface PlainEntry {
  readonly kind: string;
  readonly name: string;
  readonly link: string;
  readonly size: number;
  /** content of a file, a byte string */
  readonly content: string;
}

export interface ReadArchive {
  readonly entries: readonly PlainEntry[];
  readonly remarks: readonly string[];
}

/** @param chunk bytes of each chunk of the stream; small ones put every boundary inside a header */
export async function readEntries(tar: Uint8Array, chunk = 1 << 16): Promise<ReadArchive> {
  const entries: PlainEntry[] = [];
  const remarks: string[] = [];
  for await (const entry of readTar(createByteQueue(inChunks(tar, chunk)), ({ code }) => remarks.push(code))) {
    const { kind, name, link, size } = entry;
    const body = kind === "file" ? await entry.body() : undefined;
    const content = body === undefined ? "" : Buffer.from(body.read(0, body.size)).toString("latin1");
    entries.push({ kind, name, link, size, content });
  }
  return { entries, remarks };
}

/** The entries as "kind name", with what matters of each. */
export async function outline(tar: Uint8Array): Promise<string[]> {
  const { entries } = await readEntries(tar);
  return entries.map(({ kind, name, link, content }) =>
    [kind, name, ...(link === "" ? [] : ["->", link]), ...(content === "" ? [] : [`=${content}`])].join(" "),
  );
}

/** The code and message of the error that a promise ends in. */
export async function failureOf(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ContainerspecError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("no error came");
}
