/** What an update changes: digests, tags, labels and ARG in step, and nothing twice. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { TagSource } from "../../src/registry/tag-source.js";
import { update, type UpdateOptions } from "../../src/update.js";
import type { VersionSource } from "../../src/versions-file.js";

const DIGESTS: Readonly<Record<string, string>> = {
  "docker.io/library/debian:12": `sha256:${"a".repeat(64)}`,
  "docker.io/library/debian:13": `sha256:${"b".repeat(64)}`,
  "docker.io/library/debian:latest": `sha256:${"b".repeat(64)}`,
  "localhost:5000/team/app:1.2": `sha256:${"c".repeat(64)}`,
  "localhost:5000/team/app:1.3": `sha256:${"d".repeat(64)}`,
  "docker.io/library/alpine:3.20": `sha256:${"e".repeat(64)}`,
  "docker.io/library/other:1.2": `sha256:${"f".repeat(64)}`,
};
const [A, B, C, D, E] = ["a", "b", "c", "d", "e"].map((digit) => `sha256:${digit.repeat(64)}`);

const SOURCE: TagSource = {
  resolve: ({ registry, repository }, tag) => {
    const digest = DIGESTS[`${registry}/${repository}:${tag}`];
    return Promise.resolve(digest === undefined ? undefined : { digest, platforms: {} });
  },
  listTags: ({ registry, repository }) => {
    const start = `${registry}/${repository}:`;
    return Promise.resolve(
      Object.keys(DIGESTS).flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : [])),
    );
  },
  findCreated: (_, tag) => Promise.resolve(tag === "13" ? "2026-11-29T00:00:00Z" : "2025-01-01T00:00:00Z"),
};

const folder = mkdtempSync(join(tmpdir(), "containerspec-update-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(text: string, options: Partial<UpdateOptions> = {}) {
  const file = join(folder, "Dockerfile");
  writeFileSync(file, text);
  const [updated] = await update({ paths: [file], source: SOURCE, labels: false, ...options });
  if (updated === undefined) throw new Error("nothing came back");
  return {
    after: Buffer.from(updated.after).toString(),
    changes: updated.changes,
    notes: updated.notes.map(({ text: told }) => told),
  };
}

describe("digests", () => {
  test("are pinned, and refreshed where they are others, and each change says from what to what", async () => {
    const { after, changes } = await run(
      `FROM debian:12 AS a\nFROM localhost:5000/team/app:1.2@${E}\nCOPY --from=alpine:3.20 / /\n`,
    );
    expect(after).toBe(
      `FROM debian:12@${A} AS a\nFROM localhost:5000/team/app:1.2@${C}\nCOPY --from=alpine:3.20@${E} / /\n`,
    );
    expect(changes).toEqual([
      { line: 1, from: "debian:12", to: `debian:12@${A}`, kind: "digest" },
      { line: 2, from: `localhost:5000/team/app:1.2@${E}`, to: `localhost:5000/team/app:1.2@${C}`, kind: "digest" },
      { line: 3, from: "alpine:3.20", to: `alpine:3.20@${E}`, kind: "digest" },
    ]);
  });

  test("of what names no tag is that of latest; and what names bytes alone stays", async () => {
    expect((await run("FROM debian\n")).after).toBe(`FROM debian@${B}\n`);
    expect((await run(`FROM debian@${A}\n`)).changes).toEqual([]);
  });

  test("are not pinned where that is not wanted, and follow a tag that moves", async () => {
    expect((await run("FROM debian:12\n", { digests: false })).changes).toEqual([]);
    const { after } = await run(`FROM debian:12@${A}\nFROM debian:12\n`, { digests: false, tags: { step: "major" } });
    expect(after).toBe(`FROM debian:13@${B}\nFROM debian:13\n`);
  });

  test("are the same after a second run", async () => {
    const once = await run(`ARG V=12\nFROM debian:$V\nLABEL x=y\n`, { labels: true });
    expect((await run(once.after, { labels: true })).changes).toEqual([]);
  });
});

describe("tags", () => {
  test.each([
    ["the newest", { step: "major" }, "13"],
    ["none behind the first part", { step: "minor" }, "12"],
    ["not what is ignored", { step: "major", ignore: ["debian:1*"] }, "12"],
    ["not what is out of range", { step: "major", ranges: new Map([["debian", "<13"]]) }, "12"],
    ["not before it has cooled down", { step: "major", coolDown: { days: 7, today: new Date("2026-12-01") } }, "12"],
    ["once it has", { step: "major", coolDown: { days: 7, today: new Date("2026-12-07") } }, "13"],
  ] as const)("%s", async (_, tags, tag) => {
    expect((await run("FROM debian:12\n", { digests: false, tags })).after).toBe(`FROM debian:${tag}\n`);
  });

  test("move in the ARG that has them, with their digest", async () => {
    const { after, changes } = await run("ARG TAG=1.2\nFROM localhost:5000/team/app:${TAG}\n", {
      tags: { step: "minor" },
    });
    expect(after).toBe(`ARG TAG=1.3@${D}\nFROM localhost:5000/team/app:\${TAG}\n`);
    expect(changes.map(({ line, kind }) => [line, kind])).toEqual([
      [1, "tag"],
      [1, "digest"],
    ]);
  });

  test("that are gone are an error with the line", async () => {
    await expect(run("FROM scratch\nFROM debian:11\n")).rejects.toThrow(
      /library\/debian has no tag 11, which line 2 of .*Dockerfile names/,
    );
  });
});

describe("labels about the base", () => {
  const NAME = "org.opencontainers.image.base.name";
  const DIGEST = "org.opencontainers.image.base.digest";
  const labels = true;

  test("are added to every stage that has an image, and refreshed", async () => {
    const { after } = await run(`FROM debian:12\nLABEL ${NAME}=old\nFROM scratch\nFROM alpine:3.20 AS x\nFROM x\n`, {
      labels,
    });
    expect(after).toBe(
      `FROM debian:12@${A}\nLABEL ${DIGEST}=${A}\nLABEL ${NAME}=docker.io/library/debian:12\nFROM scratch\n` +
        `FROM alpine:3.20@${E} AS x\nLABEL ${NAME}=docker.io/library/alpine:3.20\nLABEL ${DIGEST}=${E}\nFROM x\n`,
    );
  });

  test("of a digest without a tag are its digest, and no name that nobody knows", async () => {
    const once = await run(`FROM debian@${A}\n`, { labels });
    expect(once.after).toBe(`FROM debian@${A}\nLABEL ${DIGEST}=${A}\n`);
    expect((await run(once.after, { labels })).changes).toEqual([]);
    const named = `FROM debian@${A}\nLABEL ${NAME}=docker.io/library/debian:12 ${DIGEST}=${A}\n`;
    expect((await run(named, { labels })).after).toBe(named);
  });

  test("go where they are false: of scratch, of a stage, of a digest that FROM does not name", async () => {
    const { after } = await run(
      `FROM debian:12 AS x\nLABEL ${DIGEST}=${A}\nFROM scratch\nLABEL ${NAME}=a\nFROM x\nLABEL a=b ${NAME}=c\n`,
      { labels, digests: false },
    );
    expect(after).toContain(`FROM debian:12 AS x\n`);
    expect(after).toContain("FROM scratch\nFROM x\nLABEL a=b\n");
  });
});

describe("what cannot be written is told and stays", () => {
  test("an ARG without a default", async () => {
    const text = "ARG V\nFROM debian:$V\n";
    const { after, notes } = await run(text);
    expect(after).toBe(text);
    expect(notes).toEqual(["debian:$V is left as it is: V has no default"]);
  });

  test("an ARG that is the tag of two images, which have different digests", async () => {
    const text = "ARG V=1.2\nFROM other:$V\nFROM localhost:5000/team/app:$V\n";
    const { after, notes } = await run(text);
    expect(after).toBe(text);
    expect(notes).toEqual([
      "other:1.2 is left as it is: its ARG is also that of another image",
      "localhost:5000/team/app:1.2 is left as it is: its ARG is also that of another image",
    ]);
  });

  test("whose other image is as it should be, or has its digest behind the ARG", async () => {
    const left = "localhost:5000/team/app:1.2 is left as it is: its ARG is also that of another image";
    const moving = "ARG V=1.2\nFROM localhost:5000/team/app:$V\nFROM other:$V\n";
    expect(await run(moving, { digests: false, tags: { step: "minor" } })).toMatchObject({
      after: moving,
      changes: [],
      notes: [left],
    });
    const behind = `ARG V=1.2\nFROM localhost:5000/team/app:$V\nFROM other:$V@`;
    expect(await run(`${behind}${E}\n`)).toMatchObject({
      after: `${behind}sha256:${"f".repeat(64)}\n`,
      notes: [left],
    });
  });

  test.each([
    ["again", "ARG V=12\nFROM debian:${V}\nARG V\nRUN echo $V\n", "V"],
    ["again in a stage of another image", "ARG V=12\nFROM debian:$V AS a\nFROM scratch\nARG X=1 V\n", "V"],
    ["again, behind one that takes it", "ARG V=12\nARG T=$V\nFROM debian:$V\nARG T\nRUN echo $T\n", "T"],
    ["alone", "FROM scratch\nARG V=12\nCOPY --from=debian:$V / /\nRUN echo $V\n", "V"],
  ])("a digest in an ARG that a stage declares %s", async (_, text, arg) => {
    expect(await run(text, { labels: true })).toMatchObject({
      notes: [`debian:12 gets no digest: it would stand in ARG ${arg}, which a stage declares, too`],
    });
    expect((await run(text)).after).toBe(text);
    // A newer tag is what was asked for, and is told.
    const moved = await run(text, { tags: { step: "major" } });
    expect(moved.after).toBe(text.replace("V=12", "V=13"));
    expect(moved.changes.map(({ kind }) => kind)).toEqual(["tag"]);
  });

  test("but a digest that stands in such an ARG already is kept in step, and one of another ARG is put in", async () => {
    const there = `ARG V=12@${B}\nFROM debian:$V\nARG V\n`;
    expect((await run(there)).after).toBe(there.replace(String(B), String(A)));
    expect((await run("ARG V=12\nFROM debian:$V\nARG V=7\nARG W\n")).after).toBe(
      `ARG V=12@${A}\nFROM debian:$V\nARG V=7\nARG W\n`,
    );
  });

  test("but an ARG of two stages with one image is written once", async () => {
    const text = "ARG V=13\nFROM debian:$V\nFROM debian:${V:-12}\nFROM alpine:3.20\n";
    const { after } = await run(text);
    // Both are the same image, so that one place serves both.
    expect(after).toBe(`ARG V=13@${B}\nFROM debian:$V\nFROM debian:\${V:-12}\nFROM alpine:3.20@${E}\n`);
  });
});

test("ARG conventions are brought to the newest version that is known", async () => {
  const known = new Map<string, readonly string[]>([
    ["github release spack/spack", ["v0.22.1", "v0.23.0", "v1.0.0-rc1"]],
    ["github commit a/b@main", ["abc123"]],
    ["spack zlib", ["1.2", "1.3"]],
  ]);
  const versions: VersionSource = {
    findVersions: ({ kind, name }) => Promise.resolve(known.get(`${kind} ${name}`)),
  };
  const text =
    "FROM scratch\nARG uptodate_github_release_spack__spack=v0.20.0\nARG uptodate_github_commit_a__b__main=NA\nARG uptodate_spack_zlib=1.3\nARG uptodate_spack_other=1\n";
  const { after, changes, notes } = await run(text, { versions });
  expect(after).toBe(text.replace("v0.20.0", "v0.23.0").replace("NA", "abc123"));
  expect(changes.map(({ line, kind }) => [line, kind])).toEqual([
    [2, "arg"],
    [3, "arg"],
  ]);
  expect(notes).toEqual(["no version of spack other is known"]);
});

describe("an ARG convention of an image", () => {
  const versions: VersionSource = { findVersions: () => Promise.resolve(["14", "13"]) };
  const left = (line: number): string =>
    `uptodate_spack_os=12 does not become uptodate_spack_os=14: line ${line} takes its image from it, whose tags are asked for with --tags`;

  test.each([
    ["FROM", "ARG uptodate_spack_os=12\nFROM debian:${uptodate_spack_os}\n", 2],
    ["an ARG that FROM takes", "ARG uptodate_spack_os=12\nARG T=$uptodate_spack_os\nFROM debian:$T\n", 3],
  ])("is left to %s, whose digest is that of the tag", async (_, text, line) => {
    const pinned = await run(text, { versions });
    expect(pinned.after).toBe(text.replace("=12", `=12@${A}`));
    expect(pinned.notes).toEqual([left(line)]);
    const moved = await run(text, { versions, tags: { step: "major" } });
    expect(moved.after).toBe(text.replace("=12", `=13@${B}`));
    expect(moved.notes).toEqual([left(line)]);
  });

  test("also where it stands in the place of another one, and not where only an earlier default has it", async () => {
    const text = "ARG V=12\nARG uptodate_github_commit_a__b__main=$V\nFROM debian:$uptodate_github_commit_a__b__main\n";
    expect((await run(text, { versions })).after).toBe(text.replace("V=12", `V=12@${A}`));
    const apart = "ARG uptodate_spack_os=12\nARG uptodate_spack_os=12\nFROM debian:$uptodate_spack_os\n";
    expect((await run(apart, { versions, digests: false })).after).toBe(apart.replace("=12", "=14"));
  });
});
