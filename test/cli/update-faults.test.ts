/** `containerspec update --write` where something goes wrong: one sentence, nothing on standard output, and every file as it was. */
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startHostileServer, type HostileServer, type Seen } from "../support/hostile-server.js";

const PROGRAM = resolve(import.meta.dirname, "../../dist/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "containerspec-faults-"));
afterAll(() => rmSync(folder, { recursive: true }));

const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const CONFIG = JSON.stringify({ os: "linux", architecture: "amd64" });
const MANIFEST = JSON.stringify({ schemaVersion: 2, config: { digest: digestOf(CONFIG), size: 1 }, layers: [] });
const DIGEST = digestOf(MANIFEST);
const json = { "content-type": "application/json" };

function honest({ method, url }: Seen, response: ServerResponse): void {
  if (url.includes("/blobs/")) response.end(CONFIG);
  else if (url.includes("/tags/")) response.writeHead(200, json).end(JSON.stringify({ tags: ["1", "2"] }));
  else response.writeHead(200, { ...json, "docker-content-digest": DIGEST }).end(method === "HEAD" ? "" : MANIFEST);
}

/** Not spawnSync: the registry is in this very process. */
async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ status: number; stdout: string; stderr: string }> {
  const env = { ...process.env, NO_COLOR: "1", HOME: folder, DOCKER_CONFIG: folder, ...environment };
  return new Promise((done) => {
    const child = execFile(process.execPath, [PROGRAM, "update", ...args], { env }, (_error, stdout, stderr) =>
      done({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

describe("a registry", () => {
  let server: HostileServer;
  let other: HostileServer;
  beforeAll(async () => {
    server = await startHostileServer(honest);
    other = await startHostileServer(honest);
    const login = { auths: { [server.host]: { username: "ada", password: "secret" } } };
    writeFileSync(join(folder, "config.json"), JSON.stringify(login));
  });

  const say =
    (status: number, headers: Readonly<Record<string, string>>, body = "{}"): HostileServer["answer"] =>
    (_seen, response) =>
      void response.writeHead(status, headers).end(body);
  const ofManifests =
    (answer: HostileServer["answer"]): HostileServer["answer"] =>
    (seen, response) =>
      (seen.url.includes("/manifests/") ? answer : honest)(seen, response);
  const instead =
    (body: string, headers: Readonly<Record<string, string>> = json): HostileServer["answer"] =>
    (seen, response) =>
      seen.method === "HEAD" ? honest(seen, response) : void response.writeHead(200, headers).end(body);

  test.each<readonly [string, () => HostileServer["answer"], string]>([
    ["where the tag is gone", () => ofManifests(say(404, json)), "has no tag 2, which line 1 of"],
    [
      "that wants another login",
      () => say(401, { "www-authenticate": "Basic realm=x" }),
      "it answered 401, with the login of ada in",
    ],
    ["that refuses", () => say(403, json), "it answered 403"],
    ["that is an HTML page", () => say(404, { "content-type": "text/html" }, "<html>"), "it answered 404"],
    [
      "that asks to wait an hour",
      () => say(429, { "retry-after": "3600" }),
      "it answered 429, too many requests; it asks to wait 3600 s",
    ],
    ["with a fault", () => say(500, json), "it answered 500, a fault of its own"],
    [
      "that redirects to plain HTTP",
      () => say(302, { location: "http://192.0.2.1/" }),
      "it redirects to http://192.0.2.1, where https:// was expected",
    ],
    [
      "whose answer breaks off",
      () => (seen, response) =>
        seen.method === "HEAD"
          ? honest(seen, response)
          : void response.writeHead(200, { "content-length": "99" }).write("{", () => response.destroy()),
      "its answer broke off after 1 bytes",
    ],
    ["that changes bytes", () => ofManifests(instead(MANIFEST.replace("2", "3"))), "bytes have the digest"],
    [
      "that answers with HTML",
      () => ofManifests(instead("<html>", { "content-type": "text/html" })),
      "it answered with an HTML page, where the JSON of a manifest was expected",
    ],
    [
      "whose pages go round",
      () => (seen, response) =>
        seen.url.includes("/tags/")
          ? void response.writeHead(200, { ...json, link: `<${seen.url}>; rel="next"` }).end('{"tags":["1"]}')
          : honest(seen, response),
      "its pages of tags go round in a circle",
    ],
    [
      "that redirects to another host which asks for the login",
      () => (seen, response) =>
        seen.url.includes("/blobs/")
          ? void response.writeHead(307, { location: `http://${other.host}${seen.url}` }).end()
          : honest(seen, response),
      "it answered 401",
    ],
  ])("%s", { timeout: 30_000 }, async (_what, toAnswer, sentence) => {
    server.answer = toAnswer();
    other.seen.length = 0;
    other.answer = say(401, { "www-authenticate": "Basic realm=x" });
    const place = mkdtempSync(join(folder, "case-"));
    const texts = {
      "a.dockerfile": "FROM scratch\nLABEL org.opencontainers.image.base.name=old\n",
      "b.dockerfile": `FROM ${server.host}/base:1\n`,
    };
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(place, name), text);
    const { status, stdout, stderr } = await run([place, "--write", "--tags", "major"]);
    expect([status, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(/^containerspec: [^\n]+[^.\n]\n$/);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain("secret");
    expect(other.seen.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    expect(
      Object.fromEntries(readdirSync(place).map((name) => [name, readFileSync(join(place, name), "utf8")])),
    ).toEqual(texts);
  });

  test("that is honest is believed, and the same files are written", async () => {
    server.answer = honest;
    const file = join(folder, "Dockerfile");
    writeFileSync(file, `FROM ${server.host}/base:1\n`);
    expect(await run([file, "--write", "--tags", "major", "--no-labels"])).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(file, "utf8")).toBe(`FROM ${server.host}/base:2@${DIGEST}\n`);
  });
});

test("a proxy whose URL cannot be read is told at once, and without its password", { timeout: 15_000 }, async () => {
  const file = join(mkdtempSync(join(folder, "proxy-")), "Dockerfile");
  writeFileSync(file, "FROM r.invalid/base:1\n");
  const proxy = { HTTPS_PROXY: "http://a%zz:secret@h", https_proxy: "", NO_PROXY: "", no_proxy: "" };
  const { status, stdout, stderr } = await run([file, "--write"], proxy);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^containerspec: Cannot use the proxy that HTTPS_PROXY names: expected (?!.*secret)[^\n]+\n$/);
});

const LOCK = resolve(import.meta.dirname, "../../fixtures/update/images.lock.json");

test("what is no Dockerfile is told, and no other file is written", async () => {
  const place = mkdtempSync(join(folder, "no-"));
  const texts = { Dockerfile: "FROM debian:12-slim\n", "Dockerfile.b": "#!/bin/sh\necho FROM debian:12\n" };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(place, name), text);
  const [named, other] = [join(place, "Dockerfile.b"), join(place, "Dockerfile")];
  const { status, stdout, stderr } = await run([named, other, "--lock", LOCK, "--write"]);
  expect([status, stdout, stderr]).toEqual([
    3,
    "",
    `containerspec: Found no FROM in ${named}; expected a Dockerfile\n`,
  ]);
  expect(readFileSync(other, "utf8")).toBe(texts.Dockerfile);
});

test("in a folder what is no Dockerfile is passed over, and told where its name is that of one", async () => {
  const place = mkdtempSync(join(folder, "notes-"));
  const texts = {
    Dockerfile: "FROM debian:12-slim\n",
    "Dockerfile.dockerignore": "*\n",
    "Dockerfile.md": "# How to\n\n    FROM debian:12-slim\n",
    "Dockerfile.notes": "Whom to ask.\n",
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(place, name), text);
  const { status, stdout, stderr } = await run([place, "--lock", LOCK, "--write", "--no-labels"]);
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(`${place}/Dockerfile.notes\n  line 1: it has no FROM, and is passed over\n`);
  expect(stdout).toContain("1 change in 1 of 2 files, written.");
  for (const [name, text] of Object.entries(texts).slice(1)) expect(readFileSync(join(place, name), "utf8")).toBe(text);
});

test("a folder whose files cannot be made is not current", async () => {
  const place = mkdtempSync(join(folder, "missing-"));
  mkdirSync(join(place, "22.04"));
  writeFileSync(join(place, "uptodate.yaml"), "dockerhierarchy: { container: { name: ubuntu, includes: [24.04] } }\n");
  writeFileSync(join(place, "22.04", "Dockerfile"), "FROM scratch\n");
  const lock = resolve(import.meta.dirname, "../../fixtures/uptodate/images.lock.json");
  const { status, stdout } = await run([place, "--lock", lock, "--check"]);
  expect([status, stdout]).toEqual([1, expect.stringContaining("cannot be made.")]);
});

test("a file is looked at once, whatever ways lead to it", async () => {
  const place = mkdtempSync(join(folder, "once-"));
  mkdirSync(join(place, "real"));
  writeFileSync(join(place, "real", "Dockerfile"), "FROM debian:12-slim\n");
  symlinkSync("real", join(place, "link"));
  const paths = [join(place, "real", "..", "real"), join(place, "link"), join(place, "link", "Dockerfile")];
  const { status, stdout } = await run([...paths, "--lock", LOCK, "--write", "--no-labels"]);
  expect([status, stdout]).toEqual([0, expect.stringContaining("1 change in 1 of 1 file, written.")]);
});

test("a file is put in its place whole: whoever has the old one open, or linked, keeps that", async () => {
  const place = mkdtempSync(join(folder, "atomic-"));
  const [file, link] = [join(place, "Dockerfile"), join(place, "old")];
  writeFileSync(file, "FROM debian:12-slim\n");
  linkSync(file, link);
  expect((await run([file, "--lock", LOCK, "--write"])).status).toBe(0);
  expect(readFileSync(link, "utf8")).toBe("FROM debian:12-slim\n");
  expect(statSync(file).ino).not.toBe(statSync(link).ino);
});

const isRoot = process.getuid?.() === 0;
test.skipIf(!isRoot)(
  `a file keeps its owner, its group and its mode${isRoot ? "" : " (skipped: root alone may give files away)"}`,
  async () => {
    const place = mkdtempSync(join(folder, "owner-"));
    const file = join(place, "Dockerfile");
    writeFileSync(file, "FROM debian:12-slim\n");
    chownSync(file, 54321, 54322);
    chmodSync(file, 0o2664);
    expect((await run([file, "--lock", LOCK, "--write"])).status).toBe(0);
    expect(readFileSync(file, "utf8")).toContain("@sha256:");
    const { uid, gid, mode } = statSync(file);
    expect([uid, gid, mode & 0o7777]).toEqual([54321, 54322, 0o2664]);
  },
);

const canBecome = isRoot && spawnSync("setpriv", ["--version"]).status === 0;
test.skipIf(!canBecome)(
  `who may not give files away writes them nevertheless${canBecome ? "" : " (skipped: root can take a number)"}`,
  () => {
    const place = mkdtempSync(join(folder, "given-"));
    chmodSync(folder, 0o755);
    chmodSync(place, 0o777);
    const file = join(place, "Dockerfile");
    writeFileSync(file, "FROM debian:12-slim\n");
    chownSync(file, 54321, 54322);
    const words = ["--reuid=54323", "--regid=54323", "--groups=54322", process.execPath, PROGRAM];
    const { status, stderr } = spawnSync("setpriv", [...words, "update", file, "--lock", LOCK, "--write"], {
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(readFileSync(file, "utf8")).toContain("@sha256:");
    const { uid, gid } = statSync(file);
    expect([uid, gid]).toEqual([54323, 54322]);
  },
);

const canMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", tmpdir()]).status === 0;
test.skipIf(!canMount)(
  `a full disk leaves every file as it was${canMount ? "" : " (skipped: no namespace to mount in)"}`,
  () => {
    const place = join(folder, "full");
    mkdirSync(place);
    // One page for the Dockerfile, and none for another one beside it.
    const script = `mount -t tmpfs -o size=8k none "$1" && cd "$1" && printf 'FROM debian:12-slim\\n' >Dockerfile && cat /dev/zero >fill 2>/dev/null
    "$2" "$3" update Dockerfile --lock "$4" --write; echo "status $?"; cat Dockerfile; ls -A`;
    const { stdout, stderr } = spawnSync(
      "unshare",
      ["-rm", "sh", "-c", script, "sh", place, process.execPath, PROGRAM, LOCK],
      {
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1" },
      },
    );
    expect(stderr).toBe("containerspec: Cannot write Dockerfile: no space left on device; nothing is written\n");
    expect(stdout).toBe("status 2\nFROM debian:12-slim\nDockerfile\nfill\n");
  },
);
