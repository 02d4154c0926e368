/** Debian's own docker-registry, filled by skopeo: digests, platforms, tags, times and logins as they really come. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createRegistrySource, type RegistryOptions } from "../../src/registry/registry-source.js";
import { run } from "../support/image-disk.js";
import {
  buildIndex,
  buildSingle,
  hasRegistry,
  htpasswd,
  startRegistry,
  temporaryFolder,
  WITHOUT_REGISTRY,
  type RegistryServer,
} from "../support/registry-server.js";
import { startTokenServer, type TokenServer } from "../support/token-server.js";

const LOGIN = { user: "ada", password: "pass:word ü" };
const CREATED = "2024-03-01T10:20:30.123456789Z";

/** A DOCKER_CONFIG with this config.json, and helpers in PATH by name. */
function configure(config: object, helpers: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  mkdirSync(join(folder, "bin"));
  for (const [name, script] of Object.entries(helpers))
    writeFileSync(join(folder, "bin", `docker-credential-${name}`), script, { mode: 0o755 });
  return { HOME: folder, DOCKER_CONFIG: folder, PATH: `${join(folder, "bin")}:/usr/bin:/bin` };
}

function open(
  environment: Readonly<Record<string, string>>,
  options: Partial<RegistryOptions> = {},
): ReturnType<typeof createRegistrySource> {
  return createRegistrySource({ environment, insecure: true, patience: { attempts: 1 }, ...options });
}

const basic = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64");

describe.skipIf(!hasRegistry)(`a registry with htpasswd${WITHOUT_REGISTRY}`, () => {
  let server: RegistryServer;
  let index: { layout: string; digest: string };
  let single: { layout: string; digest: string };
  let environment: Readonly<Record<string, string>>;
  const base = (): { registry: string; repository: string } => ({ registry: server.host, repository: "team/base" });

  beforeAll(async () => {
    server = await startRegistry(htpasswd(LOGIN), LOGIN);
    index = await buildIndex("1", "one", [
      { created: CREATED },
      { architecture: "arm64", variant: "v8" },
      { architecture: "arm", variant: "v6" },
    ]);
    single = await buildSingle("s", "two", { created: CREATED, architecture: "ppc64le" });
    for (const tag of ["1", "1.0", "1.0-slim"]) await server.push(index.layout, "1", `team/base:${tag}`);
    await server.push(single.layout, "s", "team/single:latest");
    environment = configure({ auths: { [server.host]: { auth: basic } } });
  });

  test("a tag is the digest of the index, with the digest of each platform, as skopeo tells them", async () => {
    const found = await open(environment).resolve(base(), "1.0-slim");
    expect(found?.digest).toBe(index.digest);
    const inspect = ["inspect", "--raw", "--tls-verify=false", "--creds", `${LOGIN.user}:${LOGIN.password}`];
    const raw = JSON.parse(run("skopeo", [...inspect, `docker://${server.host}/team/base:1.0-slim`])) as {
      manifests: { digest: string }[];
    };
    const [amd64, arm64, arm] = raw.manifests.map(({ digest }) => digest);
    expect(found?.platforms).toEqual({ "linux/amd64": amd64, "linux/arm/v6": arm, "linux/arm64": arm64 });
  });

  test("an image for one platform is its manifest's digest, and the platform is its config's", async () => {
    const found = await open(environment).resolve({ registry: server.host, repository: "team/single" }, "latest");
    expect(found).toEqual({ digest: single.digest, platforms: { "linux/ppc64le": single.digest } });
  });

  test("asks HEAD first, and the same manifest once for all tags that have it", async () => {
    const source = open(environment);
    const before = server.log().length;
    for (const tag of ["1", "1.0", "1.0", "1"]) expect((await source.resolve(base(), tag))?.digest).toBe(index.digest);
    const asked = [
      ...server
        .log()
        .slice(before)
        .matchAll(/"(HEAD|GET) \/v2\/team\/base\/manifests\/(\S+)[^"]*" (\d+)/g),
    ].map(([, method, what, status]) => `${method ?? ""} ${what ?? ""} ${status ?? ""}`);
    expect(asked).toEqual(["HEAD 1 401", "HEAD 1 200", `GET ${index.digest} 200`, "HEAD 1.0 200"]);
  });

  test("an index of indexes is its own digest, with the platforms of those in it, and the time of one", async () => {
    const inner = [
      await buildIndex("a", "nested", [{ created: CREATED }, { architecture: "arm64" }]),
      await buildIndex("b", "nested", [{ architecture: "s390x" }, { architecture: "arm64", created: CREATED }]),
    ];
    for (const [at, { layout }] of inner.entries()) await server.push(layout, at === 0 ? "a" : "b", `team/nest:${at}`);
    const mediaType = "application/vnd.oci.image.index.v1+json";
    const source = open(environment);
    const name = { registry: server.host, repository: "team/nest" };
    const [first, second] = [await source.resolve(name, "0"), await source.resolve(name, "1")];
    const manifests = inner.map(({ digest, layout }) => {
      return { mediaType, digest, size: readFileSync(join(layout, "blobs", digest.replace(":", "/"))).length };
    });
    const body = JSON.stringify({ schemaVersion: 2, mediaType, manifests });
    const { status, headers } = await fetch(`http://${server.host}/v2/team/nest/manifests/both`, {
      method: "PUT",
      headers: { "content-type": mediaType, authorization: `Basic ${basic}` },
      body,
    });
    expect(status).toBe(201);
    expect(await source.resolve(name, "both")).toEqual({
      digest: headers.get("docker-content-digest"),
      // Of two for one platform the first counts.
      platforms: { ...first?.platforms, "linux/s390x": second?.platforms["linux/s390x"] },
    });
    expect(await source.findCreated(name, "both")).toBe(CREATED);
  });

  test("a tag that is not there, in a repository that is or is not, is undefined", async () => {
    const source = open(environment);
    expect(await source.resolve(base(), "2")).toBeUndefined();
    expect(await source.resolve({ registry: server.host, repository: "nobody/nothing" }, "1")).toBeUndefined();
    expect(await source.findCreated(base(), "2")).toBeUndefined();
  });

  test("the time of an image is its config's; of an index, that of linux/amd64", async () => {
    const source = open(environment);
    expect(await source.findCreated(base(), "1")).toBe(CREATED);
    expect(await source.findCreated({ registry: server.host, repository: "team/single" }, "latest")).toBe(CREATED);
  });

  test("lists all tags; of a repository that is not there it says so", async () => {
    const source = open(environment);
    expect(await source.listTags(base())).toEqual(["1", "1.0", "1.0-slim"]);
    await expect(source.listTags({ registry: server.host, repository: "team/none" })).rejects.toMatchObject({
      code: "reference-not-found",
      message: expect.stringMatching(
        /^Cannot get the tags of 127\.0\.0\.1:\d+\/team\/none from 127\.0\.0\.1:\d+: it has no such repository \(NAME_UNKNOWN: /,
      ) as string,
    });
  });

  test("asks once for the tags of a repository, and anew in another run", async () => {
    const before = server.log().length;
    const source = open(environment);
    await Promise.all([source.listTags(base()), source.listTags(base())]);
    expect(await source.listTags(base())).toEqual(await open(environment).listTags(base()));
    const asked = server
      .log()
      .slice(before)
      .match(/"GET \/v2\/team\/base\/tags\/list[^"]*" 200/g);
    expect(asked).toHaveLength(2);
  });

  test("a mirror is asked in the place of a registry, below its prefix, with its own login", async () => {
    const source = open(environment, { mirrors: { "docker.io": `${server.host}/team` } });
    expect((await source.resolve({ registry: "docker.io", repository: "base" }, "1"))?.digest).toBe(index.digest);
  });

  const HELPER = `#!/bin/sh\nread server\n[ "$1" = get ] && [ "$server" = SERVER ] && printf '{"ServerURL":"x","Username":"ada","Secret":"pass:word \\303\\274"}' && exit\necho credentials not found in native keychain; exit 1\n`;
  test.each<readonly [string, (host: string) => Readonly<Record<string, string>>]>([
    ["auths by a URL", (host) => configure({ auths: { [`http://${host}/v1/`]: { auth: basic } } })],
    [
      "auths with user and password",
      (host) => configure({ auths: { [host]: { username: LOGIN.user, password: LOGIN.password } } }),
    ],
    ["credHelpers", (host) => configure({ credHelpers: { [host]: "test" } }, { test: HELPER.replace("SERVER", host) })],
    [
      "credsStore",
      (host) => configure({ auths: { [host]: {} }, credsStore: "all" }, { all: HELPER.replace("SERVER", host) }),
    ],
    [
      "auths, where the helper knows no login",
      (host) =>
        configure(
          { auths: { [host]: { auth: basic } }, credsStore: "all" },
          { all: HELPER.replace("SERVER", "other") },
        ),
    ],
  ])("the login is found in %s", async (_where, configured) => {
    expect((await open(configured(server.host)).resolve(base(), "1"))?.digest).toBe(index.digest);
  });

  test.each<readonly [string, (host: string) => Readonly<Record<string, string>>, string]>([
    [
      "no login",
      () => configure({}),
      "it answered 401 (UNAUTHORIZED: authentication required), and there is no login for it in CONFIG, OTHERS or HOME/.dockercfg; log in with: docker login HOST",
    ],
    [
      "a wrong password",
      (host) => configure({ auths: { [host]: { username: "ada", password: "x" } } }),
      "it answered 401 (UNAUTHORIZED: authentication required), with the login of ada in CONFIG; there may be no such repository, or this login may not read it",
    ],
  ])("with %s it says what to do", async (_what, configured, found) => {
    const environment = configured(server.host);
    const home = environment["HOME"] ?? "";
    const config = join(home, "config.json");
    const others = join(home, ".config/containers/auth.json");
    await expect(open(environment).listTags(base())).rejects.toMatchObject({
      code: "registry-denied",
      message: `Cannot get the tags of ${server.host}/team/base from ${server.host}: ${found.replace("CONFIG", config).replace("OTHERS", others).replace("HOME", home).replace("HOST", server.host)}`,
    });
  });

  test.each<readonly [string, object, Readonly<Record<string, string>>, string]>([
    ["is missing", { credsStore: "absent" }, {}, "which is not installed"],
    [
      "fails",
      { credsStore: "bad" },
      { bad: "#!/bin/sh\necho keyring is locked; exit 3\n" },
      "which failed with exit code 3: keyring is locked",
    ],
    ["prints no login", { credsStore: "bad" }, { bad: "#!/bin/sh\necho '<html>'\n" }, "which printed no login"],
    ["has a path for a name", { credsStore: "x/../../sh" }, {}, "which is no name of a program"],
  ])("a helper that %s is named", async (_what, config, helpers, found) => {
    await expect(open(configure(config, helpers)).resolve(base(), "1")).rejects.toMatchObject({
      code: "registry-denied",
      message: expect.stringContaining(found) as string,
    });
  });

  test("plain HTTP is spoken to this machine alone, and only where it is allowed", async () => {
    await expect(open(environment, { insecure: false }).resolve(base(), "1")).rejects.toMatchObject({
      code: "registry-unavailable",
      message: expect.stringContaining("it does not speak TLS") as string,
    });
    const other = { registry: `registry.invalid:${server.port}`, repository: "team/base" };
    await expect(open(environment).resolve(other, "1")).rejects.toMatchObject({ code: "registry-unavailable" });
  });
});

describe.skipIf(!hasRegistry)(`a registry behind a token server${WITHOUT_REGISTRY}`, () => {
  let server: RegistryServer;
  let tokens: TokenServer;
  let index: { layout: string; digest: string };
  const nobody = configure({});
  const name = (repository: string): { registry: string; repository: string } => ({
    registry: server.host,
    repository,
  });

  beforeAll(async () => {
    tokens = await startTokenServer(LOGIN, "refresh-me");
    server = await startRegistry(tokens.auth, LOGIN);
    index = await buildIndex("1", "one", [{ created: CREATED }, { architecture: "arm64" }]);
    for (const repository of ["public/base", "private/base"]) await server.push(index.layout, "1", `${repository}:1`);
    tokens.questions.length = 0;
  });

  test("gets a token for nobody, once for all questions about a repository", async () => {
    tokens.questions.length = 0;
    const source = open(nobody);
    expect((await source.resolve(name("public/base"), "1"))?.digest).toBe(index.digest);
    expect(await source.listTags(name("public/base"))).toEqual(["1"]);
    expect(await source.findCreated(name("public/base"), "1")).toBe(CREATED);
    expect(tokens.questions).toEqual(["GET anonymous repository:public/base:pull"]);
  });

  test.each<readonly [string, object, string]>([
    ["a password", { auth: basic }, "GET ada"],
    ["an identity token", { identitytoken: "refresh-me" }, "POST ada"],
  ])("buys one with %s", async (_what, entry, question) => {
    tokens.questions.length = 0;
    const source = open(configure({ auths: { [server.host]: entry } }));
    expect((await source.resolve(name("private/base"), "1"))?.digest).toBe(index.digest);
    expect(tokens.questions).toEqual([`${question} repository:private/base:pull`]);
  });

  test("a helper's identity token has the user <token>", async () => {
    const helper = `#!/bin/sh\nprintf '{"Username":"<token>","Secret":"refresh-me"}'\n`;
    const source = open(configure({ credsStore: "x" }, { x: helper }));
    expect((await source.resolve(name("private/base"), "1"))?.digest).toBe(index.digest);
  });

  test("a token that does not open the repository, and a login that buys none, are refusals", async () => {
    await expect(open(nobody).resolve(name("private/base"), "1")).rejects.toMatchObject({
      code: "registry-denied",
      message: expect.stringMatching(
        /it answered 401, and there is no login for it in .*; log in with: docker login 127/,
      ) as string,
    });
    await expect(
      open(configure({ auths: { [server.host]: { identitytoken: "old" } } })).resolve(name("private/base"), "1"),
    ).rejects.toMatchObject({
      code: "registry-denied",
      message: expect.stringMatching(
        /^Cannot get a token for .*private\/base:1 from 127\.0\.0\.1:\d+: it answered 401 \(UNAUTHORIZED: wrong password\)/,
      ) as string,
    });
  });
});
