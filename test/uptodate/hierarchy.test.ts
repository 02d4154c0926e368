/** Folders that follow the tags of an image: what is new, what it is made of, and that a second run finds nothing to do. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { renderUpdateDiff } from "../../src/reporters/update-diff.js";
import { renderUpdateJson } from "../../src/reporters/update-json.js";
import { renderUpdate } from "../../src/reporters/update-text.js";
import { update, type UpdatedFile, type UpdateOptions } from "../../src/update.js";
import { writeUpdate } from "../../src/write-update.js";
import { createListedSource, digestOf, writeFolder } from "./folders.js";

const SOURCE = createListedSource({
  "docker.io/library/ubuntu": ["latest", "18.04", "20.04", "22.04", "22.10", "24.04", "9.04", "jammy"],
  "docker.io/library/alpine": ["3.20", "3.9"],
  "docker.io/library/huge": Array.from({ length: 200 }, (_, index) => `1.${index}`),
});
const HIERARCHY =
  'dockerhierarchy:\n  container:\n    name: ubuntu\n    filter: ["^[0-9]+[.]04$"]\n    startat: 20.04\n';
const pinned = (tag: string): string => `ubuntu:${tag}@${digestOf(`docker.io/library/ubuntu:${tag}`)}`;
const BOTH = { "uptodate.yaml": HIERARCHY, "20.04/Dockerfile": `FROM ${pinned("20.04")}\n` };

async function run(folder: string, options: Partial<UpdateOptions> = {}): Promise<readonly UpdatedFile[]> {
  return update({ paths: [folder], source: SOURCE, labels: false, ...options });
}

/** The new files by their paths in the folder. */
async function listNew(folder: string, options: Partial<UpdateOptions> = {}): Promise<Record<string, string>> {
  const found = (await run(folder, options)).filter(({ copiedFrom }) => copiedFrom !== undefined);
  return Object.fromEntries(
    found.map(({ file, after }) => [relative(folder, file), Buffer.from(after).toString("latin1")]),
  );
}

describe("a tag without a folder gets the newest Dockerfile", () => {
  test("with its own tag and digest where the image is named, and no other byte changed", async () => {
    const text = `# \u00e9\r\nFROM --platform=linux/amd64 \\\r\n  ${pinned("22.04")} AS base # x\r\nRUN true\r\nCOPY --from=ubuntu:22.04 /a /b\r\n`;
    const folder = writeFolder({ ...BOTH, "22.04/Dockerfile": text });
    const made = text.replace(pinned("22.04"), pinned("24.04")).replace("ubuntu:22.04 /a", `${pinned("24.04")} /a`);
    expect(await listNew(folder)).toEqual({ "24.04/Dockerfile": made });
  });

  test.each([
    [
      "in the ARG that has the tag",
      "ARG V=22.04\nFROM ubuntu:$V\n",
      `ARG V=${pinned("24.04").slice(7)}\nFROM ubuntu:$V\n`,
    ],
    [
      "under the image's whole name",
      "FROM docker.io/library/ubuntu:22.04\n",
      `FROM docker.io/library/${pinned("24.04")}\n`,
    ],
    ["where it names another tag alone", "FROM ubuntu:jammy\n", `FROM ${pinned("24.04")}\n`],
    ["where it names no tag", "FROM ubuntu AS a\n", `FROM ${pinned("24.04")} AS a\n`],
    [
      "and another release of it, and other images, stay",
      `FROM ubuntu:22.04\nFROM ${pinned("20.04")}\nFROM alpine:3.9\n`,
      `FROM ${pinned("24.04")}\nFROM ${pinned("20.04")}\nFROM alpine:3.9@${digestOf("docker.io/library/alpine:3.9")}\n`,
    ],
  ])("%s", async (_, text, made) => {
    expect(await listNew(writeFolder({ ...BOTH, "22.04/Dockerfile": text }))).toEqual({ "24.04/Dockerfile": made });
  });

  test("with labels about its own base, and without a digest where none is wanted", async () => {
    const NAME = "org.opencontainers.image.base.name";
    const folder = writeFolder({
      ...BOTH,
      "22.04/Dockerfile": `FROM ${pinned("22.04")}\nLABEL ${NAME}=docker.io/library/ubuntu:22.04\n`,
    });
    expect(await listNew(folder, { labels: true, digests: false })).toEqual({
      "24.04/Dockerfile": `FROM ubuntu:24.04\nLABEL ${NAME}=docker.io/library/ubuntu:24.04\n`,
    });
    expect((await listNew(folder, { labels: true }))["24.04/Dockerfile"]).toContain(
      `LABEL org.opencontainers.image.base.digest=${digestOf("docker.io/library/ubuntu:24.04")}\n`,
    );
  });

  test("with the labels that it has about its own base, where none is to be added", async () => {
    const [NAME, DIGEST] = ["org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"];
    const text = `FROM ${pinned("22.04")}\nLABEL ${NAME}=docker.io/library/ubuntu:22.04\n`;
    const folder = writeFolder({ ...BOTH, "22.04/Dockerfile": text });
    const digestOfNew = digestOf("docker.io/library/ubuntu:24.04");
    const made = text.replace(pinned("22.04"), pinned("24.04")).replace(":22.04\n", ":24.04\n");
    expect(await listNew(folder)).toEqual({ "24.04/Dockerfile": made });
    const both = `${text.trimEnd()} ${DIGEST}=${digestOf("docker.io/library/ubuntu:22.04")}\n`;
    writeFileSync(join(folder, "22.04/Dockerfile"), both);
    expect(await listNew(folder)).toEqual({ "24.04/Dockerfile": `${made.trimEnd()} ${DIGEST}=${digestOfNew}\n` });
    expect(await listNew(folder, { digests: false })).toEqual({
      "24.04/Dockerfile": made.replace(`@${digestOfNew}`, ""),
    });
  });

  test("of the tags that are taken, rather than of a newer one that somebody has made", async () => {
    const files = { "22.04/Dockerfile": "FROM ubuntu:22.04\n", "22.10/Dockerfile": "FROM ubuntu:22.10\nRUN odd\n" };
    expect(Object.values(await listNew(writeFolder({ ...BOTH, ...files })))).toEqual([`FROM ${pinned("24.04")}\n`]);
    // Where there is nothing else, it serves.
    const alone = writeFolder({ "uptodate.yaml": HIERARCHY, "22.10/Dockerfile": "FROM ubuntu:22.10\n" });
    expect(Object.keys(await listNew(alone))).toEqual(["20.04/Dockerfile", "22.04/Dockerfile", "24.04/Dockerfile"]);
  });
});

describe("a folder counts as there", () => {
  test.each([
    ["with a Dockerfile of another name", { "24.04/Dockerfile.gpu": "FROM scratch\n" }],
    ["with the mark that it is none of ours", { "24.04/.uptodate-ignore": "" }],
  ])("%s", async (_, more) => {
    const folder = writeFolder({ ...BOTH, "22.04/Containerfile": "FROM ubuntu:22.04\n", ...more });
    expect(await listNew(folder)).toEqual({});
  });

  test("as a link to one; and not without a Dockerfile, which is made there under the name that the newest has", async () => {
    const folder = writeFolder({
      ...BOTH,
      "22.04/Containerfile": "FROM ubuntu:22.04\n",
      "24.04/README": "",
      "other/x": "",
    });
    symlinkSync("nowhere", join(folder, "broken"));
    expect(await listNew(folder)).toEqual({ "24.04/Containerfile": `FROM ${pinned("24.04")}\n` });
    const linked = writeFolder({ ...BOTH, "24.04/Dockerfile": `FROM ${pinned("24.04")}\n` });
    symlinkSync("24.04", join(linked, "22.04"));
    expect(await listNew(linked)).toEqual({});
  });
});

describe("what is new", () => {
  const folderOf = (): string => writeFolder({ ...BOTH, "22.04/Dockerfile": `FROM ${pinned("22.04")}\nRUN true\n` });

  test("is written with the mode of what it is made of; and a second run finds nothing to do", async () => {
    const folder = folderOf();
    chmodSync(join(folder, "22.04/Dockerfile"), 0o600);
    const files = await run(folder, { labels: true });
    expect(
      files.flatMap(({ file, changes }) => changes.map((change) => [relative(folder, file), change.line])),
    ).toEqual(expect.arrayContaining([["24.04/Dockerfile", 1]]));
    await writeUpdate(files);
    expect(statSync(join(folder, "24.04/Dockerfile")).mode & 0o777).toBe(0o600);
    expect((await run(folder, { labels: true })).flatMap(({ changes }) => changes)).toEqual([]);
  });

  test.each([
    ["patch", ["-s", "-p1"]],
    ["git", ["apply"]],
  ])("is a patch from which %s makes the same file", async (program, args) => {
    const folder = folderOf();
    const files = await run(folder);
    const copy = writeFolder({});
    cpSync(folder, copy, { recursive: true });
    const relativeFiles = files.map((one) => ({ ...one, file: relative(folder, one.file) }));
    const { status, stderr } = spawnSync(program, args, {
      cwd: copy,
      input: renderUpdateDiff(relativeFiles),
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    await writeUpdate(files);
    expect(readFileSync(join(copy, "24.04/Dockerfile"), "utf8")).toBe(
      readFileSync(join(folder, "24.04/Dockerfile"), "utf8"),
    );
  });

  test("is made alone, and what lies beside the newest is told: it may be copied into the image", async () => {
    const folder = folderOf();
    for (const name of ["run.sh", "b", "a", "c"]) writeFileSync(join(folder, "22.04", name), "");
    const made = (await run(folder)).find(({ copiedFrom }) => copiedFrom !== undefined);
    expect(made?.notes).toEqual([
      { line: 1, text: `it is made alone: beside ${folder}/22.04/Dockerfile there is a, b, c and 1 more` },
    ]);
    expect(made?.changes).toHaveLength(1);
  });

  test("is not asked for where nobody wants it, so that a lock file without tags will do", async () => {
    const source = { ...SOURCE, listTags: () => Promise.reject(new Error("asked")) };
    expect((await run(folderOf(), { source, hierarchies: false })).map(({ changes }) => changes)).toEqual([[], []]);
  });

  test("keeps the tag of its folder when tags move, in the folders of tags and nowhere else", async () => {
    const folder = writeFolder({
      ...BOTH,
      "22.04/Dockerfile": `FROM ${pinned("22.04")}\nFROM alpine:3.9\n`,
      "app/Dockerfile": "FROM ubuntu:20.04\n",
    });
    const files = await run(folder, { digests: false, tags: { step: "major" } });
    const after = Object.fromEntries(
      files.map((one) => [relative(folder, one.file), Buffer.from(one.after).toString()]),
    );
    expect(after).toEqual({
      "20.04/Dockerfile": `FROM ${pinned("20.04")}\n`,
      "22.04/Dockerfile": `FROM ${pinned("22.04")}\nFROM alpine:3.20\n`,
      "24.04/Dockerfile": "FROM ubuntu:24.04\nFROM alpine:3.20\n",
      "app/Dockerfile": "FROM ubuntu:24.04\n",
    });
  });
});

describe("what cannot be made", () => {
  test.each([
    ["no FROM names the image", "FROM scratch\n", "no FROM of it names ubuntu"],
    [
      "the tag is put together",
      "ARG V=22\nFROM ubuntu:${V}.04\n",
      "the tag of ubuntu:${V}.04 is put together of several variables",
    ],
    [
      "its ARG is that of another image",
      "ARG V=22.04\nFROM ubuntu:$V\nFROM alpine:$V\n",
      "an ARG of ubuntu is also that of another image",
    ],
  ])("is told and stays: %s", async (_, text, why) => {
    const folder = writeFolder({ ...BOTH, "22.04/Dockerfile": text });
    // alpine:22.04 is not there; the answer is wanted for the folders alone.
    const source = createListedSource({
      "docker.io/library/ubuntu": ["20.04", "22.04", "24.04"],
      "docker.io/library/alpine": ["22.04"],
    });
    const files = await run(folder, { source });
    expect(files.flatMap(({ notes }) => notes.map(({ text: told }) => told.replace(folder, "")))).toContain(
      `it is not made of /22.04/Dockerfile: ${why}`,
    );
    await writeUpdate(files);
    expect(existsSync(join(folder, "24.04"))).toBe(false);
    // Nobody is told that all is well.
    const told = renderUpdate(files, "check", { color: false, width: 200 });
    expect(told).toMatch(/ 1 file cannot be made\./);
    expect(told).not.toContain("as they should be");
    expect(JSON.parse(renderUpdateJson(files))).toMatchObject({ missing: [join(folder, "24.04/Dockerfile")] });
  });

  test.each([
    [
      "nothing to make one of",
      { "uptodate.yaml": HIERARCHY, "app/Dockerfile": "FROM scratch\n" },
      "file-not-found",
      "no folder of a tag has a Dockerfile to make them of; write one, such as FOLDER/20.04/Dockerfile",
    ],
    [
      "more than anybody wants",
      { "uptodate.yaml": "dockerhierarchy: { container: { name: huge } }\n", "1.7/Dockerfile": "FROM huge:1.7\n" },
      "limit-exceeded",
      "199 tags of huge have no folder, and at most 100 are made at once; filter, startat and endat leave tags out",
    ],
  ])("is an error: %s", async (_, files, code, why) => {
    const folder = writeFolder(files);
    await expect(run(folder)).rejects.toMatchObject({
      code,
      message: `Cannot make the Dockerfiles that ${folder}/uptodate.yaml asks for: ${why.replace("FOLDER", folder)}`,
    });
  });

  test("a tag that is gone when it is asked for is an error, and nothing is written", async () => {
    const folder = writeFolder({ ...BOTH, "22.04/Dockerfile": "FROM ubuntu:22.04\n" });
    const source = { ...SOURCE, listTags: () => Promise.resolve(["20.04", "22.04", "26.04"]) };
    await expect(run(folder, { source })).rejects.toMatchObject({
      code: "reference-not-found",
      message: `docker.io/library/ubuntu has no tag 26.04, which line 1 of ${folder}/26.04/Dockerfile names; name one that is there`,
    });
  });

  test("an uptodate.yaml that cannot be used is named before anybody is asked", async () => {
    const folder = writeFolder({ ...BOTH, "deep/er/uptodate.yaml": "x: 1\n" });
    const source = { ...SOURCE, resolve: () => Promise.reject(new Error("asked")) };
    await expect(run(folder, { source })).rejects.toMatchObject({
      code: "not-an-uptodate-file",
      message: `Cannot use ${folder}/deep/er/uptodate.yaml: line 1, column 1: there is no key x; expected one of dockerhierarchy, dockerbuild; docs/uptodate.md has all keys`,
    });
  });

  test("but in a folder that is passed over nobody looks for one", async () => {
    const folder = writeFolder({
      Dockerfile: "FROM scratch\n",
      "a/uptodate.yaml": "x: 1\n",
      "a/.uptodate-ignore": "",
      "node_modules/uptodate.yaml": "x: 1\n",
    });
    expect(await run(folder)).toHaveLength(1);
  });
});
