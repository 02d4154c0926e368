/** A folder of files that are none, or may not be read; and when the files of a layout are closed. */
import { mkdtempSync, readdirSync, readlinkSync, renameSync, rmSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type * as folderArchive from "../../src/image/folder-archive.js";
import { blobFile, writeLayout } from "../support/image-builder.js";
import { run } from "../support/image-disk.js";
import { ociLayout } from "../support/image-forms.js";
import { CONTENT_INSPECTOR, layerTar } from "../support/image-layer.js";
import { readFrom } from "../support/image-read.js";
import { tarEntry } from "../support/tar-builder.js";
import { failureOf } from "../support/tar-entries.js";

const BUILT = new URL("../../build/image/folder-archive.js", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "containerspec-folder-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LAYER = layerTar(["etc/os-release=ID=base"]);
const FILES = ociLayout([{ references: ["app:1"], layers: [LAYER] }], { packing: "plain" });

async function layout(): Promise<string> {
  const path = mkdtempSync(join(folder, "layout-"));
  await writeLayout(path, FILES);
  return path;
}

/** A socket's own name is short. */
async function makeSocket(path: string): Promise<void> {
  const short = join(folder, "socket");
  await new Promise<void>((done) => createServer().listen(short, done).unref());
  renameSync(short, path);
}

describe.each([
  ["the index", "index.json"],
  ["a layer", blobFile(LAYER).name],
])("%s of a layout", (_what, name) => {
  it.each([
    ["a pipe", (path: string) => Promise.resolve(run("mkfifo", [path]))],
    ["a folder", (path: string) => mkdir(path)],
    ["a socket", makeSocket],
  ])("that is %s", async (found, make) => {
    const path = await layout();
    await rm(join(path, name));
    await make(join(path, name));
    expect(await failureOf(readFrom(path))).toEqual({
      code: "corrupt-image",
      message: `Cannot read ${path}: its ${name} is ${found} where a file was expected`,
    });
  });
});

describe("a blob behind a link", () => {
  it("inside the layout is read", async () => {
    const path = await layout();
    run("sh", [
      "-c",
      'mv "$1" "$2" && ln -s ../../stored "$1"',
      "sh",
      join(path, blobFile(LAYER).name),
      join(path, "stored"),
    ]);
    expect((await readFrom(path)).snapshot.lookup("/etc/os-release")).toBeDefined();
  });
  it.each(["/dev/zero", "/dev/null", "/etc/passwd"])("to %s is not", async (target) => {
    const path = await layout();
    run("ln", ["-sf", target, join(path, blobFile(LAYER).name)]);
    expect(await failureOf(readFrom(path))).toMatchObject({
      message: expect.stringContaining("it is a link that leaves the folder") as string,
    });
  });
  it("to nothing, or to itself, is not there", async () => {
    const path = await layout();
    const blob = join(path, blobFile(LAYER).name);
    for (const target of ["nowhere", blob]) {
      run("ln", ["-sf", target, blob]);
      expect(await failureOf(readFrom(path))).toMatchObject({
        code: "corrupt-image",
        message: expect.stringContaining("the archive has no such file") as string,
      });
    }
  });
});

/** How often this process has a file open. */
function countOpen(path: string): number {
  return readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false; // the listing's own
    }
  }).length;
}

it.skipIf(process.platform !== "linux")("a layer that fails stays open until no thread can read it", async () => {
  const { openFolderArchive } = (await import(BUILT.href)) as typeof folderArchive;
  const broken = Buffer.concat([tarEntry({ name: "a" }, "a"), Buffer.alloc(6 << 20, "no header")]);
  const path = mkdtempSync(join(folder, "broken-"));
  await writeLayout(path, ociLayout([{ layers: [broken] }], { packing: "plain" }));
  const { name } = blobFile(broken);
  const blobs = await openFolderArchive(path, CONTENT_INSPECTOR);
  expect(await blobs.identify?.(name, "sha256")).toMatchObject({ digest: `sha256:${name.split("/").at(-1) ?? ""}` });
  expect(countOpen(join(path, name))).toBe(0);
  await expect(blobs.layer(name, "sha256")).rejects.toMatchObject({ code: "corrupt-image" });
  expect(countOpen(join(path, name))).toBe(1);
  await blobs.close();
  expect(countOpen(join(path, name))).toBe(0);
});
