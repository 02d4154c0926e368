/** GitHub and Spack, played by a server on this machine: what they answer, what they are told, and one sentence for what is no answer. */
import type { ServerResponse } from "node:http";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ContainerspecError, type ErrorCode } from "../../src/errors.js";
import { createLiveVersions, type LiveVersionOptions } from "../../src/versions/live-versions.js";
import type { VersionSource } from "../../src/versions/version-source.js";
import { startHostileServer, type HostileServer, type Seen } from "../support/hostile-server.js";

const SHA = "5d1ab53c2cbd5a8d1cf7e2b6a0d1f6ad4b3f0e9c";
const json = { "content-type": "application/json; charset=utf-8" };

let server: HostileServer;
let other: HostileServer;
beforeAll(async () => {
  server = await startHostileServer(honest);
  other = await startHostileServer(honest);
});
beforeEach(() => {
  for (const one of [server, other]) {
    one.answer = honest;
    one.seen.length = 0;
  }
});

const release = (tag: string, more: object = {}) => ({ tag_name: tag, draft: false, prerelease: false, ...more });

/** The answers that docs.github.com and packages.spack.io show, cut down to a few fields. */
function honest({ url }: Seen, response: ServerResponse): void {
  const body = ANSWERS.find(([path]) => url.startsWith(path))?.[1];
  if (body === undefined) response.writeHead(404, json).end(JSON.stringify({ message: "Not Found", status: "404" }));
  else response.writeHead(200, json).end(JSON.stringify(body));
}
const ANSWERS: readonly (readonly [string, unknown])[] = [
  [
    "/repos/spack/spack/releases",
    [
      release("v1.1.0-rc1", { prerelease: true }),
      release("v1.0.0"),
      release("v2.0.0", { draft: true }),
      release("v0.23.1"),
    ],
  ],
  ["/repos/spack/empty/releases", []],
  ["/repos/spack/spack/git/ref/heads/develop", { ref: "refs/heads/develop", object: { type: "commit", sha: SHA } }],
  [
    "/packages/zlib.json",
    { name: "zlib", versions: [{ name: "1.3.1", sha256: "9a93b2b7" }, { name: "1.2.13" }], latest_version: "1.3.1" },
  ],
];

function open(options: Partial<LiveVersionOptions> = {}): VersionSource {
  return createLiveVersions({
    environment: {},
    github: `http://${server.host}`,
    spack: `http://${server.host}/packages/`,
    patience: { attempts: 2, firstWait: 1, timeout: 2000, longestWait: 1000 },
    ...options,
  });
}

const releases = (options?: Partial<LiveVersionOptions>) =>
  open(options).findVersions({ kind: "github release", name: "spack/spack" });

describe("what is there", () => {
  test("releases are those that are out, and each project is asked once", async () => {
    const source = open();
    for (let round = 0; round < 2; round += 1)
      expect(await source.findVersions({ kind: "github release", name: "spack/spack" })).toEqual(["v1.0.0", "v0.23.1"]);
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({
      url: "/repos/spack/spack/releases?per_page=100",
      headers: {
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        "user-agent": "containerspec",
      },
    });
    expect(server.seen[0]?.headers.authorization).toBeUndefined();
    expect(await source.findVersions({ kind: "github release", name: "spack/empty" })).toBeUndefined();
  });

  test("a second page is asked for, and a page elsewhere is not", async () => {
    const next = (to: string) => ({ ...json, link: `<${to}>; rel="next", <http://x/9>; rel="last"` });
    const list = (tag: string): string => JSON.stringify([release(tag)]);
    server.answer = ({ url }, response) => {
      if (url.endsWith("page=2")) response.writeHead(200, next(`http://${other.host}/3`)).end(list("v1"));
      else response.writeHead(200, next(`http://${server.host}/more?page=2`)).end(list("v2"));
    };
    expect(await releases({ token: "secret" })).toEqual(["v2", "v1"]);
    expect(server.seen.map(({ url }) => url)).toEqual(["/repos/spack/spack/releases?per_page=100", "/more?page=2"]);
    expect(other.seen).toEqual([]);
  });

  test("a branch has its commit, and a package the versions of its recipe", async () => {
    const source = open();
    expect(await source.findVersions({ kind: "github commit", name: "spack/spack@develop" })).toEqual([SHA]);
    expect(await source.findVersions({ kind: "spack", name: "zlib" })).toEqual(["1.3.1", "1.2.13"]);
  });
});

describe("the token", () => {
  test("goes to GitHub, also behind a redirect of its own, and to nobody else", async () => {
    server.answer = (request, response) => {
      if (request.url.startsWith("/repos/spack/spack/releases"))
        response.writeHead(301, { location: "/repos/1/releases" }).end();
      else if (request.url.startsWith("/repos/1/"))
        response.writeHead(302, { location: `http://${other.host}/repos/spack/spack/releases` }).end();
      else honest(request, response);
    };
    const source = open({ token: "secret" });
    expect(await source.findVersions({ kind: "github release", name: "spack/spack" })).toEqual(["v1.0.0", "v0.23.1"]);
    expect(await source.findVersions({ kind: "spack", name: "zlib" })).toHaveLength(2);
    expect(server.seen.map(({ url, headers }) => [url.split("?")[0], headers.authorization])).toEqual([
      ["/repos/spack/spack/releases", "Bearer secret"],
      ["/repos/1/releases", "Bearer secret"],
      ["/packages/zlib.json", undefined],
    ]);
    expect(other.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test("is not told over plain HTTP to another machine", () => {
    expect(() => open({ github: "http://github.example/api/v3" })).toThrow("expected an address with https://");
    expect(() => open({ github: "github.example" })).toThrow("expected an address with https://");
  });
});

describe("what is no answer", () => {
  const html = "<!DOCTYPE html><title>Log in</title>";
  const limited = { ...json, "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1796083200" };
  const message = (text: string): string => JSON.stringify({ message: text });
  test.each<readonly [string, number, Record<string, string>, string, ErrorCode, string]>([
    [
      "404",
      404,
      json,
      message("Not Found"),
      "reference-not-found",
      "there is none, or none that is shown without a GITHUB_TOKEN (Not Found)",
    ],
    [
      "403 with no request left",
      403,
      limited,
      message("API rate limit exceeded"),
      "registry-unavailable",
      "it answered 403, and no request is left before 2026-12-01T00:00:00Z (API rate limit exceeded); a GITHUB_TOKEN in the environment may help",
    ],
    [
      "429",
      429,
      { ...json, "retry-after": "3600" },
      message("secondary rate limit"),
      "registry-unavailable",
      "it answered 429, too many requests (secondary rate limit); it asks to wait 3600 s; a login may raise the limit",
    ],
    ["401", 401, json, message("Bad credentials"), "registry-denied", "it answered 401 (Bad credentials)"],
    [
      "an HTML page",
      200,
      { "content-type": "text/html" },
      html,
      "registry-answer",
      "an HTML page, where JSON was expected",
    ],
    ["nothing", 200, json, "", "registry-answer", "nothing, where JSON was expected"],
    ["other JSON", 200, json, "{}", "registry-answer", "it answered with JSON that is no list of releases"],
    ["500", 500, json, message("oops"), "registry-unavailable", "it answered 500, a fault of its own (oops)"],
    ["418", 418, {}, html, "registry-answer", "it answered 418 with an HTML page, where 200 was expected"],
  ])("%s is one sentence", async (_what, status, headers, body, code, words) => {
    server.answer = (_request, response) => void response.writeHead(status, headers).end(body);
    const error = await releases().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ContainerspecError);
    const { code: found, message: told } = error as ContainerspecError;
    expect([found, told.startsWith(`Cannot get the releases of spack/spack from ${server.host}: `)]).toEqual([
      code,
      true,
    ]);
    expect(told.slice(told.indexOf(": ") + 2)).toContain(words);
    expect(told).not.toContain("\n");
  });

  test("a branch and a package that there are not, and what is none of either", async () => {
    const ask = (kind: "github commit" | "spack", name: string) => open().findVersions({ kind, name });
    await expect(ask("github commit", "spack/spack@gone")).rejects.toThrow("Cannot get the branch gone of spack/spack");
    await expect(ask("spack", "gone")).rejects.toThrow("it has no package of that name");
    server.answer = (_request, response) =>
      void response.writeHead(200, json).end('{"object": {"sha": "x"}, "versions": [1]}');
    await expect(ask("github commit", "spack/spack@develop")).rejects.toThrow("JSON that names no commit");
    await expect(ask("spack", "zlib")).rejects.toThrow("JSON that is no package");
  });

  test("nobody who answers", async () => {
    server.answer = (_request, response) => void response.destroy();
    await expect(releases()).rejects.toMatchObject({ code: "registry-unavailable" });
    expect(server.seen).toHaveLength(2);
  });
});
