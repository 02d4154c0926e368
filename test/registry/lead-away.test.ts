/** Where a registry behind a certificate leads with a redirect or a token server: not to plain HTTP on this machine. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeCertificate } from "../support/certificate.js";
import { startHostileServer, type HostileServer } from "../support/hostile-server.js";
import { startProxy } from "../support/proxy-server.js";
import { temporaryFolder } from "../support/registry-server.js";

/** No name of this machine, which is asked over plain HTTP; a proxy leads to it. */
const HOST = "r.invalid";
const certificate = makeCertificate(`DNS:${HOST}`);
let answer: (login: string | undefined, response: ServerResponse) => void = (_login, response) => response.end();
const registry = createServer(certificate.tls, (request, response) => answer(request.headers.authorization, response));
const MODULE = new URL("../../build/registry/registry-source.js", import.meta.url).href;
const home = temporaryFolder();
let plain: HostileServer;
let proxy = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  proxy = (await startProxy((registry.address() as AddressInfo).port)).url;
  plain = await startHostileServer((_seen, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end('{"tags":["found"],"token":"t"}'),
  );
  const login = { username: "ada", password: "secret" };
  writeFileSync(join(home, "config.json"), JSON.stringify({ auths: { [HOST]: login } }));
});
beforeEach(() => {
  plain.seen.length = 0;
});
afterAll(() => {
  registry.close();
  registry.closeAllConnections();
});

/** What comes of asking for tags, where the registry's certificate is trusted: Node takes authorities at its start alone. */
async function listTags(insecureHosts: readonly string[]): Promise<string> {
  const environment = { HOME: home, DOCKER_CONFIG: home, HTTPS_PROXY: proxy };
  const options = { environment, patience: { attempts: 1 }, insecure: true, insecureHosts };
  const script = `import { createRegistrySource } from ${JSON.stringify(MODULE)};
    const source = createRegistrySource(${JSON.stringify(options)});
    const tags = source.listTags({ registry: ${JSON.stringify(HOST)}, repository: "base" });
    console.log(await tags.then(String, ({ message }) => message));
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate.path },
  });
  return stdout.trim();
}

const redirect: typeof answer = (_login, response) =>
  response.writeHead(302, { location: `http://${plain.host}/tags` }).end();
/** The token of the plain server opens it. */
const sell: typeof answer = (login, response) => {
  if (login === "Bearer t") response.end('{"tags":["found"]}');
  else response.writeHead(401, { "www-authenticate": `Bearer realm="http://${plain.host}/token"` }).end();
};

test("a redirect to it is not followed", async () => {
  answer = redirect;
  expect(await listTags([])).toBe(
    `Cannot get the tags of ${HOST}/base from ${HOST}: it redirects to http://${plain.host}, where https:// was expected`,
  );
  expect(plain.seen).toEqual([]);
});

test("a token server there is told no login", async () => {
  answer = sell;
  expect(await listTags([])).toBe(
    `Cannot get the tags of ${HOST}/base from ${HOST}: its token server is no https:// URL`,
  );
  expect(plain.seen).toEqual([]);
});

test("where that host is named for plain HTTP, it is followed, and a token server is told the login", async () => {
  answer = redirect;
  expect(await listTags([plain.host])).toBe("found");
  answer = sell;
  expect(await listTags([plain.host])).toBe("found");
  expect(plain.seen.map(({ url, headers }) => [url.replace(/\?.*/, ""), headers.authorization])).toEqual([
    ["/tags", undefined],
    ["/token", `Basic ${Buffer.from("ada:secret").toString("base64")}`],
  ]);
});
