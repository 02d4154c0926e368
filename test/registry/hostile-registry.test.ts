/** Registries that are overloaded, broken, misconfigured or hostile: one clear sentence each, and nothing secret to a stranger. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ContainerspecError } from "../../src/errors.js";
import { parseRetryAfter } from "../../src/registry/exchange.js";
import { createRegistrySource, type RegistryOptions } from "../../src/registry/registry-source.js";
import type { TagSource } from "../../src/registry/tag-source.js";
import { startHostileServer, type HostileServer, type Seen } from "../support/hostile-server.js";

const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const CONFIG = JSON.stringify({ os: "linux", architecture: "amd64", created: "1970-01-01T00:00:00Z" });
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  config: { digest: digestOf(CONFIG), size: CONFIG.length },
  layers: [],
});
const DIGEST = digestOf(MANIFEST);
const HTML = "<!DOCTYPE html><html><title>Log in</title></html>";
const json = { "content-type": "application/json" };

let server: HostileServer;
let other: HostileServer;
const home = mkdtempSync(join(tmpdir(), "containerspec-hostile-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
beforeAll(async () => {
  server = await startHostileServer(honest);
  other = await startHostileServer(honest);
  writeFileSync(
    join(home, "config.json"),
    JSON.stringify({ auths: { [server.host]: { username: "ada", password: "secret" } } }),
  );
});
beforeEach(() => {
  for (const one of [server, other]) {
    one.answer = honest;
    one.seen.length = 0;
  }
});

function honest({ method, url }: Seen, response: ServerResponse): void {
  if (url.includes("/blobs/")) response.end(CONFIG);
  else if (url.includes("/tags/")) response.writeHead(200, json).end(JSON.stringify({ tags: ["1"] }));
  else response.writeHead(200, { ...json, "docker-content-digest": DIGEST }).end(method === "HEAD" ? "" : MANIFEST);
}

function open(options: Partial<RegistryOptions> = {}): TagSource {
  const patience = { attempts: 3, firstWait: 1, timeout: 2000, longestWait: 3000 };
  return createRegistrySource({
    environment: { HOME: home, DOCKER_CONFIG: home },
    insecure: true,
    patience,
    ...options,
  });
}
const name = (): { registry: string; repository: string } => ({ registry: server.host, repository: "base" });
const resolve = (options?: Partial<RegistryOptions>): Promise<unknown> => open(options).resolve(name(), "1");
const list = (options?: Partial<RegistryOptions>): Promise<readonly string[]> => open(options).listTags(name());

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ContainerspecError)) throw error;
  expect(error.message).not.toMatch(/secret|\n|\.$/);
  return `${error.code}: ${error.message.replaceAll(server.host, "HOST").replaceAll(other.host, "OTHER")}`;
}

/** HEAD as an honest registry gives it, and this for everything else. */
function get(status: number, headers: Readonly<Record<string, string>>, body: string | Buffer): void {
  server.answer = (seen, response) => {
    if (seen.method === "HEAD") honest(seen, response);
    else response.writeHead(status, headers).end(body);
  };
}

test("the honest answers are taken", async () => {
  expect(await resolve()).toEqual({ digest: DIGEST, platforms: { "linux/amd64": DIGEST } });
  expect(await list()).toEqual(["1"]);
  // A zero says nothing of when it was.
  expect(await open().findCreated(name(), "1")).toBeUndefined();
});

describe("manifests", () => {
  test.each<readonly [string, number, Readonly<Record<string, string>>, string, string]>([
    [
      "an HTML page",
      200,
      { "content-type": "text/html" },
      HTML,
      "registry-answer: Cannot get HOST/base:1 from HOST: it answered with an HTML page, where the JSON of a manifest was expected",
    ],
    [
      "other bytes than the digest's",
      200,
      json,
      MANIFEST.replace("2", "3"),
      `digest-mismatch: Cannot get HOST/base:1 from HOST: its ${MANIFEST.length} bytes have the digest ${digestOf(MANIFEST.replace("2", "3"))}, where ${DIGEST} was expected; a server in between may have changed them`,
    ],
    [
      "a fault of its own",
      500,
      json,
      "{}",
      "registry-unavailable: Cannot get HOST/base:1 from HOST: it answered 500, a fault of its own; try again later",
    ],
    [
      "no right to it",
      403,
      json,
      JSON.stringify({ errors: [{ code: "DENIED", message: "not yours" }] }),
      "registry-denied: Cannot get HOST/base:1 from HOST: it answered 403 (DENIED: not yours)",
    ],
    [
      "a 404 in HTML",
      404,
      { "content-type": "text/html" },
      HTML,
      "registry-answer: Cannot get HOST/base:1 from HOST: it answered 404 with an HTML page, where a registry gives the reason in JSON; is it a registry?",
    ],
    [
      "a 404 for the digest that it named",
      404,
      json,
      "{}",
      `registry-answer: Cannot get HOST/base:1 from HOST: it names ${DIGEST}, and has no such manifest`,
    ],
    [
      "a teapot",
      418,
      {},
      "",
      "registry-answer: Cannot get HOST/base:1 from HOST: it answered 418, where 200 or 404 was expected",
    ],
    [
      "compression that nobody asked for",
      200,
      { "content-encoding": "gzip" },
      MANIFEST,
      "registry-answer: Cannot get HOST/base:1 from HOST: it compressed its answer (gzip) unasked",
    ],
    [
      "401 without a challenge",
      401,
      {},
      "",
      "registry-answer: Cannot get HOST/base:1 from HOST: it answered 401, and asks for no login that is known: neither Basic nor Bearer",
    ],
    [
      "a token server over plain HTTP",
      401,
      { "www-authenticate": 'Bearer realm="http://192.0.2.1/token"' },
      "",
      "registry-answer: Cannot get HOST/base:1 from HOST: its token server is no https:// URL",
    ],
  ])("%s", async (_what, status, headers, body, message) => {
    get(status, headers, body);
    expect(await refusal(resolve())).toBe(message);
  });

  const asManifest = (value: object): string => {
    const text = JSON.stringify(value);
    server.answer = ({ method }, response) => {
      response.writeHead(200, { ...json, "docker-content-digest": digestOf(text) }).end(method === "HEAD" ? "" : text);
    };
    return text;
  };
  test.each<readonly [string, object, string]>([
    ["of schema 1", { schemaVersion: 1, fsLayers: [] }, "it has a schema 1 manifest alone"],
    [
      "that are two things at once",
      { manifests: [], config: {}, layers: [] },
      "its manifest has the fields of an index too",
    ],
    ["that are neither", { hello: 1 }, "it answered with JSON that is no manifest"],
    ["that are lists", [1], "it answered with JSON that is no manifest"],
    [
      "with a digest that is none",
      { config: { digest: "sha256:../../x" } },
      'its manifest names "sha256:../../x" where a digest',
    ],
    ["with entries that are none", { manifests: [null] }, "its index lists what is no manifest"],
  ])("%s", async (_what, value, found) => {
    asManifest(value);
    expect(await refusal(resolve())).toContain(`registry-answer: Cannot get HOST/base:1 from HOST: ${found}`);
  });

  test("attestations and strange platforms in an index are passed over; the first of two for one platform counts", async () => {
    const [a, b] = [digestOf("a"), digestOf("b")];
    const platform = (os: string, architecture: string, digest: string): object => ({
      digest,
      platform: { os, architecture },
    });
    const text = asManifest({
      manifests: [
        platform("unknown", "unknown", a),
        platform("linux", "../x", a),
        { digest: a },
        platform("linux", "x86_64", b),
        platform("linux", "amd64", a),
        platform("windows", "amd64", a),
      ],
    });
    expect(await resolve()).toEqual({ digest: digestOf(text), platforms: { "linux/amd64": b, "windows/amd64": a } });
  });

  test("indexes that lead to more indexes than anybody has, and to what is not there", async () => {
    const mediaType = "application/vnd.oci.image.index.v1+json";
    const known = new Map<string, string>();
    const nest = (depth: number): string => {
      const inner = depth === 0 ? [] : [{ mediaType, digest: nest(depth - 1), size: 1 }];
      const text = JSON.stringify({ manifests: inner, depth });
      known.set(digestOf(text), text);
      return digestOf(text);
    };
    const serve = (top: string): void => {
      server.answer = ({ method, url }, response) => {
        const digest = url.endsWith("/1") ? top : url.slice(url.lastIndexOf("/") + 1);
        const text = known.get(digest);
        if (text === undefined) response.writeHead(404, json).end("{}");
        else response.writeHead(200, { ...json, "docker-content-digest": digest }).end(method === "HEAD" ? "" : text);
      };
    };
    const deep = nest(32);
    serve(deep);
    expect(await resolve()).toEqual({ digest: deep, platforms: {} });
    serve(nest(33));
    expect(await refusal(resolve())).toBe(
      "limit-exceeded: Cannot get HOST/base:1 from HOST: its index leads to more than 32 others",
    );
    const missing = digestOf("missing");
    const text = JSON.stringify({ manifests: [{ mediaType, digest: missing, size: 1 }] });
    known.set(digestOf(text), text);
    serve(digestOf(text));
    expect(await refusal(resolve())).toBe(
      `registry-answer: Cannot get HOST/base:1 from HOST: it names ${missing}, and has no such manifest`,
    );
  });

  test("a digest of another kind in the headers", async () => {
    server.answer = (_seen, response) => response.writeHead(200, { "docker-content-digest": "md5:0" }).end();
    expect(await refusal(resolve())).toBe(
      "registry-answer: Cannot get HOST/base:1 from HOST: it names a digest that is none of sha256 or sha512",
    );
  });

  test.each([404, 405, 500])(
    "a server that answers HEAD with %i is asked again with GET, and its bytes are hashed",
    async (status) => {
      server.answer = (seen, response) => {
        if (seen.method === "HEAD") response.writeHead(status).end();
        else if (seen.url.includes("/blobs/")) honest(seen, response);
        else response.end(MANIFEST);
      };
      expect(await resolve()).toMatchObject({ digest: DIGEST });
    },
  );

  test("larger than a limit", async () => {
    get(200, {}, Buffer.alloc((4 << 20) + 1, "x"));
    expect(await refusal(resolve())).toBe(
      "limit-exceeded: Cannot get HOST/base:1 from HOST: its answer is larger than 4194304 bytes",
    );
  });

  test("a config with other bytes than its digest's", async () => {
    server.answer = (seen, response) =>
      seen.url.includes("/blobs/") ? response.end(CONFIG.replace("amd64", "arm64")) : honest(seen, response);
    expect(await refusal(resolve())).toMatch(/^digest-mismatch: .* where sha256:[0-9a-f]{64} was expected/);
  });
});

describe("patience", () => {
  test("429 with Retry-After is waited for, and then answered", async () => {
    let left = 2;
    server.answer = (seen, response) =>
      (left -= 1) < 0 ? honest(seen, response) : response.writeHead(429, { "retry-after": "1" }).end();
    const start = Date.now();
    expect(await list()).toEqual(["1"]);
    expect(Date.now() - start).toBeGreaterThanOrEqual(1990);
  });

  test.each([
    [
      "429 that asks for an hour",
      429,
      { "retry-after": "3600" },
      1,
      "it answered 429, too many requests (TOOMANYREQUESTS: slow down); it asks to wait 3600 s; a login may raise the limit",
    ],
    [
      "429 again and again",
      429,
      {},
      3,
      "it answered 429, too many requests (TOOMANYREQUESTS: slow down), 3 times; try again later; a login may raise the limit",
    ],
    [
      "503 again and again",
      503,
      { "retry-after": "0" },
      3,
      "it answered 503, not now (TOOMANYREQUESTS: slow down), 3 times; it asks to wait 0 s",
    ],
  ])("%s", async (_what, status, headers, times, found) => {
    server.answer = (_seen, response) =>
      response
        .writeHead(status, headers as Record<string, string>)
        .end(JSON.stringify({ errors: [{ code: "TOOMANYREQUESTS", message: "slow down" }] }));
    expect(await refusal(list())).toBe(`registry-unavailable: Cannot get the tags of HOST/base from HOST: ${found}`);
    expect(server.seen).toHaveLength(times);
  });

  test.each<readonly [string, (response: ServerResponse) => unknown, string]>([
    ["says nothing", () => undefined, "no whole answer within 0.2 s, 2 times"],
    [
      "drips",
      (response) => setInterval(() => response.write(" "), 20).unref(),
      "no whole answer within 0.2 s, 2 times",
    ],
    [
      "breaks off",
      (response) => response.writeHead(200, { "content-length": "100" }).write('{"tags":', () => response.destroy()),
      "its answer broke off after 8 bytes, 2 times",
    ],
    ["hangs up", (response) => response.destroy(), "the connection broke off, 2 times"],
    [
      "speaks no HTTP",
      (response) => response.socket?.end("SSH-2.0-OpenSSH_9.2\r\n"),
      "it does not speak HTTP (with TLS or without, as it was asked)",
    ],
  ])("a server that %s", async (_what, answer, found) => {
    server.answer = (_seen, response) => void answer(response);
    const patience = { attempts: 2, firstWait: 1, timeout: 200, longestWait: 1000 };
    expect(await refusal(list({ patience }))).toBe(
      `registry-unavailable: Cannot get the tags of HOST/base from HOST: ${found}`,
    );
  });

  test("nobody there", async () => {
    const attempt = open().listTags({ registry: "127.0.0.1:1", repository: "base" });
    expect(await refusal(attempt)).toBe(
      "registry-unavailable: Cannot get the tags of 127.0.0.1:1/base from 127.0.0.1:1: connection refused, 3 times",
    );
  });

  test("what failed once is asked again", async () => {
    const source = open({ patience: { attempts: 1 } });
    server.answer = (_seen, response) => response.writeHead(503).end();
    await expect(source.resolve(name(), "1")).rejects.toThrow();
    server.answer = honest;
    expect(await source.resolve(name(), "1")).toMatchObject({ digest: DIGEST });
  });

  test("Retry-After is seconds or a date, and anything else is none", () => {
    const now = Date.parse("2024-01-01T00:00:00Z");
    expect(
      ["7", "Mon, 01 Jan 2024 00:01:00 GMT", "Sun, 31 Dec 2023 00:00:00 GMT", "soon", "-1", "1e9", undefined].map(
        (text) => parseRetryAfter(text, now),
      ),
    ).toEqual([7000, 60_000, 0, undefined, undefined, undefined, undefined]);
  });
});

describe("tags", () => {
  test("pages are followed to the end, and each tag is there once", async () => {
    server.answer = ({ url }, response) => {
      const last = new URL(url, "http://x").searchParams.get("last");
      const page = last === null ? ["b", "a"] : last === "a" ? ["c", "a"] : null;
      const link =
        last === null
          ? '</v2/base/tags/list?last=a&n=2>; rel="next"'
          : last === "a"
            ? "<list?last=c>; rel=next"
            : undefined;
      response.writeHead(200, { ...json, ...(link === undefined ? {} : { link }) }).end(JSON.stringify({ tags: page }));
    };
    expect(await list()).toEqual(["a", "b", "c"]);
    expect(server.seen.map(({ url }) => url)).toEqual([
      "/v2/base/tags/list?n=1000",
      "/v2/base/tags/list?last=a&n=2",
      "/v2/base/tags/list?last=c",
    ]);
  });

  test.each<readonly [string, (seen: Seen) => string, string]>([
    [
      "that lead to themselves",
      ({ url }) => url,
      "registry-answer: Cannot get the tags of HOST/base from HOST: its pages of tags go round in a circle: page 1 leads back to an earlier one",
    ],
    [
      "that lead back",
      ({ url }) => `/v2/base/tags/list?last=${url.endsWith("=a") ? "b" : "a"}`,
      "registry-answer: Cannot get the tags of HOST/base from HOST: its pages of tags go round in a circle: page 3 leads back to an earlier one",
    ],
    [
      "without an end",
      () => `/v2/base/tags/list?last=${server.seen.length}`,
      "limit-exceeded: Cannot get the tags of HOST/base from HOST: it has more than 2000 pages or 500000 tags",
    ],
    [
      "at another host",
      () => `http://${other.host}/v2/base/tags/list?last=a`,
      "registry-answer: Cannot get the tags of HOST/base from HOST: its next page of tags is at OTHER, and not at itself",
    ],
  ])("pages %s", async (_what, toNext, message) => {
    server.answer = (seen, response) =>
      response.writeHead(200, { ...json, link: `<${toNext(seen)}>; rel="next"` }).end(JSON.stringify({ tags: ["1"] }));
    expect(await refusal(list())).toBe(message);
    expect(other.seen).toEqual([]);
  });

  test.each([
    ["an HTML page", HTML, "an HTML page"],
    ["cut off", '{"tags": ["1"', "application/json that is no JSON"],
    ["nothing", "", "nothing"],
    ["numbers", '{"tags": [1]}', "JSON without a list of tags"],
    ["something else", "[]", "JSON without a list of tags"],
  ])("%s", async (_what, body, found) => {
    get(200, json, body);
    expect(await refusal(list())).toBe(
      `registry-answer: Cannot get the tags of HOST/base from HOST: it answered with ${found}, where {"tags": […]} was expected`,
    );
  });

  test("what can be no tag is left out", async () => {
    get(200, json, JSON.stringify({ tags: ["ok", "../x", "\u001b[2J", "a b", "", "x".repeat(129)] }));
    expect(await list()).toEqual(["ok"]);
  });
});

describe("secrets", () => {
  const demandBasic: HostileServer["answer"] = (seen, response) => {
    if (seen.headers.authorization === undefined)
      response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end();
    else if (seen.url.includes("/blobs/"))
      response.writeHead(307, { location: `http://${other.host}${seen.url}` }).end();
    else honest(seen, response);
  };

  test("a redirect to another host is followed without the login", async () => {
    server.answer = demandBasic;
    expect(await resolve()).toEqual({ digest: DIGEST, platforms: { "linux/amd64": DIGEST } });
    expect(server.seen.at(-1)?.headers.authorization).toMatch(/^Basic /);
    expect(other.seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      [`/v2/base/blobs/${digestOf(CONFIG)}`, undefined],
    ]);
  });

  test("another host that asks for a login gets none", async () => {
    server.answer = demandBasic;
    other.answer = (_seen, response) => response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end();
    expect(await refusal(resolve())).toBe("registry-denied: Cannot get HOST/base:1 from OTHER: it answered 401");
    expect(other.seen).toHaveLength(1);
  });

  test.each([
    ["plain HTTP", "http://192.0.2.1/", "http://192.0.2.1"],
    ["a file", "file:///etc/passwd", "file://"],
    ["a user's name", "https://ada:x@example.invalid/", "https://example.invalid"],
    ["no URL", "http://[", "what is no URL"],
  ])("a redirect to %s is refused", async (_what, location, to) => {
    server.answer = (_seen, response) => response.writeHead(302, { location }).end();
    expect(await refusal(list())).toBe(
      `registry-answer: Cannot get the tags of HOST/base from HOST: it redirects to ${to}, where https:// was expected`,
    );
  });

  test("redirects that go round in a circle", async () => {
    server.answer = ({ url }, response) => response.writeHead(302, { location: url }).end();
    expect(await refusal(list())).toBe(
      "registry-answer: Cannot get the tags of HOST/base from HOST: it redirects more than 5 times",
    );
    expect(server.seen).toHaveLength(6);
  });

  test.each<readonly [string, string, Readonly<Record<string, string>>, string]>([
    ["an HTML page", HTML, { "content-type": "text/html" }, "it answered with an HTML page"],
    ["no token", "{}", json, "there is no token in its answer"],
    [
      "a token that would end the header",
      JSON.stringify({ token: "x\r\nhost: y" }),
      json,
      "there is no token in its answer",
    ],
  ])("a token server that gives %s", async (_what, body, headers, found) => {
    server.answer = ({ url }, response) => {
      if (url.startsWith("/token")) response.writeHead(200, headers).end(body);
      else
        response
          .writeHead(401, {
            "www-authenticate": `Bearer realm="http://${server.host}/token",service="s",scope="repository:base:pull"`,
          })
          .end();
    };
    expect(await refusal(list())).toBe(
      `registry-answer: Cannot get a token for HOST/base from HOST: ${found}, where {"token": …} was expected`,
    );
  });

  test.each([
    ["no JSON", "{", "it is no JSON object"],
    [
      "an auth without a user",
      JSON.stringify({ auths: { HOST: { auth: "eHh4" } } }),
      "its auth is no user:password in base64",
    ],
  ])("a config.json with %s", async (_what, text, found) => {
    const folder = mkdtempSync(join(home, "config-"));
    writeFileSync(join(folder, "config.json"), text.replace("HOST", server.host));
    server.answer = demandBasic;
    expect(await refusal(list({ environment: { HOME: folder, DOCKER_CONFIG: folder } }))).toMatch(
      new RegExp(`^registry-denied: Cannot (?:log in|look up).*${found}`),
    );
  });
});

test.each([
  ["../x", "base", "1"],
  ["HOST", "../../etc", "1"],
  ["HOST", "base", "a/../../b"],
  ["HOST", "Base", "1"],
  ["user@HOST", "base", "1"],
])("names that would ask for something else are refused: %s %s %s", async (registry, repository, tag) => {
  const attempt = open().resolve({ registry: registry.replace("HOST", server.host), repository }, tag);
  expect(await refusal(attempt)).toMatch(/^usage: Cannot ask for /);
  expect(server.seen).toEqual([]);
});
