/**
 * Squashfs file systems of mksquashfs, read as the folder that they were made from, and damaged ones: each field that leads anywhere
 * leads astray once.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasTool, listFolder, run } from "../support/image-disk.js";
import { createRandom } from "../support/elf-mutation.js";
import { CONTENT_INSPECTOR, listTree } from "../support/image-layer.js";
import { readFrom, readStreamed } from "../support/image-read.js";
import { editEntry, editInode, HAS_SQUASHFS_TOOLS, makeSquashfs, PLAIN_TABLES } from "../support/squashfs.js";
import { ContainerspecError } from "../../src/errors.js";
import { createSection } from "../../src/image/image-section.js";
import type { FileInspector } from "../../src/image/inspector.js";
import { DEFAULT_LIMITS } from "../../src/image/limits.js";
import { createBlockReader } from "../../src/image/squashfs/block-reader.js";
import { createCursor } from "../../src/image/squashfs/metadata-cursor.js";
import { readSuperblock } from "../../src/image/squashfs/superblock.js";
import { walk } from "../../src/rootfs/walk.js";

const isRoot = process.getuid?.() === 0;

describe.skipIf(!HAS_SQUASHFS_TOOLS)("squashfs (needs mksquashfs and unsquashfs)", () => {
  let folder: string;
  let root: string;
  let expected: string[];
  const file = () => join(folder, "image.squashfs");

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "squashfs-"));
    root = join(folder, "root");
    writeRoot(root);
    expected = listFolder(root);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe("a tree of every kind of file", () => {
    const packings = [[], ["-no-fragments"], ["-always-use-fragments"], PLAIN_TABLES];
    const blocks = [...["4K", "128K"].flatMap((size) => packings.map((more) => [size, ...more])), ["1M"]];
    const variants = ["gzip", "zstd"].flatMap((name) =>
      blocks.map((more) => [["-comp", name, "-b", ...more]] as const),
    );
    it.each(variants)("packed with %j", async (options) => {
      makeSquashfs(root, file(), options);
      const { snapshot, image } = await readFrom(file());
      expect(listTree(snapshot)).toEqual(expected);
      expect(image.layers).toMatchObject([{ mediaType: "application/vnd.sylabs.image.layer.v1.squashfs" }]);
    });

    it("read with the decoder of zstd that needs no compiler", () => {
      makeSquashfs(root, file(), ["-comp", "zstd"]);
      const script = `
        import { readImage } from ${JSON.stringify(new URL("../../build/image/read-image.js", import.meta.url).href)};
        const inspector = { wants: () => true, inspect: (_path, body) => Buffer.from(body.read(0, body.size)).toString("latin1"), skipped: "" };
        const { snapshot } = await readImage(${JSON.stringify(file())}, { inspector, layerMode: "overlay", verify: "always", defaultPlatform: "linux/amd64" });
        process.stdout.write(snapshot.lookup("/data/300001").facts, "latin1");
      `;
      const found = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
        encoding: "latin1",
        env: { ...process.env, CONTAINERSPEC_ZSTD: "zstddec" },
      });
      expect(`data/300001=${found}`).toBe(expected.find((line) => line.startsWith("data/300001=")));
    });

    /** Looks at the start and the end of each file, and wants certain parts of the large ones. */
    const edges = (
      parts: ((size: number) => { offset: number; length: number }[]) | undefined,
    ): FileInspector<string> => ({
      wants: () => true,
      ...(parts === undefined ? {} : { findParts: (_start, size) => Promise.resolve(parts(size)) }),
      inspect: (_path, body) => {
        const length = Math.min(300, body.size);
        return Buffer.concat([body.read(0, length), body.read(body.size - length, length)]).toString("latin1");
      },
      skipped: "",
    });

    it.each<readonly [string, readonly string[], (size: number) => { offset: number; length: number }[]]>([
      ["the parts that are read", ["-b", "4K"], (size) => [{ offset: size - 300, length: 300 }]],
      ["other parts than those that are read", ["-b", "1M"], () => [{ offset: 5 << 20, length: 1 }]],
      ["no parts", ["-b", "128K", "-no-fragments"], () => []],
      ["parts beyond the end", ["-b", "128K"], (size) => [{ offset: size - 1, length: 1 << 30 }]],
    ])("of a large file keeps %s", async (_name, options, parts) => {
      const large = join(folder, "large");
      mkdirSync(large, { recursive: true });
      writeFileSync(join(large, "data"), randomBytes((17 << 20) + 333));
      writeFileSync(join(large, "small"), "x");
      makeSquashfs(large, file(), options);
      const read = async (inspector: FileInspector<string>) =>
        listTree((await readFrom(file(), { inspector })).snapshot);
      expect(await read(edges(parts))).toEqual(await read(edges(undefined)));
    });

    it("says of sizes and modes what unsquashfs says", async () => {
      makeSquashfs(root, file());
      const { snapshot } = await readFrom(file());
      const listing = execFileSync("unsquashfs", ["-d", "", "-lls", file()], { encoding: "latin1" });
      const theirs = listing
        .split("\n")
        .map((line) => /^([d-])([rwxsStT-]{9}) \S+ +(\d+) \S+ \S+ (\/.*)$/.exec(line))
        .filter((found) => found !== null)
        .filter((found) => found[4] !== "/names/a")
        .map(([, kind, mode, size, path]) => `${path} ${mode} ${kind === "d" ? "" : size}`);
      const ours = [...walk(snapshot)].flatMap(({ path, node }) =>
        path === "/names/a\nb"
          ? []
          : node.kind === "directory"
            ? [`${path} ${toModeText(node.mode)} `]
            : node.kind === "file"
              ? [`${path} ${toModeText(node.mode)} ${node.size}`]
              : [],
      );
      expect(ours.length).toBeGreaterThan(700);
      expect(ours.sort()).toEqual(theirs.sort());
    });

    it("keeps the two names of an inode together", async () => {
      makeSquashfs(root, file());
      const { snapshot } = await readFrom(file());
      expect(snapshot.lookup("/data/other-name")).toBe(snapshot.lookup("/data/300001"));
      expect(snapshot.lookup("/data/link-two")).toBe(snapshot.lookup("/data/link"));
      expect(snapshot.lookup("/data/4095")).not.toBe(snapshot.lookup("/data/4096"));
    });

    it("lists names that are no text, byte by byte", async () => {
      makeSquashfs(root, file());
      const { snapshot } = await readFrom(file());
      expect(snapshot.list("/names")).toEqual(["\x80", "\xff\xfe", "a\nb", "\xc3\xa4"].sort());
    });
  });

  it("reads the body of no file that is not wanted", async () => {
    makeSquashfs(root, file());
    const seen: string[] = [];
    const { snapshot } = await readFrom(file(), {
      inspector: {
        ...CONTENT_INSPECTOR,
        wants: (path, head, size) => {
          expect(head.length).toBe(Math.min(64, size));
          return path === "/data/300001";
        },
        inspect: (path, body) => {
          seen.push(path);
          return String(body.size);
        },
      },
    });
    expect(seen).toEqual(["/data/300001"]);
    expect(snapshot.lookup("/data/300001")).toMatchObject({ facts: "300001" });
  });

  it("stands behind the line that made old images executable", async () => {
    const bytes = makeSquashfs(root, file());
    writeFileSync(file(), Buffer.concat([Buffer.from("#!/usr/bin/env run-singularity\n"), bytes]));
    expect(listTree((await readFrom(file())).snapshot)).toEqual(expected);
  });

  it.skipIf(!isRoot || !hasTool("python3"))("knows file capabilities (needs root and Python)", async () => {
    const own = join(folder, "capable");
    mkdirSync(own);
    writeFileSync(join(own, "ping"), "p".repeat(5000));
    writeFileSync(join(own, "true"), "t".repeat(5000));
    const value =
      "\\x01\\x00\\x00\\x02\\x00\\x20\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00";
    run("python3", [
      "-c",
      `import os; os.setxattr(${JSON.stringify(join(own, "ping"))}, "security.capability", b"${value}")`,
    ]);
    makeSquashfs(own, file());
    const { snapshot } = await readFrom(file());
    expect(snapshot.lookup("/ping")).toMatchObject({ isPrivileged: true });
    expect(snapshot.lookup("/true")).not.toHaveProperty("isPrivileged");
  });

  it.skipIf(!isRoot)("tells a device 0/0 as a layer does (needs root)", async () => {
    const own = join(folder, "devices");
    mkdirSync(own);
    run("mknod", [join(own, "gone"), "c", "0", "0"]);
    run("mknod", [join(own, "null"), "c", "1", "3"]);
    makeSquashfs(own, file());
    const { snapshot, remarks } = await readFrom(file());
    expect(listTree(snapshot)).toEqual(["null |"]);
    expect(remarks).toMatchObject([{ code: "null-device", path: "/gone" }]);
  });

  it.each(["xz", "lzo", "lz4", "lzma"])("names the compression %s, and what to do", async (compression) => {
    makeSquashfs(root, file(), ["-comp", compression]);
    const failure = await refusalOf(readFrom(file()));
    expect(failure).toMatchObject({ code: "unsupported-image", where: { image: file() } });
    expect(failure.message).toMatch(
      new RegExp(`compressed with ${compression}, where gzip or zstd.*mksquashfs -comp gzip`),
    );
  });

  it("cannot be read from a stream, and says so", async () => {
    const failure = await refusalOf(readStreamed(makeSquashfs(root, file())));
    expect(failure.code).toBe("unsupported-image");
    expect(failure.message).toMatch(/^Cannot read standard input: it is a squashfs .* give the name of a file/);
  });

  describe("damaged", () => {
    let good: Buffer;
    beforeAll(() => {
      const own = join(folder, "small");
      mkdirSync(join(own, "folder-one", "folder-two"), { recursive: true });
      writeFileSync(join(own, "folder-one", "fragment"), "f".repeat(100));
      writeFileSync(join(own, "folder-one", "whole"), Buffer.alloc(5000, "w"));
      symlinkSync("whole", join(own, "folder-one", "zz-link"));
      good = makeSquashfs(own, file(), [...PLAIN_TABLES, "-b", "4096"]);
    });

    async function expectRefusal(
      bytes: Uint8Array,
      message: RegExp,
      code: string | undefined = "corrupt-image",
    ): Promise<void> {
      writeFileSync(file(), bytes);
      const failure = await refusalOf(readFrom(file()));
      expect(failure.message).toMatch(message);
      expect(failure.message).toMatch(/^Cannot read [^\n]*\(offset \d+\)$/);
      expect(failure.code).toBe(code);
      expect(failure.where).toMatchObject({ image: file(), offset: expect.any(Number) as number });
    }
    const edited = (change: (copy: Buffer) => void): Buffer => {
      const copy = Buffer.from(good);
      change(copy);
      return copy;
    };

    it("is read as it was before", async () => {
      writeFileSync(file(), good);
      expect(listTree((await readFrom(file())).snapshot)).toHaveLength(5);
    });

    it.each([
      ["cut short in its superblock", (copy: Buffer) => copy.subarray(0, 90), /cut short/],
      ["cut short in its tables", (copy: Buffer) => copy.subarray(0, 300), /the end of its squashfs .* 300 bytes/],
    ] as const)("%s", (_name, cut, message) => expectRefusal(cut(good), message));

    it.each([
      ["another version", 28, 3, 2, /version 3\.0/, "unsupported-image"],
      ["a compression of no name", 20, 99, 2, /unknown number 99/, "corrupt-image"],
      ["blocks of 2 GiB", 12, 2 ** 31, 4, /2147483648 bytes/, "corrupt-image"],
      ["blocks of another size than it says", 22, 17, 2, /power of 17/, "corrupt-image"],
      ["inodes behind the names", 64, 2 ** 30, 4, /inode table/, "corrupt-image"],
      ["no fragments", 16, 0, 4, /fragment 0 of 0/, "corrupt-image"],
      ["fragments at nowhere", 80, 2 ** 30, 4, /fragment table/, "corrupt-image"],
      ["a root outside the inodes", 34, 2 ** 30, 4, /outside their table/, "corrupt-image"],
      ["a root in the middle of nothing", 32, 0xfff0, 2, /65520 bytes into a metadata block/, "corrupt-image"],
    ] as const)("%s", (_name, at, value, length, message, code) =>
      expectRefusal(
        edited((copy) => copy.writeUIntLE(value, at, length)),
        message,
        code,
      ),
    );

    it("a folder that is its own grandchild", () =>
      expectRefusal(
        editEntry(good, "folder-two", (copy, at) => copy.writeUInt16LE(good.readUInt16LE(32), at)),
        /is the same folder as \/ |inode number/,
      ));

    it("two files of one number", () =>
      expectRefusal(
        editEntry(good, "whole", (copy, at) => {
          const other = copy.indexOf("fragment", 0, "latin1") - 8;
          copy.writeInt16LE(copy.readInt16LE(other + 2), at + 2);
        }),
        /the inode number \d+ of another file/,
      ));

    it.each([
      ["a slash", "fol/er-two"],
      ["a NUL", "fol\0er-two"],
    ])("%s in a name", (_name, name) =>
      expectRefusal(
        editEntry(good, "folder-two", (copy, at) => copy.write(name, at + 8, "latin1")),
        /which no file can have/,
      ),
    );

    it("a name that comes twice", () =>
      expectRefusal(
        editEntry(good, "whole", (copy, at) => {
          copy.write("fragm", at + 8, "latin1");
        }),
        /not in order: fragm comes too late/,
      ));

    it("a type that the inode is not", () =>
      expectRefusal(
        editEntry(good, "whole", (copy, at) => copy.writeUInt16LE(3, at + 4)),
        /has the type 3, its inode 2/,
      ));

    it("a name longer than its folder", () =>
      expectRefusal(
        editEntry(good, "zz-link", (copy, at) => copy.writeUInt16LE(200, at + 6)),
        /end beyond their size/,
      ));

    it("a file that goes on behind the end of its fragment", () =>
      expectRefusal(
        editInode(good, "fragment", (copy, at) => copy.writeUInt32LE(4000, at + 28)),
        /of a fragment of \d+ bytes/,
      ));

    it("a fragment that there is not", () =>
      expectRefusal(
        editInode(good, "fragment", (copy, at) => copy.writeUInt32LE(77, at + 20)),
        /fragment 77 of 1/,
      ));

    it("a file with blocks behind the end", () =>
      expectRefusal(
        editInode(good, "whole", (copy, at) => copy.writeUInt32LE(2 ** 30, at + 16)),
        /behind its end/,
      ));

    it("a file of 4 GiB in one block", () =>
      expectRefusal(
        editInode(good, "whole", (copy, at) => copy.writeUInt32LE(2 ** 32 - 1, at + 28)),
        /a block of 5000|blocks? of|has the length/,
      ));

    it("a block longer than a block", () =>
      expectRefusal(
        editInode(good, "whole", (copy, at) => copy.writeUInt32LE(4097 | (1 << 24), at + 32)),
        /has the length/,
      ));

    it("a link of 4 GiB", () =>
      expectRefusal(
        editInode(good, "zz-link", (copy, at) => copy.writeUInt32LE(2 ** 32 - 1, at + 20)),
        /a link of 4294967295 bytes/,
        "limit-exceeded",
      ));

    it("compressed data that is none", () =>
      expectRefusal(
        edited((copy) => {
          // The first data block says that it is compressed: the bit that says otherwise is taken away.
          const inode = Number(copy.readBigUInt64LE(64)) + 2;
          copy.writeUInt16LE(copy.readUInt16LE(inode - 2) & 0x7fff, inode - 2);
        }),
        /its gzip data is damaged/,
      ));
  });

  it("counts what is inflated each time anew, however few blocks there are", async () => {
    makeSquashfs(root, file());
    const handle = await open(file());
    const section = createSection(handle, file(), 0, statSync(file()).size);
    const superblock = await readSuperblock(section);
    const blocks = createBlockReader(section, superblock, {
      ...DEFAULT_LIMITS,
      inflatedBytes: 10 * superblock.blockSize,
      inflationRatio: 0,
    });
    // One place of the inode table again and again: the block is kept, and each step from it still costs something.
    const reading = (async () => {
      for (let count = 0; count < 10_000; count += 1) await createCursor(blocks, superblock.inodeTable, 0).read(16);
    })();
    const failure = await refusalOf(reading.finally(() => handle.close()));
    expect(failure.code).toBe("limit-exceeded");
    expect(failure.message).toMatch(/lead to more data than any honest file system has/);
  });

  it("a hole that is larger than what may be kept of little is refused where it is wanted", async () => {
    const own = join(folder, "holes");
    mkdirSync(own);
    writeFileSync(join(own, "hole"), "");
    truncateSync(join(own, "hole"), 300 * 2 ** 20);
    makeSquashfs(own, file());
    const failure = await refusalOf(readFrom(file()));
    expect(failure.code).toBe("limit-exceeded");
    expect(failure.message).toMatch(/grows more than 100 times/);
    const unread = await readFrom(file(), { inspector: { ...CONTENT_INSPECTOR, wants: () => false } });
    expect(unread.snapshot.lookup("/hole")).toMatchObject({ size: 300 * 2 ** 20 });
  });
});

/** The error that reading ends in. */
async function refusalOf(reading: Promise<unknown>): Promise<ContainerspecError> {
  const error: unknown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ContainerspecError)) throw new Error("no refusal", { cause: error });
  return error;
}

/** Files whose ends fall everywhere, folders with and without an index, links, names of any bytes. */
function writeRoot(root: string): void {
  const random = createRandom(20);
  const noise = (length: number) => Buffer.from(Array.from({ length }, () => random(random(3) === 0 ? 256 : 4)));
  for (const name of ["data", "many", "names", "empty", "deep/er/and/deeper", "names-of-tars/.wh..wh.x"])
    mkdirSync(join(root, name), { recursive: true });
  const sizes = [0, 1, 63, 64, 65, 4095, 4096, 4097, 8192, 131071, 131072, 131073, 262144, 300001, 1048576, 1048577];
  for (const size of sizes) writeFileSync(join(root, "data", String(size)), noise(size), { mode: 0o640 });
  writeFileSync(join(root, "data", "same-again"), noise(5000));
  writeFileSync(join(root, "data", "setuid"), noise(70), { mode: 0o755 });
  run("chmod", ["4755", join(root, "data", "setuid")]);
  linkSync(join(root, "data", "300001"), join(root, "data", "other-name"));
  symlinkSync("../many", join(root, "data", "link"));
  linkSync(join(root, "data", "link"), join(root, "data", "link-two"));
  symlinkSync("x".repeat(4000), join(root, "data", "long-link"));
  writeFileSync(join(root, "deep/er/and/deeper", "sparse"), "");
  truncateSync(join(root, "deep/er/and/deeper", "sparse"), 3_000_000);
  writeFileSync(join(root, "deep/er/and/deeper", "sparse"), noise(1000), { flag: "r+" });
  run("mkfifo", [join(root, "pipe")]);
  for (const name of [".wh.data", ".wh..wh..opq", ".wh..wh.x/lib"])
    writeFileSync(join(root, "names-of-tars", name), "hides nothing");
  for (let i = 0; i < 700; i += 1) writeFileSync(join(root, "many", `${"n".repeat(i % 180)}-${i}`), String(i));
  for (const name of ["\x80", "\xff\xfe", "a\nb", "\xc3\xa4"])
    writeFileSync(Buffer.concat([Buffer.from(join(root, "names/")), Buffer.from(name, "latin1")]), "n");
}

function toModeText(mode: number): string {
  const text = Array.from("rwxrwxrwx", (letter, index) => ((mode & (1 << (8 - index))) === 0 ? "-" : letter));
  if ((mode & 0o4000) !== 0) text[2] = text[2] === "x" ? "s" : "S";
  return text.join("");
}
