/** The folder of entries: what was put comes back whole or not at all, whatever happens to the files. */
import { execFileSync, spawn } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { packing } from "../../src/image/packing.js";
import { clearFolder, listCacheFiles, STAMP } from "../../src/cache/cache-folder.js";
import { cleanFolder } from "../../src/cache/clean-folder.js";
import { createFolderStore, toPath } from "../../src/cache/folder-store.js";

const KEY = "layer sha256:1";
const BYTES = Buffer.from("facts of a layer, facts of a layer");
const HOUR = 3_600_000;
/** the user that owns nothing */
const NOBODY = 65_534;

const top = mkdtempSync(join(tmpdir(), "containerspec-store-"));
afterAll(() => rmSync(top, { recursive: true, force: true }));

let folder: string;
let count = 0;
beforeEach(() => {
  count += 1;
  folder = join(top, `${count}`, "containerspec");
});

function open(at = folder, limits?: { maxBytes: number; maxAge: number }) {
  const failures: string[] = [];
  const onFailure = (what: string, error: unknown): void => {
    failures.push(`${what}: ${(error as NodeJS.ErrnoException).code ?? ""}`);
  };
  return {
    store: createFolderStore(at, { packing, onFailure, ...(limits === undefined ? {} : { limits }) }),
    failures,
  };
}

async function fill(): Promise<string> {
  await open().store.put(KEY, BYTES);
  return toPath(folder, KEY);
}

test("what was put comes back, in another process's store too; another key has nothing", async () => {
  const { store, failures } = open();
  expect(await store.get(KEY)).toBeUndefined();
  await store.put(KEY, BYTES);
  await store.put("empty", new Uint8Array(0));
  expect(Buffer.from((await open().store.get(KEY)) ?? [])).toEqual(BYTES);
  expect(await store.get("empty")).toHaveLength(0);
  expect(await store.get("layer sha256:2")).toBeUndefined();
  expect(failures).toEqual([]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

describe("an entry that is not what was written is dropped, and can be written again", () => {
  const edit = (change: (bytes: Buffer) => Buffer) => (path: string) => {
    writeFileSync(path, change(readFileSync(path)));
  };
  const flip = (at: (size: number) => number) =>
    edit((bytes) => {
      const place = at(bytes.length);
      bytes[place] = (bytes[place] as number) ^ 1;
      return bytes;
    });
  test.each<readonly [string, (path: string) => void]>([
    ["empty", (path) => truncateSync(path, 0)],
    ["cut in its magic", (path) => truncateSync(path, 10)],
    ["cut in its key", (path) => truncateSync(path, 36)],
    ["cut in its checksum", (path) => truncateSync(path, 60)],
    ["cut by one byte", (path) => truncateSync(path, statSync(path).size - 1)],
    ["with a byte more", (path) => appendFileSync(path, "x")],
    ["with another magic", flip(() => 0)],
    ["of another version of the file's form", flip(() => 26)],
    ["with another length of its key", flip(() => 28)],
    ["with another key", flip(() => 33)],
    ["with another checksum", flip(() => 32 + KEY.length)],
    ["with one bit of its content turned", flip((size) => size - 5)],
    ["another program's", (path) => writeFileSync(path, gzipSync("something"))],
    [
      "with a key of the same length",
      edit((bytes) => Buffer.from(bytes.toString("latin1").replace(":1", ":2"), "latin1")),
    ],
  ])("%s", async (_what, damage) => {
    const path = await fill();
    damage(path);
    const { store, failures } = open();
    expect(await store.get(KEY)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
    await store.put(KEY, BYTES);
    expect(Buffer.from((await store.get(KEY)) ?? [])).toEqual(BYTES);
    expect(failures).toEqual([]);
  });

  test("another key's, moved here whole", async () => {
    const path = await fill();
    await open().store.put("layer sha256:2", Buffer.from("others"));
    renameSync(toPath(folder, "layer sha256:2"), path);
    expect(await open().store.get(KEY)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
  });

  test("a pipe in its place: nobody waits for it", async () => {
    const path = await fill();
    rmSync(path);
    execFileSync("mkfifo", [path]);
    expect(await open().store.get(KEY)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
  });

  test("a folder in its place is none, and is left alone", async () => {
    const path = await fill();
    rmSync(path);
    mkdirSync(path);
    expect(await open().store.get(KEY)).toBeUndefined();
    const { store, failures } = open();
    await store.put(KEY, BYTES);
    expect(failures).toEqual([expect.stringMatching(/^write: (?:EISDIR|ENOTEMPTY|EEXIST)$/)]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

describe("a folder that cannot be used", () => {
  test("since it is a file: said once, and nothing is thrown", async () => {
    const file = join(top, `file-${count}`);
    writeFileSync(file, "mine");
    for (const at of [file, join(file, "below")]) {
      const { store, failures } = open(at);
      expect(await store.get(KEY)).toBeUndefined();
      await store.put(KEY, BYTES);
      await store.put(KEY, BYTES);
      expect(await store.get(KEY)).toBeUndefined();
      expect(failures).toEqual(["read: ENOTDIR"]);
    }
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test("since a link leads round in a circle", async () => {
    const link = join(top, `link-${count}`);
    symlinkSync(link, link);
    const { store, failures } = open(link);
    expect(await store.get(KEY)).toBeUndefined();
    await store.put(KEY, BYTES);
    expect(failures).toEqual(["read: ELOOP"]);
  });

  /** Root may write everywhere: for it the folder is somebody else's, who asks. */
  async function asPlainUser(ask: () => Promise<void>): Promise<void> {
    if (process.geteuid?.() !== 0) return ask();
    for (const path of [folder, ...readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))])
      chownSync(path, NOBODY, NOBODY);
    for (const path of [top, join(folder, "..")]) chmodSync(path, 0o755);
    process.seteuid?.(NOBODY);
    try {
      await ask();
    } finally {
      process.seteuid?.(0);
    }
  }

  test("read-only, and yet read", async () => {
    await fill();
    chmodSync(folder, 0o500);
    await asPlainUser(async () => {
      const { store, failures } = open();
      await store.put("other", BYTES);
      await store.put("another", BYTES);
      expect(failures).toEqual(["write: EACCES"]);
      expect(await store.get(KEY)).toBeDefined();
    });
    chmodSync(folder, 0o700);
  });
});

describe("many processes", () => {
  const BUILT = new URL("../../build/cache/folder-store.js", import.meta.url).href;
  const script = (body: string): string =>
    `import { createFolderStore } from ${JSON.stringify(BUILT)};
     import { packing } from ${JSON.stringify(new URL("../image/packing.js", BUILT).href)};
     const store = createFolderStore(process.argv[1], { packing, onFailure: (what, error) => { console.error(what, error); process.exitCode = 1; } });
     ${body}`;
  function start(body: string): { child: ReturnType<typeof spawn>; ended: Promise<number | null> } {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script(body), folder], { stdio: "ignore" });
    return { child, ended: new Promise((resolve) => child.on("close", resolve)) };
  }

  test("eight that write one entry at once leave one, whole", async () => {
    const body = `for (let i = 0; i < 40; i++) {
      await store.put("one", new Uint8Array(300_000).fill(7));
      const got = await store.get("one");
      if (got === undefined || got.length !== 300_000 || got.some((byte) => byte !== 7)) process.exitCode = 2;
    }`;
    const all = Array.from({ length: 8 }, () => start(body).ended);
    expect(await Promise.all(all)).toEqual(Array.from({ length: 8 }, () => 0));
    expect(readdirSync(folder).sort()).toEqual([toPath("", "one"), STAMP].sort());
    expect(await open().store.get("one")).toHaveLength(300_000);
  });

  test("one that is killed while it writes leaves nothing that is believed", async () => {
    const { child, ended } = start(
      `for (;;) await store.put("one", Buffer.from(Array.from({ length: 1e6 }, (_, i) => (i * i * 7) >> 3)));`,
    );
    const isThere = (): boolean => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith(".part"));
    while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill("SIGKILL");
    await ended;
    const got = await open().store.get("one");
    expect([undefined, 1e6]).toContain(got?.length);
  });
});

describe("what is let go", () => {
  const LIMITS = { maxBytes: 2 ** 30, maxAge: 90 * 24 * HOUR };

  /** Entries by name, with bytes and hours since they were used. */
  function write(files: Readonly<Record<string, readonly [number, number]>>): void {
    mkdirSync(folder, { recursive: true });
    for (const [name, [bytes, hours]] of Object.entries(files)) {
      const path = join(folder, name);
      writeFileSync(path, new Uint8Array(bytes));
      const time = new Date(Date.now() - hours * HOUR);
      utimesSync(path, time, time);
    }
  }
  const entry = (letter: string): string => `${letter.repeat(64)}.layer`;
  const part = (letter: string): string => `${letter.repeat(64)}.${"0".repeat(16)}.part`;

  test("what nobody has used for 90 days, and what a killed process left an hour ago", async () => {
    write({
      [entry("a")]: [10, 91 * 24],
      [entry("b")]: [10, 89 * 24],
      [part("c")]: [10, 2],
      [part("d")]: [10, 0],
      "notes.txt": [10, 9999 * 24],
      "aa.layer": [10, 9999 * 24],
    });
    await cleanFolder(folder, LIMITS, Date.now());
    expect(readdirSync(folder).sort()).toEqual([entry("b"), part("d"), "aa.layer", "notes.txt"].sort());
  });

  test("those used longest ago, where all are too large together", async () => {
    write({ [entry("a")]: [60, 3], [entry("b")]: [60, 1], [entry("c")]: [30, 2], [entry("d")]: [10, 4] });
    await cleanFolder(folder, { ...LIMITS, maxBytes: 100 }, Date.now());
    expect(readdirSync(folder).sort()).toEqual([entry("b"), entry("c"), entry("d")]);
  });

  test("on a put, once an hour", async () => {
    write({ [entry("a")]: [10, 91 * 24] });
    await fill();
    expect(existsSync(join(folder, entry("a")))).toBe(false);
    write({ [entry("a")]: [10, 91 * 24] });
    await open().store.put("two", BYTES);
    expect(existsSync(join(folder, entry("a")))).toBe(true);
    const before = new Date(Date.now() - 2 * HOUR);
    utimesSync(join(folder, STAMP), before, before);
    await open().store.put("three", BYTES);
    expect(existsSync(join(folder, entry("a")))).toBe(false);
  });

  test("an entry that is used stays", async () => {
    const path = await fill();
    const before = new Date(Date.now() - 89 * 24 * HOUR);
    utimesSync(path, before, before);
    await open().store.get(KEY);
    expect(Date.now() - statSync(path).mtimeMs).toBeLessThan(HOUR);
  });

  test("clearing removes the cache's own files, and nothing else", async () => {
    await fill();
    write({ [entry("a")]: [1000, 1], [part("b")]: [5, 0], "notes.txt": [10, 1] });
    const size = statSync(toPath(folder, KEY)).size;
    expect(await listCacheFiles(folder)).toHaveLength(3);
    expect(await clearFolder(folder)).toEqual({ entries: 2, bytes: 1000 + size });
    expect(readdirSync(folder)).toEqual(["notes.txt"]);
  });
});
