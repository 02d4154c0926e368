/** Layers in short notation, and what an image's tree says when it is written out in the same way. */
import { Buffer } from "node:buffer";
import { createByteQueue } from "../../src/image/byte-queue.js";
import type { FileInspector } from "../../src/image/inspector.js";
import type { LayerFacts } from "../../src/image/layer-facts.js";
import { scanLayer } from "../../src/image/scan-layer.js";
import type { RootFilesystem } from "../../src/rootfs/filesystem.js";
import { walk } from "../../src/rootfs/walk.js";
import { tarEntry, tarOf, type HeaderFields } from "./tar-builder.js";
import { paxHeader } from "./tar-extended.js";

/**
 * One entry: "dir/" is a folder, "name" or "name=content" a file, "name -> target" a symlink, "name => target" a hardlink,
 * "name |" a pipe, "name %" a character device 0/0, and "any of these @attribute=value" one with an extended attribute.
 */
export type LayerLine = string;

export function layerTar(lines: readonly LayerLine[]): Buffer {
  return tarOf(...lines.map(toEntry));
}

function toEntry(line: LayerLine): Buffer {
  const [, bare, attribute, value] = /^(.+) @([^ =]+)=(\S+)$/.exec(line) ?? [];
  if (bare !== undefined)
    return Buffer.concat([paxHeader([[`SCHILY.xattr.${attribute ?? ""}`, value ?? ""]]), toEntry(bare)]);
  const [, name, arrow, target] = /^(\S+) (->|=>) (\S+)$/.exec(line) ?? [];
  if (name !== undefined) return longEntry({ name, type: arrow === "->" ? "2" : "1", link: target ?? "" });
  if (line.endsWith(" |")) return longEntry({ name: line.slice(0, -2), type: "6" });
  if (line.endsWith(" %")) return longEntry({ name: line.slice(0, -2), type: "3" });
  if (line.endsWith("/")) return longEntry({ name: line, type: "5", mode: 0o755 });
  const [file, content] = line.split("=") as [string, string | undefined];
  return longEntry({ name: file }, content ?? "");
}

/** An entry whose name and link may be longer than a header has room for. */
function longEntry({ name = "", link = "", ...fields }: HeaderFields, content = ""): Buffer {
  const long: [string, string][] = [
    ...(name.length > 100 ? [["path", name] as [string, string]] : []),
    ...(link.length > 100 ? [["linkpath", link] as [string, string]] : []),
  ];
  const entry = tarEntry({ ...fields, name: name.slice(0, 100), link: link.slice(0, 100) }, content);
  return long.length === 0 ? entry : Buffer.concat([paxHeader(long), entry]);
}

/** Keeps every file's content as its facts. */
export const CONTENT_INSPECTOR: FileInspector<string> = {
  wants: () => true,
  inspect: (_path, body) => Buffer.from(body.read(0, body.size)).toString("latin1"),
  skipped: "",
};

export function scanTar(tar: Uint8Array): Promise<LayerFacts<string>> {
  return scanLayer(createByteQueue(inChunks(tar)), CONTENT_INSPECTOR);
}

/** Bytes as a stream of chunks. */
export async function* inChunks(bytes: Uint8Array, size = 1 << 16): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

/** A tree in the notation of its layers, without the leading slash, sorted by path; hardlinks are files like any other. */
export function listTree(root: RootFilesystem<string>): string[] {
  return [...walk(root)]
    .map(({ path, node }) => {
      const name = path.slice(1);
      switch (node.kind) {
        case "directory":
          return `${name}/`;
        case "symlink":
          return `${name} -> ${node.target}`;
        case "special":
          return `${name} |`;
        case "unread":
          return `${name} ?`;
        case "file":
          return node.facts === "" ? name : `${name}=${node.facts}`;
      }
    })
    .sort();
}
