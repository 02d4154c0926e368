/** Two images that differ in known ways: each difference is told once, and with what it does to who links with the image. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { diffImages, type DiffImagesOptions, type ImageDiff } from "../../src/index.js";
import { renderImageDiff } from "../../src/reporters/image-diff-text.js";
import { renderImageDiffMarkdown } from "../../src/reporters/image-diff-markdown.js";
import { HOSTILE_NAMES } from "../reporters/hostile-report.js";
import { calls, gives, installed, library, link, program, text, type Files } from "../support/story-files.js";
import { toImageTar, type StoryImage } from "../support/story-image.js";
import { alpine, debian12, debian13, MULTIARCH } from "../support/story-systems.js";

const SCHEMA = JSON.parse(
  readFileSync(new URL("../../docs/image-diff.schema.json", import.meta.url), "utf8"),
) as object;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containerspec-image-diff-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function compare(before: StoryImage, after: StoryImage, options: DiffImagesOptions = {}): Promise<ImageDiff> {
  const [one, other] = [join(folder, "before.tar"), join(folder, "after.tar")];
  writeFileSync(one, toImageTar(before));
  writeFileSync(other, toImageTar(after));
  const diff = await diffImages(one, other, options);
  const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(SCHEMA);
  expect(validate(JSON.parse(JSON.stringify(diff))) ? [] : validate.errors).toEqual([]);
  return diff;
}

const compareFiles = (before: Files, after: Files, options?: DiffImagesOptions): Promise<ImageDiff> =>
  compare({ layers: [debian12(before)] }, { layers: [debian12(after)] }, options);

const FOO = `${MULTIARCH}/libfoo.so.1.2`;
const foo = (description: object, path = FOO): Files => installed(path, { soname: "libfoo.so.1", ...description });

/** What is said of the only library that changed. */
async function changeOf(before: object, after: object) {
  const { libraries } = await compareFiles(foo(before), foo(after), { only: ["libraries"] });
  expect(libraries?.added).toEqual([]);
  expect(libraries?.removed).toEqual([]);
  expect(libraries?.changed).toHaveLength(1);
  return libraries?.changed[0] as NonNullable<typeof libraries>["changed"][number];
}

test("an image does not differ from itself, in whatever part", async () => {
  const image = { layers: [debian12(foo({ symbols: gives("a@FOO_1") }))], env: ["A=1"], history: ["RUN x"] };
  const diff = await compare(image, image);
  expect(diff).toMatchObject({ same: true, breaking: [], unknown: [] });
  expect(renderImageDiff(diff, { width: 80, color: false }, { isFull: false })).toContain("Nothing differs");
  expect(renderImageDiffMarkdown(diff)).toContain("Nothing differs");
});

describe("the ABI of a library", () => {
  it("breaks where a symbol, or its version, is gone", async () => {
    const change = await changeOf(
      { symbols: gives("kept@FOO_1", "gone@FOO_1", "moved@FOO_1") },
      { symbols: gives("kept@FOO_1", "moved@FOO_2", "came@FOO_2") },
    );
    expect(change).toMatchObject({
      effect: "breaks",
      versions: { removed: [], added: ["FOO_2"] },
      symbols: {
        removed: [
          { name: "gone", version: "FOO_1", kind: "function" },
          { name: "moved", version: "FOO_1" },
        ],
        added: [
          { name: "came", version: "FOO_2" },
          { name: "moved", version: "FOO_2" },
        ],
        changed: [],
      },
    });
  });

  it("stays where versions only come, where a symbol gets one, and where all of them go", async () => {
    const more = await changeOf({ symbols: gives("a@FOO_1") }, { symbols: gives("a@FOO_1", "b@FOO_2") });
    expect(more).toMatchObject({ effect: "compatible", versions: { added: ["FOO_2"] }, symbols: { removed: [] } });
    const versioned = await changeOf({ symbols: gives("a") }, { symbols: gives("a@FOO_1") });
    expect(versioned).toMatchObject({ effect: "compatible", symbols: { removed: [], added: [] } });
    const bare = await changeOf({ symbols: gives("a@FOO_1") }, { symbols: gives("a") });
    expect(bare.symbols).toMatchObject({ removed: [], added: [] });
    expect(bare).toMatchObject({ effect: "breaks", versions: { removed: ["FOO_1"] } });
  });

  it("may break where programs have copied data of another size, and not where it is the project's own", async () => {
    const data = (size: number, version: string) => [
      { name: "table", type: "object" as const, size, version },
      { name: "f", type: "func" as const, size, version },
    ];
    const grown = await changeOf({ symbols: data(8, "FOO_1") }, { symbols: data(16, "FOO_1") });
    expect(grown).toMatchObject({
      effect: "may-break",
      symbols: { changed: [{ name: "table", before: { kind: "data", size: 8 }, after: { kind: "data", size: 16 } }] },
    });
    const own = await changeOf(
      { symbols: data(8, "FOO_PRIVATE") },
      { symbols: [...data(16, "FOO_PRIVATE"), ...gives("n")] },
    );
    expect(own).toMatchObject({ effect: "compatible", symbols: { changed: [{ isPrivate: true }] } });
  });

  it("is the same in another build, which is cosmetic, and what linkers add is no ABI", async () => {
    const change = await changeOf(
      { symbols: gives("a", "_edata", "__bss_start"), readOnly: "one" },
      { symbols: gives("a"), readOnly: "two", needed: ["libbar.so.1"] },
    );
    expect(change).toMatchObject({
      effect: "cosmetic",
      symbols: { removed: [], added: [] },
      needed: { added: ["libbar.so.1"] },
    });
  });
});

describe("libraries are put together", () => {
  it("by name where the file has another version and another folder", async () => {
    const { libraries } = await compareFiles(
      foo({ symbols: gives("a") }),
      foo({ symbols: gives("a", "b") }, "/usr/lib/libfoo.so.1.3.0"),
      { only: ["libraries"] },
    );
    expect(libraries).toMatchObject({
      added: [],
      removed: [],
      changed: [{ name: "libfoo.so.1", before: { version: "1.2", isFound: true }, after: { version: "1.3.0" } }],
    });
  });

  it.each([
    ["libssl.so.1.1", "libssl.so.3"],
    ["libpython3.9.so.1.0", "libpython3.11.so.1.0"],
    ["libLLVM-14.so.1", "libLLVM-15.so.1"],
    ["libglib-1.2.so.0", "libglib-2.0.so.0"],
  ])("by project: %s has become %s, and whoever needs the old one finds nothing", async (before, after) => {
    const { libraries, breaking } = await compareFiles(
      installed(`${MULTIARCH}/${before}`, { soname: before }),
      installed(`${MULTIARCH}/${after}`, { soname: after }),
      { only: ["libraries"] },
    );
    expect(libraries).toMatchObject({ added: [], removed: [], changed: [{ name: after, effect: "breaks" }] });
    expect(breaking[0]).toMatchObject({
      subject: after,
      effect: "breaks",
      message: expect.stringContaining(before) as unknown,
    });
  });

  it.each([
    ["libx264.so.160", "libx265.so.199"],
    ["libpcre.so.3", "libpcre2-8.so.0"],
  ])("not by names that are alike: %s went and %s came", async (before, after) => {
    const { libraries } = await compareFiles(
      installed(`${MULTIARCH}/${before}`, { soname: before }),
      installed(`${MULTIARCH}/${after}`, { soname: after }),
      { only: ["libraries"] },
    );
    expect(libraries).toMatchObject({ removed: [{ name: before }], added: [{ name: after }], changed: [] });
  });

  it("and what lies where programs have to look for it breaks perhaps", async () => {
    const at = "/opt/app/lib/libown.so.1";
    const { breaking } = await compareFiles({ [at]: library({ soname: "libown.so.1" }) }, {}, { only: ["libraries"] });
    expect(breaking).toMatchObject([{ subject: "libown.so.1", effect: "may-break" }]);
  });
});

test("programs: gone, with another loader, and built again", async () => {
  const before = {
    "/usr/bin/gone": program({}),
    "/usr/bin/app": program({}),
    "/usr/bin/same": program({ readOnly: "1" }),
  };
  const after = {
    "/usr/bin/app": program({ interp: "/lib/ld-musl-x86_64.so.1" }),
    "/usr/bin/same": program({ readOnly: "2" }),
    "/usr/bin/new": program({}),
  };
  const { programs, breaking } = await compareFiles(before, after, { only: ["programs"] });
  expect(programs).toMatchObject({
    removed: [{ path: "/usr/bin/gone" }],
    added: [{ path: "/usr/bin/new" }],
    changed: [
      { path: "/usr/bin/app", effect: "may-break", interpreter: { after: "/lib/ld-musl-x86_64.so.1" } },
      { path: "/usr/bin/same", effect: "cosmetic" },
    ],
  });
  expect(breaking.map(({ subject }) => subject)).toEqual(["/usr/bin/gone", "/usr/bin/app"]);
});

test("floors are raised, and hazards come", async () => {
  const app = (version: string) => program({ symbols: calls("libc.so.6", `strlcpy@${version}`) });
  const { floors, hazards, breaking } = await compare(
    { layers: [debian12({ "/usr/bin/app": app("GLIBC_2.36") })] },
    {
      layers: [debian13({ "/usr/bin/app": app("GLIBC_2.38"), "/usr/bin/bad": program({ needed: ["libnone.so.1"] }) })],
    },
    { only: ["floors", "hazards"] },
  );
  expect(floors).toContainEqual({ floor: "glibc", before: "2.36", after: "2.38", isRaised: true });
  expect(hazards).toMatchObject({ added: [{ rule: "library-missing" }], removed: [] });
  expect(breaking.map(({ subject }) => subject)).toEqual(["glibc", "library-missing"]);
});

test("files: by content, mode, kind and target, and never by a size alone", async () => {
  const mode = (content: string, bits: number) => ({ bytes: Buffer.from(content), mode: bits });
  const { files, same } = await compareFiles(
    {
      "/etc/app/content": text("abc"),
      "/etc/app/mode": mode("x", 0o755),
      "/etc/app/link": link("a"),
      "/etc/app/kind": text("x"),
      "/etc/app/same": text("same"),
      "/etc/app/gone": text("x"),
    },
    {
      "/etc/app/content": text("abd"),
      "/etc/app/mode": mode("x", 0o4755),
      "/etc/app/link": link("b"),
      "/etc/app/kind": link("x"),
      "/etc/app/same": text("same"),
      "/etc/app/new": text("new"),
    },
    { only: ["files"] },
  );
  expect(same).toBe(false);
  expect(files?.removed.map(({ path }) => path)).toEqual(["/etc/app/gone"]);
  expect(files?.added).toMatchObject([{ path: "/etc/app/new", kind: "file", size: 3, mode: "0644", owner: "0:0" }]);
  const changed = Object.fromEntries((files?.changed ?? []).map((row) => [row.path, row.changed]));
  expect(changed).toEqual({
    "/etc/app/content": ["content"],
    "/etc/app/mode": ["mode"],
    "/etc/app/link": ["target"],
    "/etc/app/kind": ["kind"],
  });
});

test("configuration, history and layers; what was built again alone is another layer and nothing else", async () => {
  const shared = debian12({});
  const { metadata, history, layers, size } = await compare(
    {
      layers: [shared, { "/a": text("1") }],
      env: ["PATH=/bin", "OLD=1"],
      entrypoint: ["/app"],
      config: { User: "root", ExposedPorts: { "80/tcp": {} }, Labels: { a: "1" } },
      history: ["FROM", "COPY a"],
    },
    {
      layers: [shared, { "/a": text("22") }],
      env: ["PATH=/usr/bin"],
      entrypoint: ["/app", "-v"],
      config: { User: "app", Volumes: { "/data": {} }, Labels: { a: "1", b: "2" } },
      history: ["FROM", "COPY b"],
    },
    { only: ["metadata", "history", "layers", "size"] },
  );
  expect(metadata).toEqual([
    { field: "entrypoint", before: ["/app"], after: ["/app", "-v"] },
    { field: "user", before: "root", after: "app" },
    { field: "env.OLD", before: "1", after: null },
    { field: "env.PATH", before: "/bin", after: "/usr/bin" },
    { field: "exposedPorts", before: ["80/tcp"], after: null },
    { field: "volumes", before: null, after: ["/data"] },
    { field: "labels.b", before: null, after: "2" },
  ]);
  expect(history).toMatchObject({ shared: 1, removed: [{ createdBy: "COPY a" }], added: [{ createdBy: "COPY b" }] });
  expect(layers?.shared).toHaveLength(1);
  expect(layers).toMatchObject({ removed: [{ index: 1 }], added: [{ index: 1 }] });
  expect((size?.after.files ?? 0) - (size?.before.files ?? 0)).toBe(1);
});

test("a layer that nobody can read leaves unknown whether anything differs", async () => {
  const image = { layers: [debian12({}), { "/secret": text("x") }], encrypted: 1 };
  const diff = await compare(image, image);
  expect(diff.same).toBe(false);
  expect(diff.unknown).toEqual([
    "the image before: layer 2 of 2, which cannot be read",
    "the image after: layer 2 of 2, which cannot be read",
  ]);
});

test("a musl image has libraries as well", async () => {
  const { libraries } = await compare(
    { layers: [alpine(installed("/usr/lib/libfoo.so.1", { soname: "libfoo.so.1", libc: "", symbols: gives("a") }))] },
    { layers: [alpine(installed("/usr/lib/libfoo.so.1", { soname: "libfoo.so.1", libc: "", symbols: gives("b") }))] },
    { only: ["libraries"] },
  );
  expect(libraries?.changed).toMatchObject([{ name: "libfoo.so.1", effect: "breaks" }]);
});

test("an image of standard input, and both", async () => {
  const file = join(folder, "one.tar");
  const bytes = toImageTar({ layers: [debian12({})] });
  writeFileSync(file, bytes);
  await expect(diffImages("-", file, { stdin: Readable.from([bytes]) })).resolves.toMatchObject({ same: true });
  await expect(diffImages("-", "-")).rejects.toMatchObject({ code: "usage" });
});

test("names of strangers stay names, and long lists say that they are cut", async () => {
  const files = Object.fromEntries(
    HOSTILE_NAMES.map(
      (name, at) => [`/srv/${at}${name.replaceAll("/", "_").replaceAll("\0", "")}`, text("x")] as const,
    ).filter(([path]) => Buffer.byteLength(path) < 100),
  );
  const bytes = Object.fromEntries(
    Object.entries(files).map(([path, file]) => [Buffer.from(path, "utf8").toString("latin1"), file]),
  );
  const diff = await compare(
    { layers: [debian12({})] },
    { layers: [debian12(bytes)], config: { Labels: Object.fromEntries(HOSTILE_NAMES.map((name) => [name, name])) } },
    { only: ["files", "metadata"] },
  );
  const said = renderImageDiff(diff, { width: 80, color: false }, { isFull: false });
  expect(said).not.toMatch(/\u001b|^::|##\[/m);
  expect(said).toMatch(/… \d+ more; --full lists all/);
  const full = renderImageDiff(diff, { width: 80, color: false }, { isFull: true });
  expect(full).not.toContain("--full");
  expect(full).not.toMatch(/\u001b|^::|##\[/m);
  // Whatever is no word stands in code, where it is no markup.
  const bare = renderImageDiffMarkdown(diff)
    .replace(/`[^`\n]*`|<code>[^<\n]*<\/code>|<\/?(?:details|summary)>/g, "")
    .replace(/^### /, "");
  expect(bare).not.toMatch(/[<>[\]@#|*_~`]|https?:/);
});
