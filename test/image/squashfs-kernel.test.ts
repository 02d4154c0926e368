/**
 * File systems in which Linux finds other files than a listing shows, or other bytes than another reader: each is shown to the kernel
 * where that can be, so that the test says what is at stake, and must be refused.
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, hasTool } from "../support/image-disk.js";
import { readFrom } from "../support/image-read.js";
import { zstdFrame, zstdSkippable } from "../support/image-zstd.js";
import { buildSquashfs } from "../support/squashfs-builder.js";
import {
  canMount,
  editEntry,
  editInode,
  HAS_SQUASHFS_TOOLS,
  lookMounted,
  makeSquashfs,
  PLAIN_TABLES,
} from "../support/squashfs.js";
import { failureOf } from "../support/tar-entries.js";

const CAN_MOUNT = canMount();
const why = CAN_MOUNT ? "" : " (the kernel is not asked: mounting needs root and a loop device)";

/** What the kernel finds, where it may be asked. */
function expectKernel<Found>(bytes: Uint8Array, look: (root: string) => Found, expected: Found): void {
  if (CAN_MOUNT) expect(lookMounted(bytes, look)).toEqual(expected);
}

describe.skipIf(!HAS_SQUASHFS_TOOLS)(`squashfs as Linux reads it${why}`, () => {
  let folder: string;
  const file = () => join(folder, "image.squashfs");
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "squashfs-kernel-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function expectRefusal(bytes: Uint8Array, message: RegExp): Promise<void> {
    writeFileSync(file(), bytes);
    const failure = await failureOf(readFrom(file()));
    expect(failure.message).toMatch(message);
    expect(failure.code).toBe("corrupt-image");
  }

  describe("the index of a long folder", () => {
    // 60 names of 200 bytes: two metadata blocks of names, and one entry in the index.
    const names = Array.from({ length: 60 }, (_, index) => `${"n".repeat(198)}${index + 10}`);
    let good: Buffer;
    let last: string;
    beforeAll(() => {
      const root = join(folder, "long");
      mkdirSync(join(root, "folder"), { recursive: true });
      for (const name of names) writeFileSync(join(root, "folder", name), name);
      good = makeSquashfs(root, file(), PLAIN_TABLES);
      editInode(good, "folder", (copy, at) => {
        expect([copy.readUInt16LE(at), copy.readUInt16LE(at + 32)]).toEqual([8, 1]);
        last = copy.toString("latin1", at + 52, at + 252);
      });
      expect(names.slice(1)).toContain(last);
    });

    const found = (root: string) => names.filter((name) => existsSync(join(root, "folder", name)));
    const listed = (root: string) => readdirSync(join(root, "folder")).sort();

    it("is believed where it is right", async () => {
      writeFileSync(file(), good);
      expect((await readFrom(file())).snapshot.list("/folder")).toEqual(names);
      expectKernel(good, found, names);
    });

    it("of a name that comes too early: those before it are listed, and not found", async () => {
      const bytes = editInode(good, "folder", (copy, at) => copy.write(names[0] ?? "", at + 52, "latin1"));
      expectKernel(bytes, found, names.slice(names.indexOf(last)));
      expectKernel(bytes, listed, names);
      await expectRefusal(bytes, /the index of a folder of its squashfs leads for n+10 to \d+, where no names/);
    });

    it.each([
      ["to bytes between two headers", 40, 208],
      ["to another block", 44, 8194],
      ["to no block", 44, 2 ** 20],
      ["behind the end of the folder", 40, 2 ** 24],
    ])("that leads %s", async (_name, at, value) => {
      const bytes = editInode(good, "folder", (copy, inode) => copy.writeUInt32LE(value, inode + at));
      if (CAN_MOUNT) expect(lookMounted(bytes, found).length).toBeLessThan(names.length);
      await expectRefusal(bytes, /leads for n+\d\d to \d+, where no names begin/);
    });

    it("of a name that is longer than any", () =>
      expectRefusal(
        editInode(good, "folder", (copy, at) => copy.writeUInt32LE(256, at + 48)),
        /has a name of 257 bytes/,
      ));

    it.skipIf(!hasTool("tar2sqfs", "--version"))("of another writer (needs tar2sqfs)", async () => {
      const tar = join(folder, "long.tar");
      run("tar", ["-cf", tar, "-C", join(folder, "long"), "."]);
      execFileSync("tar2sqfs", ["--force", "--quiet", "--compressor", "gzip", file()], {
        input: readFileSync(tar),
        stdio: ["pipe", "ignore", "pipe"],
      });
      expect((await readFrom(file())).snapshot.list("/folder")).toEqual(names);
    });
  });

  describe("a block that is not one stream", () => {
    const text = Buffer.from("what the file holds\n".repeat(20));
    const more = Buffer.from("and more\n".repeat(20));

    /** The file system of one file, whose block is stored like this and inflates to so many bytes. */
    function storeBlock(stored: Buffer, size: number, compression: number): Buffer {
      const plain = buildSquashfs({ "/file": { bytes: stored, mode: 0o644 } });
      plain.writeUInt16LE(compression, 20);
      return editInode(plain, "file", (copy, at) => {
        copy.writeUInt32LE(size, at + 28);
        copy.writeUInt32LE(stored.length, at + 32);
      });
    }
    const content = (root: string) => {
      try {
        return readFileSync(join(root, "file"), "latin1");
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? "";
      }
    };

    it.each([
      ["gzip", deflateSync(text), 1],
      ["zstd", zstdFrame(text), 6],
    ] as const)("is read where it is one of %s", async (_name, stored, compression) => {
      const bytes = storeBlock(stored, text.length, compression);
      expectKernel(bytes, content, text.toString());
      writeFileSync(file(), bytes);
      expect((await readFrom(file())).snapshot.lookup("/file")).toMatchObject({ facts: text.toString() });
    });

    it.each([
      ["two streams of gzip", [deflateSync(text), deflateSync(more)], 1, text, /\d+ bytes follow the stream/],
      ["gzip and other bytes", [deflateSync(text), Buffer.from("more")], 1, text, /4 bytes follow the stream/],
      ["two frames of zstd", [zstdFrame(text), zstdFrame(more)], 6, text, /\d+ bytes follow the frame/],
      [
        "a frame and one that is passed over",
        [zstdFrame(text), zstdSkippable(more)],
        6,
        text,
        /bytes follow the frame/,
      ],
    ] as const)("but %s", async (_name, parts, compression, first, message) => {
      const bytes = storeBlock(Buffer.concat(parts), first.length, compression);
      expectKernel(bytes, content, first.toString());
      await expectRefusal(bytes, message);
    });

    it.each([
      ["two frames that together are the file", [zstdFrame(text), zstdFrame(more)], text.length + more.length],
      ["a frame behind one that is passed over", [zstdSkippable(more), zstdFrame(text)], text.length],
    ] as const)("but %s, which Linux cannot read", async (_name, parts, size) => {
      const bytes = storeBlock(Buffer.concat(parts), size, 6);
      expectKernel(bytes, content, "EIO");
      await expectRefusal(bytes, /its zstd data is damaged/);
    });
  });

  it.skipIf(!hasTool("python3"))("an attribute that a file has twice (needs Python)", async () => {
    const root = join(folder, "attributes");
    mkdirSync(join(root, "folder"), { recursive: true });
    const python = (script: string) => run("python3", ["-c", `import os; ${script}`]).trim();
    const set = (name: string, value: string) =>
      python(`os.setxattr(${JSON.stringify(join(root, "folder"))}, "user.overlay.${name}", b"${value}")`);
    const get = (top: string) =>
      python(`print(os.getxattr(${JSON.stringify(join(top, "folder"))}, "user.overlay.opaque").decode())`);
    set("opaque", "y");
    set("opaqux", "n");
    const bytes = makeSquashfs(root, file(), PLAIN_TABLES);
    const at = bytes.indexOf("overlay.opaqux", 0, "latin1");
    const first = at < bytes.indexOf("overlay.opaque", 0, "latin1") ? "n" : "y";
    bytes.write("overlay.opaque", at, "latin1");
    expectKernel(bytes, get, first);
    writeFileSync(file(), bytes);
    run("unsquashfs", ["-quiet", "-no-progress", "-dest", join(folder, "unpacked"), file()]);
    expect(get(join(folder, "unpacked"))).toBe(first === "n" ? "y" : "n");
    await expectRefusal(bytes, /has user\.overlay\.opaque twice/);
  });

  describe("inodes that are told in two ways", () => {
    let good: Buffer;
    beforeAll(() => {
      const root = join(folder, "small");
      mkdirSync(join(root, "folder"), { recursive: true });
      writeFileSync(join(root, "folder", "first"), "f");
      run("ln", [join(root, "folder", "first"), join(root, "folder", "second")]);
      writeFileSync(join(root, "third"), "t");
      good = makeSquashfs(root, file(), PLAIN_TABLES);
    });

    it("by a second name of another type", () =>
      expectRefusal(
        editEntry(good, "second", (copy, at) => copy.writeUInt16LE(1, at + 4)),
        /\/folder\/second has the type 1, its inode 2/,
      ));

    it.each([
      ["another number", 77, /\/third has the inode number \d+, its inode 77/],
      ["the number 0", 0, /and the number 0, which none can have/],
    ])("by %s", (_name, number, message) =>
      expectRefusal(
        editInode(good, "third", (copy, at) => copy.writeUInt32LE(number, at + 12)),
        message,
      ),
    );

    it("by a mode that makes a file something else", async () => {
      const bytes = editInode(good, "third", (copy, at) => copy.writeUInt16LE(0o040644, at + 2));
      if (CAN_MOUNT)
        expect(
          lookMounted(bytes, (root) => {
            try {
              return lstatSync(join(root, "third")).isFile();
            } catch {
              return false;
            }
          }),
        ).toBe(false);
      await expectRefusal(bytes, /the type 2, the mode 40644 and the number \d+, which none can have/);
    });
  });
});
