/**
 * Layers that are read by several threads, against the same in one. The threads' script is there only where the sources are built,
 * so that what is built is held against what vitest runs.
 */
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContainerspecError } from "../../src/errors.js";
import type { FileInspector } from "../../src/image/inspector.js";
import { DEFAULT_LIMITS } from "../../src/image/limits.js";
import type * as readImageModule from "../../src/image/read-image.js";
import type * as threadsModule from "../../src/image/layer-threads.js";
import { toSourceError } from "../../src/source-error.js";
import { dockerArchive, ociLayout } from "../support/image-forms.js";
import { packArchive, writeLayout, type ArchiveFile, type Packing } from "../support/image-builder.js";
import { CONTENT_INSPECTOR } from "../support/image-layer.js";
import { factsOf, readFrom, type ReadOptions } from "../support/image-read.js";
import { tarEntry, tarOf } from "../support/tar-builder.js";

type Built = typeof readImageModule;
type Threads = typeof threadsModule;

const BUILT = new URL("../../build/image/", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "containerspec-threads-"));
let built: Built;

/** Bytes that no compression makes smaller, the same on every run. */
function noise(seed: string, megabytes: number): Buffer {
  const blocks = megabytes << 15;
  const bytes = Buffer.alloc(blocks * 32);
  let block = createHash("sha256").update(seed).digest();
  for (let i = 0; i < blocks; i += 1) {
    block.copy(bytes, i * 32);
    block = createHash("sha256").update(block).digest();
  }
  return bytes;
}

const tar = (seed: string): Buffer =>
  Buffer.from(
    tarOf(
      tarEntry({ name: "etc/os-release" }, `ID=${seed}`),
      tarEntry({ name: "usr/lib/libz.so" }, noise(seed, 5)),
      tarEntry({ name: `usr/lib/${seed}` }, seed),
    ),
  );
const IMAGE = { references: ["app:1"], layers: [tar("base"), tar("middle"), tar("top")] };

const readBuilt = (source: string, options: ReadOptions = {}) =>
  built.readImage(source, {
    inspector: CONTENT_INSPECTOR,
    layerMode: "overlay",
    verify: "always",
    defaultPlatform: "linux/amd64",
    ...options,
  });

beforeAll(async () => {
  built = (await import(new URL("read-image.js", BUILT).href)) as Built;
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
function write(bytes: Uint8Array): string {
  count += 1;
  const file = join(folder, `${count}.tar`);
  writeFileSync(file, bytes);
  return file;
}

/** What reading comes to: facts, or the error's code and words. */
async function outcome(read: () => Promise<Awaited<ReturnType<typeof readFrom>>>): Promise<unknown> {
  try {
    return factsOf(await read());
  } catch (error) {
    const { name, code, message, where } = error as ContainerspecError;
    return { name, code, message, where };
  }
}

async function expectAlike(source: string): Promise<unknown> {
  const [one, several] = [await outcome(() => readFrom(source)), await outcome(() => readBuilt(source))];
  expect(several).toEqual(one);
  return several;
}

describe.each<Packing>(["plain", "gzip", "zstd"])("layers packed as %s", (packing) => {
  it("give the same facts from an archive", async () => {
    const facts = await expectAlike(write(packArchive(ociLayout([IMAGE], { packing }))));
    expect(facts).toMatchObject({ diffIds: expect.arrayContaining([expect.stringMatching(/^sha256:/)]) as unknown });
  });

  it("give the same facts from a folder", async () => {
    const layout = join(folder, `layout-${packing}`);
    await writeLayout(layout, ociLayout([IMAGE], { packing }));
    expect(await expectAlike(layout)).toHaveProperty("tree");
  });

  it("with sha512 digests, too", async () => {
    const files = ociLayout([IMAGE], { packing, algorithm: "sha512" });
    expect(await expectAlike(write(packArchive(files)))).toHaveProperty("tree");
  });

  it("are refused alike where a byte of them is wrong", async () => {
    const files = ociLayout([IMAGE], { packing }).map((file): ArchiveFile => {
      if (!("content" in file) || file.content.length < 1 << 20) return file;
      const content = Buffer.from(file.content);
      content[content.length >> 1] = (content[content.length >> 1] as number) ^ 1;
      return { ...file, content };
    });
    expect(await expectAlike(write(packArchive(files)))).toMatchObject({ name: "ContainerspecError" });
  });

  it("are refused alike where they end too soon", async () => {
    const files = ociLayout([IMAGE], { packing }).map((file) =>
      "content" in file && file.content.length > 1 << 20
        ? { ...file, content: file.content.subarray(0, -70_000) }
        : file,
    );
    expect(await expectAlike(write(packArchive(files)))).toMatchObject({ name: "ContainerspecError" });
  });
});

/** An inspector of the last bytes of each file, of which it wants the parts that are given. */
function tailInspector(parts: (size: number) => { offset: number; length: number }[]) {
  let inspected = 0;
  const inspector: FileInspector<string> = {
    wants: () => true,
    findParts: (start, size) => {
      if (start.length !== 64 << 10) throw new Error(`${start.length} bytes of the start`);
      return Promise.resolve(parts(size));
    },
    inspect(_path, body) {
      inspected += 1;
      const length = Math.min(100, body.size);
      return createHash("sha256")
        .update(body.read(0, length))
        .update(body.read(body.size - length, length))
        .digest("hex");
    },
    skipped: "",
  };
  return { inspector, inspected: () => inspected };
}

describe.each<Packing>(["plain", "gzip", "zstd"])("of a large file in a layer packed as %s", (packing) => {
  const large = tarOf(
    tarEntry({ name: "before" }, "a"),
    tarEntry({ name: "large" }, noise("large", 20)),
    tarEntry({ name: "after" }, "b"),
  );
  const source = (): string =>
    write(packArchive(ociLayout([{ references: ["app:1"], layers: [Buffer.from(large)] }], { packing })));
  const whole = async (file: string) => factsOf(await readFrom(file, { inspector: tailInspector(() => []).inspector }));

  it.each<readonly [string, number, (size: number) => { offset: number; length: number }[]]>([
    ["the parts that are read are enough", 1, (size) => [{ offset: size - 4096, length: 4096 }]],
    [
      "parts beyond its end are none",
      1,
      (size) => [
        { offset: 0, length: 9 },
        { offset: size - 200, length: 900 },
      ],
    ],
    ["a part that is missing is read the second time", 2, () => []],
    ["a part that is there by half is read the second time", 2, (size) => [{ offset: size - 50, length: 50 }]],
  ])("%s", async (_name, passes, parts) => {
    const file = source();
    const { inspector, inspected } = tailInspector(parts);
    expect(factsOf(await readBuilt(file, { inspector }))).toEqual(await whole(file));
    expect(inspected()).toBe(packing === "plain" || passes === 1 ? 3 : 5);
  });
});

it.each<Packing>(["plain", "gzip"])("packed as %s they come from a cache alike", async (packing) => {
  const entries = new Map<string, Uint8Array>();
  const store = {
    get: (key: string) => Promise.resolve(entries.get(key)),
    put: (key: string, bytes: Uint8Array) => Promise.resolve(void entries.set(key, bytes)),
  };
  const codec = { pack: (facts: string) => facts, unpack: (packed: unknown) => String(packed) };
  const source = write(packArchive(ociLayout([IMAGE], { packing })));
  let inspected = 0;
  const inspector = {
    ...CONTENT_INSPECTOR,
    inspect(...[path, body]: Parameters<typeof CONTENT_INSPECTOR.inspect>) {
      inspected += 1;
      return CONTENT_INSPECTOR.inspect(path, body);
    },
  };
  const read = () => readBuilt(source, { inspector, cache: { store, version: "1", codec } });
  const cold = factsOf(await read());
  expect(inspected).toBe(9);
  expect(factsOf(await read())).toEqual(cold);
  expect(inspected).toBe(9);
});

it("a file's parts are read when they are asked for, also behind others", async () => {
  const { snapshot } = await readBuilt(write(packArchive(dockerArchive([IMAGE]))));
  const node = snapshot.lookup("/usr/lib/libz.so");
  expect(node?.kind === "file" && node.facts).toBe(noise("top", 5).toString("latin1"));
});

it("a thread that cannot read says so, and the next task is done", async () => {
  const { createLayerThreads } = (await import(new URL("layer-threads.js", BUILT).href)) as Threads;
  const threads = createLayerThreads();
  const task = {
    algorithm: "sha256",
    wanted: "digest",
    compression: "none",
    what: "x",
    limits: DEFAULT_LIMITS,
    range: { fd: 99_999, offset: 0, size: 5 << 20 },
  } as const;
  await expect(threads.start(task)?.digest).rejects.toThrow(/EBADF/);
  await expect(threads.start(task)?.digest).rejects.toThrow(/EBADF/);
  expect(threads.start({ ...task, range: { ...task.range, size: 1000 } })).toBeUndefined();
  await threads.close();
});

it("what the system says to a thread is what it says, and no fault of the program", async () => {
  const { createLayerThreads } = (await import(new URL("layer-threads.js", BUILT).href)) as Threads;
  const threads = createLayerThreads();
  const fd = openSync(folder, "r");
  const [range, what] = [{ fd, offset: 0, size: 5 << 20 }, "x"];
  for (const compression of ["none", "gzip"] as const) {
    const thread = threads.start({
      range,
      algorithm: "sha256",
      wanted: "bytes",
      compression,
      what,
      limits: DEFAULT_LIMITS,
    });
    const failure = await thread?.digest.catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "EISDIR", syscall: "read" });
    expect(toSourceError(failure, "app.tar")).toMatchObject({ name: "ContainerspecError", code: "corrupt-image" });
  }
  await threads.close();
  closeSync(fd);
});

it.each<Packing>(["plain", "gzip", "zstd"])("with nothing verified the report is the same (%s)", async (packing) => {
  const file = write(packArchive(ociLayout([IMAGE], { packing })));
  const [trusting, careful] = [await readBuilt(file, { verify: "never" }), await readBuilt(file)];
  expect(factsOf(trusting)).toEqual(factsOf(careful));
  expect(trusting.image.layers).toEqual(careful.image.layers);
});

it("with nothing verified, damage that only a digest shows goes by", async () => {
  const layers = [tar("base")];
  const files = dockerArchive([{ layers }]).map((file): ArchiveFile => {
    if (!("content" in file) || file.content.length < 1 << 20) return file;
    const content = Buffer.from(file.content);
    content[content.length >> 1] = (content[content.length >> 1] as number) ^ 1;
    return { ...file, content };
  });
  const source = write(packArchive(files));
  await expect(readBuilt(source)).rejects.toMatchObject({ code: "digest-mismatch" });
  expect((await readBuilt(source, { verify: "never" })).snapshot.lookup("/usr/lib/base")).toBeDefined();
});

it("a thread that dies ends its task with an error, and is given no other", { timeout: 20_000 }, async () => {
  const { createLayerThreads } = (await import(new URL("layer-threads.js", BUILT).href)) as Threads;
  const script = join(folder, "dying.mjs");
  writeFileSync(
    script,
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { throw new Error("dead"); });',
  );
  const threads = createLayerThreads(pathToFileURL(script));
  const task = {
    algorithm: "sha256",
    wanted: "digest",
    compression: "none",
    what: "x",
    limits: DEFAULT_LIMITS,
    range: { fd: 0, offset: 0, size: 5 << 20 },
  } as const;
  for (let round = 0; round < 2; round += 1)
    await expect(threads.start(task)?.digest).rejects.toMatchObject({ code: "internal" });
  await threads.close();
});
