/** A server that answers as a test tells it to, and remembers what it was sent. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface HostileServer {
  /** 127.0.0.1:port */
  readonly host: string;
  readonly seen: Seen[];
  /** may be replaced at any time */
  answer: (request: Seen, response: ServerResponse) => void;
}

const running: (() => void)[] = [];
afterAll(() => {
  for (const end of running) end();
});

export async function startHostileServer(answer: HostileServer["answer"]): Promise<HostileServer> {
  const server = createServer((request, response) => {
    const seen = { method: request.method ?? "", url: request.url ?? "", headers: request.headers };
    hostile.seen.push(seen);
    hostile.answer(seen, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  running.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const hostile: HostileServer = { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen: [], answer };
  return hostile;
}
