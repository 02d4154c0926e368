/** Documents that say one thing to Go's decoder and another to JavaScript's: read as Go reads them, or refused. */
import { describe, expect, it } from "vitest";
import { parseConfig, parseDockerManifest, parseIndexOrManifest, parseJson } from "../../src/image/documents.js";
import { findDoubleKey } from "../../src/image/json-keys.js";

const parse = (text: string): unknown => parseJson(Buffer.from(text), "x.json");
const config = (text: string) => parseConfig(parse(text), "x.json");

describe("a key that stands twice", () => {
  it.each([
    ['{"a":1,"a":2}', "a"],
    ['{"a":[{"b":1},{"c":{"d":1,"e":2,"d":3}}]}', "d"],
    ['{"a":1,"\\u0061":2}', "a"],
    ['{"\\"":1,"\\"":2}', '"'],
    ['{"a{":{"b":1},"a{":2}', "a{"],
  ])("%s", (text, key) => {
    expect(findDoubleKey(text)).toBe(key);
    expect(() => parse(text)).toThrow(`it has the key ${JSON.stringify(key)} twice in one object`);
  });

  it.each([
    '{"a":1,"A":2}',
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
    '{"a":"\\"b\\":1","b":"a"}',
    '["a","a"]',
    '{"a":"a","b":"a"}',
    "{}",
    '"a"',
  ])("but not %s", (text) => {
    expect(findDoubleKey(text)).toBeUndefined();
  });
});

describe("a key in another case", () => {
  it("is read as Go reads it", () => {
    expect(config('{"OS":"linux","Architecture":"amd64","CONFIG":{"ENV":["A=1"],"env2":["B=1"]}}')).toMatchObject({
      platform: { os: "linux", architecture: "amd64" },
      env: ["A=1"],
    });
    expect(parseDockerManifest(parse('[{"config":"c.json","repotags":["a:1"]}]'), "x.json")).toMatchObject([
      { config: "c.json", tags: ["a:1"] },
    ]);
    expect(config('{"config":{"wor\u212aingdir":"/w"}}').workingDir).toBe("/w");
  });

  it("beside the one that is meant is refused", () => {
    expect(() => config('{"config":{"Env":["A=1"],"ENV":["A=2"]}}')).toThrow(
      "Cannot use x.json: its keys Env and ENV are one key for the tools that load images",
    );
  });

  it("is another key in a map: labels and annotations", () => {
    expect(config('{"config":{"Labels":{"a":"1","A":"2"}}}').labels).toEqual({ a: "1", A: "2" });
  });
});

describe("a document that calls itself what it is not", () => {
  const digest = `sha256:${"0".repeat(64)}`;
  const index = (mediaType: string) => ({ mediaType, manifests: [{ digest }] });
  const manifest = (mediaType: string) => ({ mediaType, config: { digest }, layers: [] });

  it.each([
    index("application/vnd.oci.image.manifest.v1+json"),
    index("application/vnd.docker.distribution.manifest.v2+json"),
    manifest("application/vnd.oci.image.index.v1+json"),
    manifest("application/vnd.docker.distribution.manifest.list.v2+json"),
  ])("%j", (document) => {
    expect(() => parseIndexOrManifest(document, "x.json")).toThrow("and has the fields of another");
  });

  it.each(["", "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"])(
    "and an index of the type %j is one",
    (mediaType) => {
      expect(parseIndexOrManifest(index(mediaType), "x.json")).toHaveProperty("index");
    },
  );

  it.each(["", "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"])(
    "and a manifest of the type %j is one",
    (mediaType) => {
      expect(parseIndexOrManifest(manifest(mediaType), "x.json")).toHaveProperty("manifest");
    },
  );
});
