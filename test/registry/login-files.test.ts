/** Logins where podman, skopeo and docker leave them: the files that the real programs write, in the order in which they read them. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createLoginFinder } from "../../src/registry/find-login.js";
import { createRegistrySource } from "../../src/registry/registry-source.js";
import { hasTool } from "../support/image-disk.js";
import {
  buildSingle,
  hasRegistry,
  htpasswd,
  startRegistry,
  temporaryFolder,
  WITHOUT_REGISTRY,
  type RegistryServer,
} from "../support/registry-server.js";

const LOGIN = { user: "ada", password: "pass:word ü" };
type Environment = Readonly<Record<string, string>>;

function write(path: string, content: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(content));
}

const auth = (user: string): { auth: string } => ({ auth: Buffer.from(`${user}:p`).toString("base64") });

async function findUser(environment: Environment, host: string, repository: string): Promise<string | undefined> {
  const found = await createLoginFinder(environment)({ host, repository });
  return found !== undefined && "username" in found.login ? found.login.username : undefined;
}

/** Whose login skopeo takes for a host, or a repository of it. */
function askSkopeo(environment: Environment, name: string): string | undefined {
  const { status, stdout } = spawnSync("skopeo", ["login", "--get-login", name], {
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    encoding: "utf8",
  });
  return status === 0 ? stdout.trim() : undefined;
}

describe.skipIf(!hasRegistry)(`against a registry with htpasswd${WITHOUT_REGISTRY}`, () => {
  let server: RegistryServer;
  let digest = "";
  beforeAll(async () => {
    server = await startRegistry(htpasswd(LOGIN), LOGIN);
    const image = await buildSingle("s", "one");
    digest = image.digest;
    for (const name of ["team/base", "other/base"]) await server.push(image.layout, "s", `${name}:1`);
  });

  /** What a program's `login` writes, in an environment of its own. */
  function login(program: string, environment: Environment, args: readonly string[]): void {
    const words = ["login", "--tls-verify=false", "--username", LOGIN.user, "--password-stdin", ...args];
    const { status, stderr } = spawnSync(program, words, {
      env: { PATH: process.env["PATH"] ?? "", ...environment },
      input: LOGIN.password,
      encoding: "utf8",
    });
    expect([status, stderr.replaceAll(/time=.*level=warning.*\n/g, "")]).toEqual([0, ""]);
  }

  async function resolve(environment: Environment, repository = "team/base"): Promise<string | undefined> {
    const source = createRegistrySource({ environment, insecure: true, patience: { attempts: 1 } });
    return (await source.resolve({ registry: server.host, repository }, "1"))?.digest;
  }

  const programs = ["skopeo", "podman", "buildah"].filter((program) => hasTool(program));
  test.each(programs)(
    "what %s login writes opens it: in its own place, and where REGISTRY_AUTH_FILE says",
    async (program) => {
      const home = temporaryFolder();
      const own = { HOME: home, XDG_RUNTIME_DIR: join(home, "run") };
      mkdirSync(own.XDG_RUNTIME_DIR);
      login(program, own, [server.host]);
      expect(existsSync(join(home, "run/containers/auth.json"))).toBe(true);
      expect(await resolve(own)).toBe(digest);

      const named = { HOME: temporaryFolder(), REGISTRY_AUTH_FILE: join(home, "named.json") };
      login(program, named, ["--authfile", named.REGISTRY_AUTH_FILE, server.host]);
      expect(await resolve(named)).toBe(digest);
      await expect(resolve({ HOME: named.HOME })).rejects.toMatchObject({ code: "registry-denied" });
    },
  );

  test("a login for some of its repositories opens those, and is not shown for others", async () => {
    const environment = { HOME: temporaryFolder(), REGISTRY_AUTH_FILE: join(temporaryFolder(), "auth.json") };
    login("skopeo", environment, ["--authfile", environment.REGISTRY_AUTH_FILE, `${server.host}/team`]);
    expect(
      Object.keys((JSON.parse(readFileSync(environment.REGISTRY_AUTH_FILE, "utf8")) as { auths: object }).auths),
    ).toEqual([`${server.host}/team`]);
    expect(await resolve(environment)).toBe(digest);
    await expect(resolve(environment, "other/base")).rejects.toMatchObject({
      code: "registry-denied",
      message: expect.stringContaining(
        `and there is no login for it in ${environment.REGISTRY_AUTH_FILE}, ${environment.HOME}/.config/containers/auth.json, ${environment.HOME}/.docker/config.json or ${environment.HOME}/.dockercfg; log in with: docker login ${server.host}`,
      ) as string,
    });
  });

  test("a wrong login is told with the file that it is from", async () => {
    const environment = { HOME: temporaryFolder() };
    const path = join(environment.HOME, ".config/containers/auth.json");
    write(path, { auths: { [server.host]: auth("eve") } });
    await expect(resolve(environment)).rejects.toMatchObject({
      message: expect.stringContaining(`with the login of eve in ${path};`) as string,
    });
  });
});

describe.skipIf(!hasTool("skopeo"))("as skopeo reads them (skipped where it is not installed)", () => {
  /** Every file that may have a login, each with another one. */
  const FILES: Readonly<Record<string, readonly [string, string]>> = {
    named: ["REGISTRY_AUTH_FILE", "named.json"],
    docker: ["DOCKER_CONFIG", "docker/config.json"],
    runtime: ["XDG_RUNTIME_DIR", "run/containers/auth.json"],
    config: ["XDG_CONFIG_HOME", "config/containers/auth.json"],
    home: ["HOME", "home/.docker/config.json"],
  };
  const sets = Array.from({ length: 32 }, (_, bits) => Object.keys(FILES).filter((__, bit) => (bits >> bit) % 2 === 1));

  test("the first file with a login counts: every set of variables, with a login in each file or in the last alone", async () => {
    let compared = 0;
    for (const names of sets) {
      for (const withLogin of [names, names.slice(-1)]) {
        const folder = temporaryFolder();
        mkdirSync(join(folder, "run"));
        const environment: Record<string, string> = {
          HOME: join(folder, "home"),
          XDG_RUNTIME_DIR: join(folder, "run"),
        };
        for (const name of names) {
          const [variable, path] = FILES[name] ?? ["", ""];
          write(join(folder, path), { auths: { [withLogin.includes(name) ? "h.example" : "o.example"]: auth(name) } });
          const depth = name === "named" ? "" : name === "runtime" || name === "config" ? "/../.." : "/..";
          if (name !== "home") environment[variable] = join(folder, `${path}${depth}`);
        }
        const expected = askSkopeo(environment, "h.example");
        expect(await findUser(environment, "h.example", "a/b"), names.join(" ")).toBe(expected);
        if (expected !== undefined) compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(50);
  });

  test.each([
    ["h.example/team/app", "of the repository"],
    ["h.example/team/app/tool", "of the repository"],
    ["h.example/team/other", "of the team"],
    ["h.example/teams", "of the host"],
    ["h.example/a/b", "of the host"],
  ])("the longest path counts: %s", async (name, expected) => {
    const environment = { HOME: temporaryFolder(), REGISTRY_AUTH_FILE: join(temporaryFolder(), "auth.json") };
    write(environment.REGISTRY_AUTH_FILE, {
      auths: {
        "h.example/team": auth("of the team"),
        "https://h.example/v1/": auth("of the host"),
        "h.example/team/app": auth("of the repository"),
      },
    });
    expect(askSkopeo(environment, name)).toBe(expected);
    const [host = "", ...path] = name.split("/");
    expect(await findUser(environment, host, path.join("/"))).toBe(expected);
  });
});

describe("names that files have for a host", () => {
  test.each([
    ["its own", "h.example", "h.example"],
    ["in capitals", "H.Example", "h.example"],
    ["with a scheme and a path", "https://h.example/v2/", "h.example"],
    ["as docker has written it", "h.example/v1/", "h.example"],
    ["Docker's hub", "https://index.docker.io/v1/", "registry-1.docker.io"],
    ["Docker's hub, by podman", "docker.io", "registry-1.docker.io"],
    ["a namespace of it", "docker.io/team", "registry-1.docker.io"],
  ])("%s", async (_, key, host) => {
    const environment = { HOME: temporaryFolder(), DOCKER_CONFIG: temporaryFolder() };
    write(join(environment.DOCKER_CONFIG, "config.json"), { auths: { [key]: auth("ada") } });
    expect(await findUser(environment, host, "team/app")).toBe("ada");
    expect(await findUser(environment, "other.example", "team/app")).toBeUndefined();
  });

  const HUB = "https://index.docker.io/v1/";
  const TOKENS = { [`${HUB}access-token`]: auth("access"), [`${HUB}refresh-token`]: auth("refresh") };
  const LOGIN_OF_HUB = { [HUB]: auth("ada") };
  test.each<readonly [string, object, string | undefined]>([
    ["before the login", { ...TOKENS, ...LOGIN_OF_HUB }, "ada"],
    ["behind it", { ...LOGIN_OF_HUB, ...TOKENS }, "ada"],
    ["by themselves", TOKENS, undefined],
  ])("the tokens that a login to Docker's hub in a browser leaves are none: %s", async (_, auths, user) => {
    const environment = { HOME: temporaryFolder(), DOCKER_CONFIG: temporaryFolder() };
    write(join(environment.DOCKER_CONFIG, "config.json"), { auths });
    expect(await findUser(environment, "registry-1.docker.io", "team/app")).toBe(user);
  });

  test.each<readonly [string, readonly string[], string, string]>([
    ["of the hub the one that docker writes", [`${HUB}x`, HUB, "http://index.docker.io"], "registry-1.docker.io", HUB],
    ["of others the plain name", ["https://h.example", "h.example", "http://h.example/v1/"], "h.example", "h.example"],
    ["else the first", ["https://h.example", "http://h.example/v1/"], "h.example", "https://h.example"],
  ])("of several names for one host: %s", async (_, keys, host, expected) => {
    const environment = { HOME: temporaryFolder(), DOCKER_CONFIG: temporaryFolder() };
    const auths = Object.fromEntries(keys.map((key) => [key, auth(key.replaceAll(":", "_"))]));
    write(join(environment.DOCKER_CONFIG, "config.json"), { auths });
    expect(await findUser(environment, host, "team/app")).toBe(expected.replaceAll(":", "_"));
  });

  test("a bare list of them, .dockercfg, is the last that is read", async () => {
    const environment = { HOME: temporaryFolder() };
    write(join(environment.HOME, ".dockercfg"), { "h.example": auth("old") });
    expect(await findUser(environment, "h.example", "a")).toBe("old");
    write(join(environment.HOME, ".docker/config.json"), { auths: { "h.example": auth("new") } });
    expect(await findUser(environment, "h.example", "a")).toBe("new");
  });
});

const canChange = process.getuid?.() === 0 && hasTool("setpriv");
test.skipIf(!canChange)(
  `who runs it under a number without a name has the files that variables name${canChange ? "" : " (skipped: root can take a number)"}`,
  () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    write(join(folder, "auth.json"), { auths: { "h.example": auth("ada") } });
    const module = new URL("../../build/registry/find-login.js", import.meta.url).href;
    const script = `import { createLoginFinder } from ${JSON.stringify(module)};
      for (const environment of [{}, { REGISTRY_AUTH_FILE: ${JSON.stringify(join(folder, "auth.json"))} }])
        console.log((await createLoginFinder(environment)({ host: "h.example", repository: "a" }))?.login.username ?? "nobody");`;
    const node = [process.execPath, "--input-type=module", "-e", script];
    const { stdout, stderr } = spawnSync("setpriv", ["--reuid=54321", "--clear-groups", "env", "-i", ...node], {
      encoding: "utf8",
    });
    expect([stdout, stderr]).toEqual(["nobody\nada\n", ""]);
  },
);

test("each file is read once, and each helper asked once about a host", async () => {
  const folder = temporaryFolder();
  const asked = join(folder, "asked");
  write(join(folder, "config.json"), { credHelpers: { "h.example": "x" } });
  writeFileSync(
    join(folder, "docker-credential-x"),
    `#!/bin/sh\necho asked >>${asked}\nprintf '{"Username":"ada","Secret":"s"}'\n`,
    { mode: 0o755 },
  );
  const find = createLoginFinder({ HOME: folder, DOCKER_CONFIG: folder, PATH: `${folder}:/usr/bin:/bin` });
  for (const repository of ["a", "b", "a"])
    expect((await find({ host: "h.example", repository }))?.path).toBe(join(folder, "config.json"));
  expect(readFileSync(asked, "utf8")).toBe("asked\n");
});
