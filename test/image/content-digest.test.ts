/** The content of every file by its digest, where an inspector asks for it: the same in every form, whatever is read of the file. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileInspector } from "../../src/image/inspector.js";
import { readImage } from "../../src/image/read-image.js";
import { walk } from "../../src/rootfs/walk.js";
import { packArchive } from "../support/image-builder.js";
import { docker25, ociLayout } from "../support/image-forms.js";
import { toImageTar } from "../support/story-image.js";
import { tarEntry, tarOf } from "../support/tar-builder.js";
import { gnuSparse, paxHeader } from "../support/tar-extended.js";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
/** of noise, so that no limit on compression is met */
const LARGE = Buffer.alloc(18 << 20);
for (let at = 0, seed = 7; at < LARGE.length; at += 4) {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  LARGE.writeUInt32LE(seed, at);
}
const CONTENTS: Readonly<Record<string, Buffer>> = {
  "/empty": Buffer.alloc(0),
  "/small": Buffer.from("hello\n"),
  "/wanted": Buffer.from("wanted as a whole"),
  "/in-parts": LARGE,
  "/let-go": Buffer.concat([Buffer.from("x"), LARGE]),
};
const DIGESTS = Object.fromEntries(Object.entries(CONTENTS).map(([path, bytes]) => [path, sha256(bytes)]));
const LAYER = tarOf(
  ...Object.entries(CONTENTS).map(([path, bytes]) => tarEntry({ name: path.slice(1) }, bytes)),
  tarEntry({ name: "link", type: "2", link: "small" }),
);
const IMAGE = { layers: [LAYER] };

/** Reads one file whole, and a few bytes of another. */
const inspector: FileInspector<string> = {
  wants: (path) => path === "/wanted" || path === "/in-parts" || path === "/holes",
  findParts: () => Promise.resolve([{ offset: 17 << 20, length: 4 }]),
  inspect: (path, body) => Buffer.from(body.read(path === "/in-parts" ? 17 << 20 : 0, 4)).toString("latin1"),
  skipped: "",
  hashesContent: true,
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-digest-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function digestsOf(bytes: Uint8Array, { streamed = false, hashes = true } = {}) {
  const file = join(folder, "image");
  writeFileSync(file, bytes);
  const { hashesContent: _, ...plain } = inspector;
  const { snapshot } = await readImage(streamed ? "-" : file, {
    inspector: hashes ? inspector : plain,
    layerMode: "overlay",
    verify: "always",
    defaultPlatform: "linux/amd64",
    stdin: Readable.from([bytes]),
  });
  const files = [...walk(snapshot)].flatMap(({ path, node }) =>
    node.kind === "file" ? [[path, node.digest] as const] : [],
  );
  return Object.fromEntries(files);
}

describe("the digest of a file's content", () => {
  const forms: readonly (readonly [string, Uint8Array])[] = [
    ["plain layers, read by position", packArchive(docker25([IMAGE]))],
    ["gzip", packArchive(ociLayout([IMAGE], { packing: "gzip" }))],
    ["zstd", packArchive(ociLayout([IMAGE], { packing: "zstd" }))],
    ["an archive that is compressed as a whole", gzipSync(packArchive(docker25([IMAGE])), { level: 1 })],
  ];
  it.each(forms)("is the same in %s, from a file and a stream", async (_, bytes) => {
    expect(await digestsOf(bytes)).toEqual(DIGESTS);
    expect(await digestsOf(bytes, { streamed: true })).toEqual(DIGESTS);
  });

  it("is the same in a squashfs", async () => {
    const files = Object.fromEntries(
      Object.entries(CONTENTS).map(([path, bytes]) => [path, { bytes, mode: 0o644 }] as const),
    );
    const sif = toImageTar({ layers: [files], form: "sif" });
    expect(await digestsOf(sif)).toEqual(DIGESTS);
  });

  it("is not told where nobody asked", async () => {
    const told = await digestsOf(packArchive(docker25([IMAGE])), { hashes: false });
    expect(new Set(Object.values(told))).toEqual(new Set([undefined]));
  });

  it("counts the holes of a sparse file as zeros, and is unknown where they are endless", async () => {
    const parts = [
      { offset: 0, data: "start" },
      { offset: 5000, data: "end" },
    ];
    const whole = Buffer.alloc(6000);
    for (const { offset, data } of parts) whole.write(data, offset);
    const layer = tarOf(
      gnuSparse({ name: "holes", size: 6000, parts }),
      gnuSparse({ name: "unseen", size: 6000, parts }),
      gnuSparse({ name: "endless", size: 2 ** 43, parts }),
    );
    const bytes = packArchive(docker25([{ layers: [layer] }]));
    const digest = sha256(whole);
    expect(await digestsOf(bytes)).toEqual({ "/holes": digest, "/unseen": digest, "/endless": undefined });
  });
});

describe("who owns a file", () => {
  it("is told by the header, by PAX where that says so, and is 0:0 where nothing is told", async () => {
    const owned = (name: string, uid: string) =>
      tarEntry({ name, patch: (block) => void block.write(uid, 108, "latin1") }, "");
    const layer = tarOf(
      tarEntry({ name: "root" }, ""),
      owned("header", "0001750\0"),
      owned("odd", "99999999"),
      paxHeader([
        ["uid", "4000000"],
        ["gid", "12"],
      ]),
      tarEntry({ name: "pax" }, ""),
    );
    const file = join(folder, "owners");
    writeFileSync(file, packArchive(docker25([{ layers: [layer] }])));
    const { snapshot } = await readImage(file, {
      inspector,
      layerMode: "overlay",
      verify: "always",
      defaultPlatform: "linux/amd64",
    });
    const owners = ["/root", "/header", "/odd", "/pax"].map((path) => snapshot.lookup(path)?.owner);
    expect(owners).toEqual([undefined, "1000:0", "?:0", "4000000:12"]);
  });
});
