/** The proxy variables: who is asked through which proxy, and that requests really go through it. */
import { execFile } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { findProxy } from "../../src/registry/proxy.js";
import { sendRequest } from "../../src/registry/transport.js";
import { run } from "../support/image-disk.js";
import { temporaryFolder } from "../support/registry-server.js";

const closing: { close(): void; closeAllConnections?(): void }[] = [];
afterAll(() => {
  for (const server of closing) {
    server.closeAllConnections?.();
    server.close();
  }
});

const P = "http://proxy.invalid:3128";
test.each<readonly [string, Readonly<Record<string, string>>, string | undefined]>([
  ["https://r.invalid/", { HTTPS_PROXY: P }, "http://proxy.invalid:3128/"],
  ["https://r.invalid/", { https_proxy: "proxy.invalid:3128" }, "http://proxy.invalid:3128/"],
  ["https://r.invalid/", { https_proxy: "http://a.invalid", HTTPS_PROXY: P }, "http://a.invalid/"],
  ["https://r.invalid/", { HTTP_PROXY: P }, undefined],
  ["http://r.invalid/", { HTTP_PROXY: P }, "http://proxy.invalid:3128/"],
  ["https://r.invalid/", { ALL_PROXY: P }, "http://proxy.invalid:3128/"],
  ["https://r.invalid/", { HTTPS_PROXY: "" }, undefined],
  ["https://localhost/", { HTTPS_PROXY: P }, undefined],
  ["https://127.1.2.3/", { HTTPS_PROXY: P }, undefined],
  ["https://[::1]/", { HTTPS_PROXY: P }, undefined],
  ["https://r.invalid/", { HTTPS_PROXY: P, NO_PROXY: "*" }, undefined],
  ["https://r.invalid/", { HTTPS_PROXY: P, NO_PROXY: "x, R.Invalid" }, undefined],
  ["https://a.r.invalid/", { HTTPS_PROXY: P, no_proxy: "r.invalid" }, undefined],
  ["https://a.r.invalid/", { HTTPS_PROXY: P, no_proxy: ".r.invalid" }, undefined],
  ["https://r.invalid/", { HTTPS_PROXY: P, no_proxy: ".r.invalid" }, "http://proxy.invalid:3128/"],
  ["https://br.invalid/", { HTTPS_PROXY: P, no_proxy: "r.invalid" }, "http://proxy.invalid:3128/"],
  ["https://r.invalid:5000/", { HTTPS_PROXY: P, no_proxy: "r.invalid:5000" }, undefined],
  ["https://r.invalid/", { HTTPS_PROXY: P, no_proxy: "r.invalid:5000" }, "http://proxy.invalid:3128/"],
  ["https://10.1.2.3/", { HTTPS_PROXY: P, no_proxy: "10.0.0.0/8" }, undefined],
  ["https://11.1.2.3/", { HTTPS_PROXY: P, no_proxy: "10.0.0.0/8" }, "http://proxy.invalid:3128/"],
  ["https://[fd00::1]/", { HTTPS_PROXY: P, no_proxy: "fd00::/8" }, undefined],
])("%s with %j is asked through %s", (url, environment, proxy) => {
  expect(findProxy(new URL(url), environment)?.href).toBe(proxy);
});

test("a proxy of another kind is refused, and its password is not repeated", () => {
  for (const text of ["socks5://ada:secret@proxy.invalid", "http://"]) {
    expect(() => findProxy(new URL("https://r.invalid/"), { HTTPS_PROXY: text })).toThrow(
      /^Cannot use the proxy that HTTPS_PROXY names: expected http:\/\/(?!.*secret)/,
    );
  }
});

/** A proxy that leads every name to one port of this machine. @param tls its key and certificate, where it speaks TLS itself */
async function startProxy(
  port: number,
  tls?: { readonly key: Buffer; readonly cert: Buffer },
): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const note = ({ method = "", url = "", headers }: IncomingMessage): void =>
    void asked.push(`${method} ${url} ${headers["proxy-authorization"] ?? "-"} ${headers.authorization ?? "-"}`);
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    note(request);
    response.end("from the proxy");
  };
  const proxy = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  proxy.on("connect", (request, socket) => {
    note(request);
    const upstream = connect(port, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    upstream.pipe(socket).pipe(upstream);
    for (const one of [socket, upstream]) one.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  closing.push(proxy);
  return {
    url: `${tls === undefined ? "http" : "https"}://ada:p%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    asked,
  };
}

const options = { timeout: 3000, limit: 1000 };
const LOGIN = `Basic ${Buffer.from("ada:p@ss").toString("base64")}`;

test("plain HTTP is asked of the proxy with the whole URL", async () => {
  const { url, asked } = await startProxy(1);
  const request = { method: "GET", url: new URL("http://r.invalid/v2/?a=1"), headers: { authorization: "x" } } as const;
  const answer = await sendRequest(request, { ...options, environment: { HTTP_PROXY: url } });
  expect(answer).toMatchObject({ status: 200, body: Buffer.from("from the proxy") });
  expect(asked).toEqual([`GET http://r.invalid/v2/?a=1 ${LOGIN} x`]);
});

test("TLS goes through a tunnel, is checked against the registry's name, and the proxy never sees the login", async () => {
  const folder = temporaryFolder();
  const files = ["-keyout", join(folder, "key"), "-out", join(folder, "cert")];
  run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=r.invalid", "-days", "2", ...files]);
  const names: string[] = [];
  const server = createTlsServer({
    key: readFileSync(join(folder, "key")),
    cert: readFileSync(join(folder, "cert")),
    SNICallback: (name, done) => {
      names.push(name);
      done(null);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(server);
  const { url, asked } = await startProxy((server.address() as AddressInfo).port);
  const request = { method: "GET", url: new URL("https://r.invalid/v2/"), headers: { authorization: "x" } } as const;
  const answer = await sendRequest(request, { ...options, environment: { HTTPS_PROXY: url } });
  expect(answer).toEqual({
    failure:
      "its certificate is not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT); NODE_EXTRA_CA_CERTS names a file with your site's own authority",
    isLasting: true,
  });
  expect(asked).toEqual([`CONNECT r.invalid:443 ${LOGIN} -`]);
  expect(names).toEqual(["r.invalid"]);
  // With that authority, which Node takes at its start alone, there is an answer.
  const script = `import { sendRequest } from ${JSON.stringify(new URL("../../build/registry/transport.js", import.meta.url).href)};
    const answer = await sendRequest({ method: "GET", url: new URL("https://r.invalid/v2/"), headers: {} }, { timeout: 3000, limit: 1000, environment: { HTTPS_PROXY: ${JSON.stringify(url)} } });
    console.log(answer.status ?? answer.failure, String(answer.body));`;
  server.on("request", (_request, response) => response.end("from the registry"));
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, "cert") },
  });
  expect(stdout.trim()).toBe("200 from the registry");
});

test("a proxy that is spoken to with TLS itself: a tunnel for TLS, the whole URL for plain HTTP, and its certificate is checked", async () => {
  const folder = temporaryFolder();
  const [key, cert] = [join(folder, "key"), join(folder, "cert")];
  const names = ["-subj", "/CN=test", "-addext", "subjectAltName=DNS:r.invalid,IP:127.0.0.1", "-days", "2"];
  run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...names, "-keyout", key, "-out", cert]);
  const tls = { key: readFileSync(key), cert: readFileSync(cert) };
  const registry = createTlsServer(tls, (_request, response) => response.end("from the registry"));
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  closing.push(registry);
  const { url, asked } = await startProxy((registry.address() as AddressInfo).port, tls);
  expect(url).toMatch(/^https:/);
  const environment = { HTTPS_PROXY: url, HTTP_PROXY: url };
  const request = { method: "GET", url: new URL("https://r.invalid/v2/"), headers: { authorization: "x" } } as const;
  const host = new URL(url).host;
  expect(await sendRequest(request, { ...options, environment })).toEqual({
    failure: `the proxy ${host} cannot be used: its certificate is not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT); NODE_EXTRA_CA_CERTS names a file with your site's own authority`,
    isLasting: true,
  });
  expect(asked).toEqual([]);
  const script = `import { sendRequest } from ${JSON.stringify(new URL("../../build/registry/transport.js", import.meta.url).href)};
    for (const url of ["https://r.invalid/v2/", "http://r.invalid/v2/?a=1"]) {
      const request = { method: "GET", url: new URL(url), headers: { authorization: "x" } };
      const answer = await sendRequest(request, { timeout: 3000, limit: 1000, environment: ${JSON.stringify(environment)} });
      console.log(answer.status ?? answer.failure, String(answer.body));
    }
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: cert },
  });
  expect(stdout).toBe("200 from the registry\n200 from the proxy\n");
  expect(asked).toEqual([`CONNECT r.invalid:443 ${LOGIN} -`, `GET http://r.invalid/v2/?a=1 ${LOGIN} x`]);
});

test("a proxy that refuses, and one that is not there, are named", async () => {
  const server = createServer();
  server.on("connect", (_request, socket) => socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(server);
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const request = { method: "GET", url: new URL("https://r.invalid/v2/"), headers: {} } as const;
  expect(await sendRequest(request, { ...options, environment: { HTTPS_PROXY: `http://${host}` } })).toEqual({
    failure: `the proxy ${host} answered 407`,
    isLasting: true,
  });
  expect(await sendRequest(request, { ...options, environment: { HTTPS_PROXY: "http://127.0.0.1:1" } })).toEqual({
    failure: "the proxy 127.0.0.1:1 cannot be used: connection refused",
    isLasting: false,
  });
});
