/** The proxy variables: who is asked through which proxy, and that requests really go through it. */
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { findProxy } from "../../src/registry/proxy.js";
import { sendRequest } from "../../src/registry/transport.js";
import { makeCertificate, type Certificate } from "../support/certificate.js";
import { startProxy } from "../support/proxy-server.js";
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
  for (const text of ["socks5://ada:secret@proxy.invalid", "http://", "http://a%zz:secret@h", "http://a:secret%@h"]) {
    expect(() => findProxy(new URL("https://r.invalid/"), { HTTPS_PROXY: text })).toThrow(
      /^Cannot use the proxy that HTTPS_PROXY names: expected http:\/\/(?!.*secret)(?=.*%25)/,
    );
  }
});

const options = { timeout: 3000, limit: 1000 };
const LOGIN = `Basic ${Buffer.from("ada:p@ss").toString("base64")}`;

test("plain HTTP is asked of the proxy with the whole URL", async () => {
  const { url, asked } = await startProxy(1);
  const request = { method: "GET", url: new URL("http://r.invalid/v2/?a=1"), headers: { authorization: "x" } } as const;
  const answer = await sendRequest(request, { ...options, environment: { HTTP_PROXY: url } });
  expect(answer).toMatchObject({ status: 200, body: Buffer.from("from the proxy") });
  expect(asked).toEqual([`GET http://r.invalid/v2/?a=1 ${LOGIN} x`]);
});

/** A registry on a port of this machine; what it is asked is kept. */
async function startTlsRegistry(
  tls: Certificate["tls"],
): Promise<{ readonly port: number; readonly asked: string[]; readonly names: string[] }> {
  const [asked, names]: string[][] = [[], []];
  const server = createTlsServer(tls, ({ url = "", headers }, response) => {
    asked?.push(`${url} ${headers.authorization ?? "-"}`);
    response.end("from the registry");
  });
  server.on("secureConnection", ({ servername }) => void names?.push(servername || "-"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(server);
  return { port: (server.address() as AddressInfo).port, asked: asked ?? [], names: names ?? [] };
}

/** What comes of each URL where these authorities are trusted: Node takes them at its start alone. */
async function sendTrusting(
  authorities: readonly Certificate[],
  urls: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const file = join(temporaryFolder(), "authorities");
  writeFileSync(file, authorities.map(({ tls }) => tls.cert.toString()).join(""));
  const script = `import { sendRequest } from ${JSON.stringify(new URL("../../build/registry/transport.js", import.meta.url).href)};
    for (const url of ${JSON.stringify(urls)}) {
      const request = { method: "GET", url: new URL(url), headers: { authorization: "x" } };
      const answer = await sendRequest(request, { timeout: 3000, limit: 1000, environment: ${JSON.stringify(environment)} });
      console.log(answer.failure ?? [answer.status, String(answer.body)].join(" "));
    }
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: file },
  });
  return stdout.trimEnd().split("\n");
}

const UNTRUSTED =
  "its certificate is not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT); NODE_EXTRA_CA_CERTS names a file with your site's own authority";

test("TLS goes through a tunnel, is checked against the registry's name, and the proxy never sees the login", async () => {
  const certificate = makeCertificate("DNS:r.invalid");
  const registry = await startTlsRegistry(certificate.tls);
  const { url, asked } = await startProxy(registry.port);
  const environment = { HTTPS_PROXY: url };
  const request = { method: "GET", url: new URL("https://r.invalid/v2/"), headers: { authorization: "x" } } as const;
  expect(await sendRequest(request, { ...options, environment })).toEqual({ failure: UNTRUSTED, isLasting: true });
  expect(asked).toEqual([`CONNECT r.invalid:443 ${LOGIN} -`]);
  expect(await sendTrusting([certificate], ["https://r.invalid/v2/"], environment)).toEqual(["200 from the registry"]);
  expect(registry.names).toContain("r.invalid");
});

test("who looks into tunnels with a certificate of the proxy's own name is sent nothing, whatever the registry is called", async () => {
  const certificate = makeCertificate("DNS:localhost");
  const registry = await startTlsRegistry(certificate.tls);
  const { url, asked } = await startProxy(registry.port);
  const environment = { HTTPS_PROXY: url.replace("127.0.0.1", "localhost") };
  const urls = ["https://10.1.2.3:5000/v2/", "https://[fd00::1]:5000/v2/", "https://r.invalid/v2/"];
  expect(await sendTrusting([certificate], urls, environment)).toEqual(
    urls.map(() => "its certificate is for another host"),
  );
  expect(asked).toHaveLength(3);
  expect(registry.asked).toEqual([]);
});

test("a registry that is an address is known by the address in its certificate, and is told no name", async () => {
  const certificate = makeCertificate("IP:10.1.2.3,IP:fd00::1");
  const registry = await startTlsRegistry(certificate.tls);
  const { url } = await startProxy(registry.port);
  const urls = ["https://10.1.2.3:5000/v2/", "https://[fd00::1]:5000/v2/"];
  expect(await sendTrusting([certificate], urls, { HTTPS_PROXY: url })).toEqual(
    urls.map(() => "200 from the registry"),
  );
  expect(registry.names).toEqual(["-", "-"]);
});

test("a proxy that is spoken to with TLS itself: a tunnel for TLS, the whole URL for plain HTTP, and its certificate is checked", async () => {
  const [ofRegistry, ofProxy] = [makeCertificate("DNS:r.invalid"), makeCertificate("IP:127.0.0.1")];
  const registry = await startTlsRegistry(ofRegistry.tls);
  const { url, asked } = await startProxy(registry.port, ofProxy.tls);
  expect(url).toMatch(/^https:/);
  const environment = { HTTPS_PROXY: url, HTTP_PROXY: url };
  const request = { method: "GET", url: new URL("https://r.invalid/v2/"), headers: { authorization: "x" } } as const;
  const { host } = new URL(url);
  expect(await sendRequest(request, { ...options, environment })).toEqual({
    failure: `the proxy ${host} cannot be used: ${UNTRUSTED}`,
    isLasting: true,
  });
  expect(asked).toEqual([]);
  const urls = ["https://r.invalid/v2/", "http://r.invalid/v2/?a=1"];
  expect(await sendTrusting([ofRegistry, ofProxy], urls, environment)).toEqual([
    "200 from the registry",
    "200 from the proxy",
  ]);
  expect(asked).toEqual([`CONNECT r.invalid:443 ${LOGIN} -`, `GET http://r.invalid/v2/?a=1 ${LOGIN} x`]);
});

test("a proxy that is spoken to with TLS itself is not believed with the registry's certificate", async () => {
  const certificate = makeCertificate("DNS:r.invalid");
  const { url, asked } = await startProxy(1, certificate.tls);
  const urls = ["https://r.invalid/v2/", "http://r.invalid/v2/"];
  const answers = await sendTrusting([certificate], urls, { HTTPS_PROXY: url, HTTP_PROXY: url });
  for (const answer of answers) expect(answer).toMatch(/its certificate is for another host$/);
  expect(asked).toEqual([]);
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
