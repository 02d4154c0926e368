/**
 * Ordinary archives, read by others too. Each archive is written by one tool and read by all: tar-stream and modern-tar, and GNU
 * tar, bsdtar and Python where they are installed.
 */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  linkSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { createTarDecoder } from "modern-tar";
import { extract, pack } from "tar-stream";
import { afterAll, describe, expect, it } from "vitest";
import { hasTool } from "../support/image-disk.js";
import { readEntries } from "../support/tar-entries.js";

interface Row {
  readonly kind: string;
  readonly name: string;
  readonly link: string;
  readonly size: number;
}

const folder = mkdtempSync(join(tmpdir(), "tar-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function store(tar: Uint8Array): string {
  files += 1;
  const path = join(folder, `${files}.tar`);
  writeFileSync(path, tar);
  return path;
}

const plain = (name: string): string => name.replace(/^\.(?:\/|$)/, "").replace(/\/$/, "");
const row = (kind: string, name: string, link: string, size: number): Row => ({
  kind,
  name: plain(name),
  link: kind === "hardlink" ? plain(link) : link,
  size: kind === "file" ? size : 0,
});

async function ours(tar: Uint8Array): Promise<Row[]> {
  const { entries } = await readEntries(tar, 4096);
  return entries.map(({ kind, name, link, size }) =>
    row(kind, Buffer.from(name, "latin1").toString("utf8"), Buffer.from(link, "latin1").toString("utf8"), size),
  );
}

const TYPES: Readonly<Record<string, string>> = {
  file: "file",
  directory: "directory",
  symlink: "symlink",
  link: "hardlink",
  fifo: "special",
};

async function tarStream(tar: Uint8Array): Promise<Row[]> {
  const rows: Row[] = [];
  // v7 has no magic; the option is not in the types.
  const options: object = { allowUnknownFormat: true };
  const reader = extract(options);
  reader.end(tar);
  for await (const entry of reader) {
    const { type, name, linkname, size } = entry.header;
    rows.push(row(TYPES[type] ?? "unknown", name, linkname || "", size));
    entry.resume();
  }
  return rows;
}

async function modernTar(tar: Uint8Array): Promise<Row[]> {
  const rows: Row[] = [];
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(Uint8Array.from(tar));
      controller.close();
    },
  });
  for await (const entry of stream.pipeThrough(createTarDecoder({ strict: true }))) {
    const { type, name, linkname, size } = entry.header;
    rows.push(row(TYPES[type ?? "file"] ?? "special", name, linkname ?? "", size));
    await entry.body.cancel();
  }
  return rows;
}

const PYTHON = `
import json, sys, tarfile
with tarfile.open(sys.argv[1], "r:", errors="surrogateescape") as tar:
    kind = lambda m: "directory" if m.isdir() else "symlink" if m.issym() else "hardlink" if m.islnk() else "file" if m.isfile() else "special"
    print(json.dumps([[kind(m), m.name, m.linkname if m.issym() or m.islnk() else "", m.size] for m in tar]))
`;

function python(tar: Uint8Array): Row[] {
  const text = execFileSync("python3", ["-c", PYTHON, store(tar)], { encoding: "utf8", maxBuffer: 1 << 26 });
  return (JSON.parse(text) as [string, string, string, number][]).map(([kind, name, link, size]) =>
    row(kind, name, link, size),
  );
}

/**
 * `tar -tvf` of GNU tar and bsdtar: mode, owner, size, date, name, and the target of a link.
 * GNU tar drops the last zeros of a fraction of a second and fills its column with spaces.
 */
function listed(command: string, tar: Uint8Array): Row[] {
  const options = command === "tar" ? ["--quoting-style=literal", "--full-time", "-tvf"] : ["-tvf"];
  const text = execFileSync(command, [...options, store(tar)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" },
    maxBuffer: 1 << 26,
  });
  const columns =
    command === "tar" ? /^(\S)\S* \S+ +(\d+) \S+ \S+ +(.*)$/ : /^(\S)\S* +\d+ \S+ +\S+ +(\d+) +\S+ +\S+ +\S+ (.*)$/;
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [, letter, size, rest] = columns.exec(line) as unknown as [string, string, string, string];
      const [name, target] = rest.split(/ -> | link to /) as [string, string | undefined];
      const kind =
        target !== undefined && letter !== "l"
          ? "hardlink"
          : letter === "d"
            ? "directory"
            : letter === "l"
              ? "symlink"
              : letter === "-"
                ? "file"
                : "special";
      return row(kind, name, target ?? "", Number(size));
    });
}

const READERS: readonly (readonly [string, boolean, (tar: Uint8Array) => Promise<Row[]> | Row[]])[] = [
  ["tar-stream", true, tarStream],
  ["modern-tar", true, modernTar],
  ["GNU tar", hasTool("tar"), (tar) => listed("tar", tar)],
  ["bsdtar", hasTool("bsdtar"), (tar) => listed("bsdtar", tar)],
  ["Python's tarfile", hasTool("python3"), python],
];

/** A folder with everything that an ordinary archive holds. */
function makeTree(): string {
  const root = join(folder, "tree");
  const long = "d".repeat(90);
  mkdirSync(join(root, "usr/lib", long, long), { recursive: true });
  writeFileSync(join(root, "usr/lib/a.so"), "x".repeat(1000));
  writeFileSync(join(root, "usr/lib/empty"), "");
  writeFileSync(join(root, "usr/lib/größe-名.so"), "u");
  writeFileSync(join(root, "usr/lib", long, long, "deep.so"), "deep");
  linkSync(join(root, "usr/lib/a.so"), join(root, "usr/lib/b.so"));
  symlinkSync("usr/lib", join(root, "lib"));
  symlinkSync("t".repeat(150), join(root, "usr/lib/long-link"));
  writeFileSync(join(root, "usr/lib/sparse"), "head");
  truncateSync(join(root, "usr/lib/sparse"), 300_000);
  execFileSync("mkfifo", [join(root, "pipe")]);
  return root;
}

const tree = makeTree();
const archives = (["v7", "ustar", "gnu", "posix"] as const)
  .filter(() => hasTool("tar"))
  .map((format): [string, Uint8Array] => {
    const path = join(folder, `${format}.tar`);
    const skip =
      format === "v7" || format === "ustar" ? ["--exclude=ddd*", "--exclude=long-link", "--exclude=pipe"] : [];
    execFileSync("tar", [`--format=${format}`, "--sort=name", ...skip, "-cf", path, "-C", tree, "."], {
      stdio: "ignore",
    });
    return [`GNU tar --format=${format}`, readFileSync(path)];
  });

describe.skipIf(archives.length === 0)("archives of GNU tar (needs it)", () => {
  describe.each(archives)("%s", (_format, tar) => {
    it.for(READERS)("%s", async ([name, isThere, read], { skip }) => {
      if (!isThere) skip(`no ${name}`);
      const rows = await ours(tar);
      expect(rows.length).toBeGreaterThan(5);
      expect(rows).toEqual(await read(tar));
    });
  });
});

describe.skipIf(archives.length === 0 || !hasTool("python3"))("sparse files of GNU tar (needs it, and python3)", () => {
  it.each([["gnu"], ["posix --sparse-version=0.0"], ["posix --sparse-version=0.1"], ["posix --sparse-version=1.0"]])(
    "--format=%s",
    async (format) => {
      const source = join(folder, "holes");
      const bytes = Buffer.alloc(2_000_000);
      for (let at = 100_000; at < bytes.length; at += 61_440) bytes.write(`part at ${at}`, at);
      writeFileSync(source, "");
      truncateSync(source, bytes.length);
      execFileSync("python3", [
        "-c",
        `f=open(${JSON.stringify(source)},"r+b")\nfor at in range(100000, 2000000, 61440): f.seek(at); f.write(b"part at %d" % at)`,
      ]);
      expect(readFileSync(source).equals(bytes)).toBe(true);
      const path = join(folder, `sparse-${format.replace(/\W/g, "")}.tar`);
      execFileSync("tar", [...`--format=${format}`.split(" "), "-S", "-cf", path, "-C", folder, "holes", "tree/lib"]);
      const tar = readFileSync(path);
      expect(tar.length).toBeLessThan(1_000_000);
      const { entries } = await readEntries(tar, 5000);
      expect(entries.map(({ name, size }) => [name, size])).toEqual([
        ["holes", 2_000_000],
        ["tree/lib", 0],
      ]);
      expect(Buffer.from(entries[0]?.content ?? "", "latin1").equals(bytes)).toBe(true);
    },
  );
});

describe("archives of tar-stream", () => {
  const name = fc.stringMatching(/^[a-z]{1,12}(?:\/[a-zé名]{1,60}){0,4}$/);
  const entry = fc.oneof(
    fc.record({ type: fc.constant("file" as const), name, content: fc.string({ maxLength: 1500 }) }),
    fc.record({ type: fc.constant("directory" as const), name }),
    fc.record({ type: fc.constantFrom("symlink" as const, "link" as const), name, linkname: name }),
  );

  async function write(entries: readonly (typeof entry extends fc.Arbitrary<infer T> ? T : never)[]): Promise<Buffer> {
    const writer = pack();
    for (const one of entries) {
      if (one.type === "file") writer.entry({ name: one.name }, one.content);
      else if (one.type === "directory") writer.entry({ name: `${one.name}/`, type: "directory" });
      else writer.entry({ name: one.name, type: one.type, linkname: one.linkname });
    }
    writer.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of writer) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  it("any of them, read by tar-stream and modern-tar", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 12 }), async (entries) => {
        const tar = await write(entries);
        const rows = await ours(tar);
        expect(rows.map(({ name: one }) => one)).toEqual(entries.map((one) => one.name));
        expect(rows).toEqual(await tarStream(tar));
        expect(rows).toEqual(await modernTar(tar));
      }),
      { numRuns: 150, seed: 4 },
    );
  });

  it("200 files at once, read by all", async () => {
    const samples = fc.sample(entry, { numRuns: 200, seed: 7 }).filter((one) => !one.name.includes("//"));
    const tar = await write(samples);
    const rows = await ours(tar);
    const there = READERS.filter(([, isThere]) => isThere);
    for (const [reader, , read] of there) expect(await read(tar), reader).toEqual(rows);
  });
});
