/** A proxy of this machine that says what it saw. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { afterAll } from "vitest";

const running: (() => void)[] = [];
afterAll(() => {
  for (const end of running) end();
});

/** A proxy that leads every name to one port of this machine. @param tls its key and certificate, where it speaks TLS itself */
export async function startProxy(
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
  running.push(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return {
    url: `${tls === undefined ? "http" : "https"}://ada:p%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    asked,
  };
}
