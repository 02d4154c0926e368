/** Files of a host that were read before: not read again while they are the same, and never taken for what they no longer are. */
import {
  copyFileSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, afterEach, describe, expect, test, vi } from "vitest";
import { describeHost, openCache, type HostProfile, type LayerStore } from "../../src/index.js";
import { openKnownFiles } from "../../src/known-files.js";
import { ageFiles, writeRoot } from "../cli/root-files.js";
import { HOST } from "../cli/verdict-roots.js";

const folder = mkdtempSync(join(tmpdir(), "containerspec-known-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOUR = 3_600_000;
let root: string;
let count = 0;

beforeEach(() => {
  count += 1;
  root = writeRoot(join(folder, `root-${count}`), HOST);
  ageFiles(root);
  // What was changed a moment ago is not kept: an hour later it is.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR });
});
afterEach(() => {
  vi.useRealTimers();
});

function createStore(): LayerStore & { readonly entries: Map<string, Uint8Array>; puts: number } {
  const entries = new Map<string, Uint8Array>();
  const store = {
    entries,
    puts: 0,
    get: (key: string) => Promise.resolve(entries.get(key)),
    put(key: string, bytes: Uint8Array) {
      store.puts += 1;
      entries.set(key, Buffer.from(bytes));
      return Promise.resolve();
    },
  };
  return store;
}

const describeRoot = (cache?: LayerStore): Promise<HostProfile> =>
  describeHost(root, cache === undefined ? {} : { cache });

/** A library of the host, as a file on disk, and another that can take its place. */
function findTwo(): readonly [string, string] {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.so[.0-9]*$/.test(name))
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isFile() && !/ld-linux|libc\.so/.test(path))
    .sort();
  const [one, other] = names;
  if (one === undefined || other === undefined) throw new Error("the host has too few libraries");
  return [one, other];
}

test("the same host is told again, and nothing is kept where nothing is new", async () => {
  const store = createStore();
  const plain = await describeRoot();
  for (let run = 0; run < 3; run += 1) expect(await describeRoot(store)).toEqual(plain);
  expect(store.puts).toBe(1);
});

test("what is known is found by its identity alone", async () => {
  const store = createStore();
  await describeRoot(store);
  const { known } = await openKnownFiles(store, root);
  const path = (await describeRoot()).libraries[0]?.path ?? "";
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(join(root, path), { bigint: true });
  expect(known.find(path, [dev, ino, size, mtimeNs, ctimeNs].join(" "))).toMatchObject({ kind: "elf" });
  expect(known.find(path, [dev, ino, size, mtimeNs, 0].join(" "))).toBeUndefined();
});

describe("a file that changes", () => {
  const CHANGES: Readonly<Record<string, (one: string, other: string) => void>> = {
    "is written anew in place, with its times set back": (one, other) => {
      const { atime, mtime } = statSync(one);
      copyFileSync(other, one);
      utimesSync(one, atime, mtime);
    },
    "is replaced by another": (one, other) => {
      copyFileSync(other, `${one}.new`);
      renameSync(`${one}.new`, one);
    },
    "is replaced by another name of another": (one, other) => {
      rmSync(one);
      linkSync(other, one);
    },
    "is no ELF file any more": (one) => writeFileSync(one, "text"),
    "is gone": (one) => rmSync(one),
  };
  test.each(Object.keys(CHANGES))("%s", async (name) => {
    const store = createStore();
    const before = await describeRoot(store);
    const [one, other] = findTwo();
    CHANGES[name]?.(one, other);
    vi.setSystemTime(Date.now() + HOUR);
    const after = await describeRoot();
    expect(after).not.toEqual(before);
    for (let run = 0; run < 2; run += 1) expect(await describeRoot(store)).toEqual(after);
  });
});

test("what was changed a moment ago is not kept", async () => {
  vi.useRealTimers();
  const store = createStore();
  writeFileSync(findTwo()[0], "text");
  await describeRoot(store);
  expect(store.puts).toBe(0);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR });
  await describeRoot(store);
  expect(store.puts).toBe(1);
});

test("a folder as cache gives the same, whoever else writes to it", async () => {
  const cache = openCache(join(folder, "cache"));
  const plain = await describeRoot();
  const all = await Promise.all(Array.from({ length: 4 }, () => describeRoot(cache)));
  for (const one of all) expect(one).toEqual(plain);
});
