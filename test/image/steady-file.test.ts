/**
 * A file that somebody writes to while it is read. Large layers are read twice at a time, by two threads, and the threads' script is
 * there only where the sources are built: what is built is what is tested.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileInspector } from "../../src/image/inspector.js";
import type * as readImageModule from "../../src/image/read-image.js";
import { blobFile, packArchive, writeLayout } from "../support/image-builder.js";
import { dockerArchive, ociLayout } from "../support/image-forms.js";
import { CONTENT_INSPECTOR } from "../support/image-layer.js";
import { factsOf, type ReadOptions } from "../support/image-read.js";
import { buildSquashfs } from "../support/squashfs-builder.js";
import { tarEntry, tarOf } from "../support/tar-builder.js";

const BUILT = new URL("../../build/image/read-image.js", import.meta.url);
const OWN = "what was verified";
const FOREIGN = "what is not there";
/** Large enough for a thread, and small enough to be hashed long before `PATIENCE` is over. */
const LARGE = Buffer.alloc(5 << 20, "x");
const PATIENCE = 700;
const LAYER = tarOf(
  tarEntry({ name: "etc/os-release" }, "ID=base"),
  tarEntry({ name: "large" }, LARGE),
  tarEntry({ name: "own" }, OWN),
);
const IMAGE = { references: ["app:1"], layers: [LAYER] };
const LAYOUT = ociLayout([IMAGE], { packing: "plain" });
const BLOB = blobFile(LAYER).name;

const folder = mkdtempSync(join(tmpdir(), "containerspec-steady-"));
let built: typeof readImageModule;
beforeAll(async () => {
  built = (await import(BUILT.href)) as typeof readImageModule;
  await writeFile(join(folder, "docker.tar"), packArchive(dockerArchive([IMAGE])));
  const plain = { "/etc/os-release": "ID=base", "/own": OWN };
  const files = Object.entries(plain).map(([path, text]) => [path, { bytes: Buffer.from(text), mode: 0o644 }] as const);
  await writeFile(join(folder, "app.squashfs"), buildSquashfs(Object.fromEntries(files)));
  await writeLayout(join(folder, "layout"), LAYOUT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a form is called, where it lies, which file of it is written to, and how many entries a cache keeps of it. */
const FORMS: readonly (readonly [string, string, string, number])[] = [
  ["an archive", "docker.tar", "docker.tar", 1],
  ["a squashfs", "app.squashfs", "app.squashfs", 0],
  ["a blob of a layout", "layout", `layout/${BLOB}`, 1],
];

/** A copy that is old enough for every later change to have another time. */
async function copyOf(name: string): Promise<string> {
  const copy = join(mkdtempSync(join(folder, "copy-")), name);
  cpSync(join(folder, name), copy, { recursive: true });
  await setTimeout(50);
  return copy;
}

function overwrite(path: string, before: string, after: string): void {
  const at = readFileSync(path).indexOf(before);
  const file = openSync(path, "r+");
  writeSync(file, after, at);
  closeSync(file);
}

/** Puts other content in place for the time in which the file `own` is looked at. */
function tamperWith(path: string): FileInspector<string> {
  return {
    ...CONTENT_INSPECTOR,
    async inspect(name, body) {
      if (name === "/etc/os-release") await setTimeout(PATIENCE);
      if (name !== "/own") return CONTENT_INSPECTOR.inspect(name, body);
      const { atime, mtime } = statSync(path);
      overwrite(path, OWN, FOREIGN);
      const facts = await CONTENT_INSPECTOR.inspect(name, body);
      overwrite(path, FOREIGN, OWN);
      utimesSync(path, atime, mtime);
      return facts;
    },
  };
}

function read(source: string, options: ReadOptions = {}) {
  return built.readImage(source, {
    inspector: CONTENT_INSPECTOR,
    layerMode: "overlay",
    verify: "always",
    defaultPlatform: "linux/amd64",
    ...options,
  });
}

/** What reading ends with: what is built has an error class of its own. */
function failureOf(reading: Promise<unknown>): Promise<unknown> {
  return reading.then(
    () => "no error",
    (error: unknown) => error,
  );
}

/** A cache that has nothing, and remembers what it was told to keep. */
function emptyCache() {
  const kept: string[] = [];
  const store = {
    get: () => Promise.resolve(undefined),
    put: (key: string) => Promise.resolve(void kept.push(key)),
  };
  const codec = { pack: (facts: string) => facts, unpack: (packed: unknown) => String(packed) };
  return { kept, cache: { store, version: "1", codec } };
}

describe.each(FORMS)("%s", (_form, name, written, entries) => {
  it.each(["always", "never"] as const)("whose bytes are others for a while (--verify %s)", async (verify) => {
    const source = await copyOf(name);
    const path = join(source, "..", written);
    const { kept, cache } = emptyCache();
    const failure = await failureOf(read(source, { inspector: tamperWith(path), verify, cache }));
    expect(failure).toMatchObject({
      code: "corrupt-image",
      message: expect.stringMatching(/^Cannot read .*: the file changes while it is being read; .* copy$/) as string,
    });
    expect(kept).toEqual([]);
  });

  it("that nobody writes to is read, also for the second time", async () => {
    const source = await copyOf(name);
    const { kept, cache } = emptyCache();
    const first = factsOf(await read(source, { cache }));
    expect(kept).toHaveLength(entries);
    expect(factsOf(await read(source, { cache }))).toEqual(first);
  });
});

describe("an archive that is still being written", () => {
  it.each([
    ["grows", Buffer.from("more")],
    ["shrinks", -1000],
  ])("and %s", async (verb, change) => {
    const source = await copyOf("docker.tar");
    const inspector: FileInspector<string> = {
      ...CONTENT_INSPECTOR,
      async inspect(path, body) {
        const whole = readFileSync(source);
        await writeFile(
          source,
          typeof change === "number" ? whole.subarray(0, change) : Buffer.concat([whole, change]),
        );
        return CONTENT_INSPECTOR.inspect(path, body);
      },
    };
    expect(await failureOf(read(source, { inspector }))).toMatchObject({
      code: "corrupt-image",
      message: expect.stringContaining(`the file ${verb} while it is being read`) as string,
      where: { image: source },
    });
  });
});

describe.skipIf(spawnSync("python3", ["-c", "import mmap"]).status !== 0)(
  "an archive that another may write to",
  () => {
    /** Changes a byte of the file `own` there and back, through a mapping, of which the file's times tell nothing. */
    const TOGGLE = [
      "import mmap, sys, time",
      "file = open(sys.argv[1], 'r+b'); memory = mmap.mmap(file.fileno(), 0)",
      "at = memory.find(sys.argv[2].encode()); first = memory[at]; memory[at] = first; print('ready', flush=True)",
      "while True:",
      "    memory[at] = 0x57; time.sleep(0.0005); memory[at] = first; time.sleep(0.0005)",
    ].join("\n");

    it("gives facts of the bytes that were hashed, whoever writes through a mapping (python3)", async () => {
      const source = await copyOf("docker.tar");
      chmodSync(source, 0o666);
      const writer = spawn("python3", ["-c", TOGGLE, source, OWN], { stdio: ["ignore", "pipe", "inherit"] });
      try {
        await once(writer.stdout, "data");
        const outcomes = new Set<string>();
        for (let run = 0; run < 40; run += 1) {
          const opened = await read(source).catch(
            (error: unknown) => (error as { code?: string }).code ?? String(error),
          );
          outcomes.add(typeof opened === "string" ? opened : JSON.stringify(opened.snapshot.lookup("/own")));
        }
        // What is taken has its digest; most runs find other bytes, and say so.
        const allowed = [/^digest-mismatch$/, /^corrupt-image$/, new RegExp(`"facts":"${OWN}"`)];
        for (const outcome of outcomes)
          expect(
            allowed.some((pattern) => pattern.test(outcome)),
            outcome,
          ).toBe(true);
        expect(outcomes.size).toBeGreaterThan(1);
      } finally {
        writer.kill();
      }
    });
  },
);
