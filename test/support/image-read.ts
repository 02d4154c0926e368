/** src/image/read-image.ts with the options that the tests have in common, from bytes or a path. */
import { Readable } from "node:stream";
import { readImage, type OpenedImage, type ReadImageOptions } from "../../src/image/read-image.js";
import { CONTENT_INSPECTOR, inChunks, listTree } from "./image-layer.js";

export type ReadOptions = Partial<ReadImageOptions<string>>;

export function readFrom(source: string, options: ReadOptions = {}): Promise<OpenedImage<string>> {
  return readImage(source, {
    inspector: CONTENT_INSPECTOR,
    layerMode: "overlay",
    verify: "always",
    defaultPlatform: "linux/amd64",
    ...options,
  });
}

/** Reads an archive from standard input's place. */
export function readStreamed(bytes: Uint8Array, options: ReadOptions = {}): Promise<OpenedImage<string>> {
  return readFrom("-", { stdin: Readable.from(inChunks(bytes, 10_007)), ...options });
}

/** What must be the same whatever form an image comes in. */
export function factsOf({ image, snapshot, remarks }: OpenedImage<string>) {
  return {
    tree: listTree(snapshot),
    layersOfNodes: ["/etc/os-release", "/usr/lib/libz.so", "/usr/lib/libnew.so"].map(
      (path) => snapshot.lookup(path)?.layer,
    ),
    diffIds: image.layers.map(({ diffId }) => diffId),
    platform: image.platform,
    config: image.config,
    remarks: remarks.map(({ code, layer }) => ({ code, layer })),
  };
}
