/**
 * One request and its whole answer, within a time and a size. This is node:http and not fetch: the fetch of Node 20 follows no proxy
 * variables and offers no way to make it (docs/decisions/0023).
 */
import {
  request as requestHttp,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { hostOf, portOf } from "./host-name.js";
import { findProxy, toProxyAuthorization, type Environment } from "./proxy.js";
import { isLasting, toWireReason } from "./wire-reason.js";

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** who answered, after redirects */
  readonly url: URL;
}

/** Why there is no answer: "connection refused". */
export interface WireFailure {
  readonly failure: string;
  /** asking again would not help */
  readonly isLasting: boolean;
  readonly isTooLarge?: boolean;
}

export interface WireOptions {
  readonly environment: Environment;
  /** milliseconds for one request with all of its answer */
  readonly timeout: number;
  /** bytes of an answer */
  readonly limit: number;
}

/** What is kept of an answer that is no success: enough for the reason in it. */
const REFUSAL_BYTES = 64 << 10;

/** Never throws for what the other side does. @throws ContainerspecError usage for a proxy that cannot be used */
export async function sendRequest(request: HttpRequest, options: WireOptions): Promise<HttpAnswer | WireFailure> {
  const proxy = findProxy(request.url, options.environment);
  return new Promise((resolve) => {
    const open: { destroy(): void }[] = [];
    const finish = (outcome: HttpAnswer | WireFailure): void => {
      clearTimeout(timer);
      resolve(outcome);
      if ("failure" in outcome) for (const one of open) one.destroy();
    };
    const timer = setTimeout(
      () => finish({ failure: `no whole answer within ${options.timeout / 1000} s`, isLasting: false }),
      options.timeout,
    );
    const fail = (error: unknown): void => finish({ failure: toWireReason(error), isLasting: isLasting(error) });
    const start = (settings: RequestOptions, isTls: boolean): void => {
      const outgoing = (isTls ? requestHttps : requestHttp)(settings);
      open.push(outgoing);
      outgoing.on("error", fail);
      outgoing.on("response", (incoming) => collectBody(incoming, request, options.limit, finish));
      outgoing.end(request.body);
    };
    const plain = toSettings(request);
    const isTls = request.url.protocol === "https:";
    if (proxy === undefined) start(plain, isTls);
    else if (!isTls) {
      // RFC 9112, 3.2.2: a proxy is told the whole URL.
      const headers = { ...request.headers, host: request.url.host, ...toProxyAuthorization(proxy) };
      start(
        { ...toSettings({ ...request, url: proxy, headers }), path: request.url.href },
        proxy.protocol === "https:",
      );
    } else {
      const tunnel = openTunnel(request.url, proxy, finish, (socket) =>
        start({ ...plain, createConnection: () => connectTls({ socket, ...toPeer(request.url) }) }, true),
      );
      tunnel.on("error", (error) =>
        finish({
          failure: `the proxy ${proxy.host} cannot be used: ${toWireReason(error)}`,
          isLasting: isLasting(error),
        }),
      );
      open.push(tunnel);
    }
  });
}

/** A way through a proxy to a host that speaks TLS. RFC 9110, 9.3.6, CONNECT. */
function openTunnel(
  url: URL,
  proxy: URL,
  finish: (failure: WireFailure) => void,
  use: (socket: Socket) => void,
): ClientRequest {
  const target = `${url.hostname}:${portOf(url)}`;
  const settings: RequestOptions = {
    ...toPeer(proxy),
    port: portOf(proxy),
    method: "CONNECT",
    path: target,
    agent: false,
    headers: { host: target, ...toProxyAuthorization(proxy) },
  };
  const tunnel = (proxy.protocol === "https:" ? requestHttps : requestHttp)(settings);
  const refuse = ({ statusCode = 0 }: IncomingMessage): void =>
    finish({ failure: `the proxy ${proxy.host} answered ${statusCode}`, isLasting: statusCode < 500 });
  tunnel.on("connect", (answer, socket) => (answer.statusCode === 200 ? use(socket) : refuse(answer)));
  tunnel.on("response", refuse);
  return tunnel.end();
}

function toSettings({ url, method, headers }: HttpRequest): RequestOptions {
  return { ...toPeer(url), port: portOf(url), path: `${url.pathname}${url.search}`, method, headers };
}

/**
 * Whose certificate is wanted. Both are always told: without a host Node checks the certificate against the name that the socket was
 * opened to, which is the proxy's, and without a server name against the Host header, which a proxy is sent with the registry's name.
 */
function toPeer(url: URL): { readonly host: string; readonly servername: string } {
  const host = hostOf(url);
  // RFC 6066, 3: an address is no server name. It is empty, and the certificate is checked against the host.
  return { host, servername: isIP(host) === 0 ? host : "" };
}

function collectBody(
  incoming: IncomingMessage,
  { url }: HttpRequest,
  limit: number,
  finish: (outcome: HttpAnswer | WireFailure) => void,
): void {
  const { statusCode: status = 0, headers } = incoming;
  const isSuccess = status >= 200 && status < 300;
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= (isSuccess ? limit : REFUSAL_BYTES)) chunks.push(chunk);
    else if (isSuccess)
      finish({ failure: `its answer is larger than ${limit} bytes`, isLasting: true, isTooLarge: true });
    else incoming.destroy();
  });
  incoming.on("close", () => {
    if (incoming.complete || (!isSuccess && size > REFUSAL_BYTES))
      finish({ status, headers, body: Buffer.concat(chunks), url });
    else finish({ failure: `its answer broke off after ${size} bytes`, isLasting: false });
  });
  incoming.on("error", () => undefined);
}
