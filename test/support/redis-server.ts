/** A real redis-server on a loopback port, for one test file; and a way to it that stalls, dawdles or counts. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
export const WITHOUT_REDIS = hasRedis ? "" : " (skipped: redis-server is not installed)";

/** What is to be ended with the test file. A hook counts where a file is loaded, and not in a test that runs. */
const running: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const end of running) await end();
});

export interface RedisServer {
  readonly port: number;
  readonly process: ChildProcess;
  /** What redis-cli prints for a command, without colours or quotes. */
  ask(...words: readonly string[]): string;
  /** A value as it is stored, and one put in its place. */
  read(name: string): Buffer;
  write(name: string, value: Uint8Array): void;
  names(): readonly string[];
  /** Ends the server without a word to whoever is connected. */
  kill(): Promise<void>;
}

/** Starts a server which keeps nothing on disk; it is gone when the test file is done. */
export async function startRedis(
  options: readonly string[] = [],
  { port, tls = [] }: { port?: number; tls?: readonly string[] } = {},
): Promise<RedisServer> {
  const at = port ?? (await findPort());
  const folder = mkdtempSync(join(tmpdir(), "containerspec-redis-"));
  const socket = join(folder, "redis.sock");
  const listen = tls.length === 0 ? ["--port", String(at)] : ["--port", "0", "--tls-port", String(at), ...tls];
  const words = [...listen, "--bind", "127.0.0.1", "--unixsocket", socket, "--save", "", "--dir", folder, ...options];
  const server = spawn("redis-server", words, { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const kill = async (): Promise<void> => {
    server.kill("SIGKILL");
    await ended;
  };
  running.push(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  // A socket of its own, which passwords and TLS of the port leave alone in nothing but the latter.
  const cli = (words: readonly string[], input?: Uint8Array): Buffer =>
    execFileSync("redis-cli", ["-s", socket, ...words], {
      ...(input === undefined ? {} : { input }),
      maxBuffer: 2 ** 28,
      stdio: ["pipe", "pipe", "ignore"],
    });
  await waitFor(() => {
    if (server.exitCode !== null) throw new Error(`redis-server ended: ${words.join(" ")}`);
    return spawnSync("redis-cli", ["-s", socket, "ping"]).status === 0;
  });
  return {
    port: at,
    process: server,
    ask: (...question) => cli(question).toString("utf8").trimEnd(),
    read: (name) => cli(["--raw", "GET", name]).subarray(0, -1),
    write: (name, value) => void cli(["-x", "SET", name], value),
    names: () => cli(["--scan"]).toString("utf8").split("\n").filter(Boolean).sort(),
    kill,
  };
}

export interface Proxy {
  readonly port: number;
  /** how many have connected */
  connections: number;
  /** milliseconds that each answer is held back; Infinity: for ever */
  delay: number;
}

/** A way to a server that one can hold up. */
export async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    proxy.connections += 1;
    const upstream = createConnection({ port: target, host: "127.0.0.1" });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    client.on("data", (bytes) => upstream.write(bytes));
    upstream.on("data", (bytes) => {
      if (proxy.delay === 0) client.write(bytes);
      else if (proxy.delay !== Infinity) setTimeout(() => client.write(bytes), proxy.delay);
    });
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: Proxy = { port: (server.address() as AddressInfo).port, connections: 0, delay: 0 };
  running.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return proxy;
}

/** A loopback port where nobody listens now. */
export async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Looks until it is so; a test that waits in vain runs into its own time limit. */
export async function waitFor(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
