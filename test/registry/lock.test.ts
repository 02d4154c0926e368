/** The lock file: the same bytes for the same answers, and the answers of the source that it was written from. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { createLockSource } from "../../src/registry/lock-source.js";
import { EMPTY_LOCK, lockSchema, parseLock, renderLock, type Lock } from "../../src/registry/lock.js";
import { recordLock } from "../../src/registry/record-lock.js";
import type { RepositoryName, TagSource } from "../../src/registry/tag-source.js";
import { z } from "../../src/schema.js";

const [A, B, C] = ["a", "b", "c"].map((letter) => `sha256:${letter.repeat(64)}`) as [string, string, string];
const DEBIAN = { registry: "docker.io", repository: "library/debian" };
const TEAM = { registry: "localhost:5000", repository: "team/base" };
const LOCK: Lock = {
  ...EMPTY_LOCK,
  images: {
    "localhost:5000/team/base:1": { digest: B, platforms: { "linux/arm64": C, "linux/amd64": A } },
    "docker.io/library/debian:12": { digest: A, platforms: { "linux/amd64": B }, created: "2024-01-01T00:00:00Z" },
  },
  tags: { "docker.io/library/debian": ["12", "11"] },
  gone: ["localhost:5000/team/base:0"],
};

test("what is written is sorted, and comes back the same", () => {
  const text = renderLock(LOCK);
  expect(renderLock(parseLock(text))).toBe(text);
  expect(parseLock(text)).toEqual({ ...LOCK, tags: { "docker.io/library/debian": ["11", "12"] } });
  expect(Object.keys(parseLock(text).images)).toEqual(["docker.io/library/debian:12", "localhost:5000/team/base:1"]);
  expect(text).toBe(`{
  "schemaVersion": "1.0.0",
  "kind": "containerspec-lock",
  "images": {
    "docker.io/library/debian:12": {
      "digest": "${A}",
      "platforms": {
        "linux/amd64": "${B}"
      },
      "created": "2024-01-01T00:00:00Z"
    },
    "localhost:5000/team/base:1": {
      "digest": "${B}",
      "platforms": {
        "linux/amd64": "${A}",
        "linux/arm64": "${C}"
      }
    }
  },
  "tags": {
    "docker.io/library/debian": [
      "11",
      "12"
    ]
  },
  "gone": [
    "localhost:5000/team/base:0"
  ]
}
`);
});

describe("docs/lock.schema.json", () => {
  const read = (file: string): string => readFileSync(new URL(`../../docs/${file}`, import.meta.url), "utf8");
  const { title, description, ...schema } = JSON.parse(read("lock.schema.json")) as Record<string, object>;
  const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);

  test("is what the program reads (scripts/write-schemas.mjs writes it)", () => {
    expect([typeof title, typeof description]).toEqual(["string", "string"]);
    expect(schema).toEqual(z.toJSONSchema(lockSchema));
  });

  test("what is written conforms, and so does the example of docs/registry.md, which is read as well", () => {
    const example = /```json\n([^]*?)```/.exec(read("registry.md"))?.[1] ?? "";
    for (const text of [renderLock(LOCK), renderLock(EMPTY_LOCK), example]) {
      expect([validate(JSON.parse(text)), validate.errors]).toEqual([true, null]);
      expect(JSON.parse(renderLock(parseLock(text)))).toEqual(JSON.parse(text));
    }
    expect(validate({ ...LOCK, clock: 0 })).toBe(false);
    expect(validate(JSON.parse(renderLock(LOCK).replace("library/debian:12", "library/debian")))).toBe(false);
  });
});

test.each<readonly [string, string, string]>([
  ["no JSON", "{", "it is no JSON, where a lock file of containerspec was expected"],
  ["other JSON", '{"kind":"x"}', "it is JSON, but no lock file of containerspec (expected kind: containerspec-lock)"],
  [
    "a later format",
    '{"kind":"containerspec-lock","schemaVersion":"2.0.0"}',
    "its schemaVersion is 2.0.0, and this release reads 1.x",
  ],
  ["a digest that is none", renderLock(LOCK).replace(A, "sha256:abc"), "images.docker.io/library/debian:12.digest: "],
  ["a name without a tag", renderLock(LOCK).replace("library/debian:12", "library/debian"), "images"],
  ["a name that climbs", renderLock(LOCK).replace("library/debian:12", "../../etc:12"), "images"],
  ["a tag that is none", renderLock(LOCK).replace('"11"', '"\\u001b[2J"'), "tags.docker.io/library/debian.0: "],
])("%s is refused", (_what, text, found) => {
  expect(() => parseLock(text, "images.lock")).toThrow(
    expect.objectContaining({
      code: "not-a-lock",
      message: expect.stringContaining(`Cannot use images.lock: ${found}`) as string,
    }) as Error,
  );
});

test("a name of every object's prototype is no entry", () => {
  const { images } = parseLock(renderLock(LOCK).replace("docker.io/library/debian:12", "__proto__"));
  expect(Object.keys(images)).toEqual(["localhost:5000/team/base:1"]);
  expect(Object.getPrototypeOf(images)).toBe(Object.prototype);
});

describe("a lock in the place of a registry", () => {
  const source = createLockSource(LOCK, "images.lock");
  test("gives what it holds", async () => {
    expect(await source.resolve(DEBIAN, "12")).toEqual({ digest: A, platforms: { "linux/amd64": B } });
    expect(await source.findCreated(DEBIAN, "12")).toBe("2024-01-01T00:00:00Z");
    expect(await source.findCreated(TEAM, "1")).toBeUndefined();
    expect(await source.listTags(DEBIAN)).toEqual(["11", "12"]);
  });
  test("a tag is gone where somebody saw that, or saw all tags", async () => {
    expect(await source.resolve(TEAM, "0")).toBeUndefined();
    expect(await source.resolve(DEBIAN, "13")).toBeUndefined();
    expect(await source.findCreated(DEBIAN, "13")).toBeUndefined();
  });
  test.each<readonly [string, () => Promise<unknown>, string]>([
    ["a tag", () => source.resolve(TEAM, "2"), "localhost:5000/team/base:2"],
    ["a tag that is listed", () => source.resolve(DEBIAN, "11"), "docker.io/library/debian:11"],
    ["a time", () => source.findCreated(TEAM, "2"), "localhost:5000/team/base:2"],
    ["a list of tags", () => source.listTags(TEAM), "the tags of localhost:5000/team/base"],
  ])("%s that nobody has looked up is an error that says how to add it", async (_what, ask, what) => {
    await expect(ask()).rejects.toMatchObject({
      code: "not-in-lock",
      message: `Cannot find ${what} in images.lock: nobody has looked it up yet; a run with a network writes it there, and an OCI layout that holds the image can be read into it`,
    });
  });
});

describe("recording", () => {
  const images: Readonly<Record<string, string>> = { "12": C };
  const source: TagSource = {
    resolve: (_name, tag) =>
      Promise.resolve(images[tag] === undefined ? undefined : { digest: images[tag], platforms: {} }),
    listTags: () => Promise.resolve(["12"]),
    findCreated: (_name: RepositoryName, tag) => Promise.resolve(tag === "12" ? "2025-01-01T00:00:00Z" : undefined),
  };

  test("what was asked has the same answers from the lock", async () => {
    const recorder = recordLock(source);
    const ask = async (one: TagSource): Promise<unknown> => [
      await one.resolve(TEAM, "12"),
      await one.resolve(TEAM, "9"),
      await one.listTags(DEBIAN),
      await one.findCreated(TEAM, "12"),
    ];
    const answers = await ask(recorder.source);
    expect(await ask(createLockSource(parseLock(renderLock(recorder.toLock()))))).toEqual(answers);
  });

  test("what is not asked again stays; what is, is as it is now", async () => {
    const recorder = recordLock(source, LOCK);
    expect(renderLock(recorder.toLock())).toBe(renderLock(LOCK));
    await recorder.source.resolve(DEBIAN, "12");
    await recorder.source.resolve(TEAM, "1");
    // The old time was that of another image.
    expect(recorder.toLock()).toEqual({
      ...LOCK,
      images: { "docker.io/library/debian:12": { digest: C, platforms: {} } },
      gone: ["localhost:5000/team/base:0", "localhost:5000/team/base:1"],
    });
  });
});
