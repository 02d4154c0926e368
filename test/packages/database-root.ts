/** Databases of packages in a root, read as they are while a layer passes. */
import { readPackageDatabase, isPackageDatabase, type DatabaseFacts } from "../../src/packages/database.js";
import { createMemoryRoot } from "../../src/rootfs/memory.js";
import type { RootFilesystem, RootNode } from "../../src/rootfs/filesystem.js";

interface Facts {
  readonly kind: "other";
  readonly extras?: { readonly database?: DatabaseFacts };
}

/** A file's content, by position. */
export function toBody(content: string | Uint8Array): {
  size: number;
  read: (offset: number, length: number) => Buffer;
} {
  const bytes = Buffer.from(content as string);
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** A root of such files. */
export function toRoot(files: Readonly<Record<string, string | Uint8Array>>): RootFilesystem<Facts> {
  return createMemoryRoot(
    new Map(
      Object.entries(files).map(([path, content]): [string, RootNode<Facts>] => {
        const body = toBody(content);
        const isRead = isPackageDatabase(path, body.size);
        const extras = isRead ? { extras: { database: readPackageDatabase(path, body) } } : {};
        return [path, { kind: "file", size: body.size, mode: 0o644, facts: { kind: "other", ...extras } }];
      }),
    ),
  );
}
