/**
 * The one door to the client package: one connection, which is not made again once it is lost, and commands whose replies are bytes.
 * What the server says in an error is never passed on, since it may repeat what it was sent: `ERR unknown command 'AUTH', with args
 * beginning with: 'secret'`. Its first word, the code, is.
 */
import { createClient, ErrorReply, RESP_TYPES } from "@redis/client";
import type { RedisAddress } from "./cache-place.js";

export type RedisReply = Buffer | string | number | null | readonly RedisReply[];

export interface RedisClient {
  /** Until then nothing can be sent. @throws as `send` */
  readonly connected: Promise<unknown>;
  /** @throws RefusedCommand, or the client's or the system's error where the connection is lost */
  send(words: readonly (string | Buffer)[]): Promise<RedisReply>;
  close(): void;
}

/** The server's answer is that it will not. */
export class RefusedCommand extends Error {
  override readonly name = "RefusedCommand";
  /** of the server's error: "NOAUTH", "OOM", "READONLY" */
  readonly code: string;

  constructor(code: string) {
    super("the server refused a command");
    this.code = code;
  }
}

/** A connection that does not keep the process from ending. */
export function openRedis(address: RedisAddress, password: string | undefined): RedisClient {
  const { host, port, isTls, database, user } = address;
  const client = createClient({
    // A protocol that every server speaks: Valkey, KeyDB and Redis of any age.
    RESP: 2,
    socket: { host, port, ...(isTls ? { tls: true } : {}), reconnectStrategy: false },
    database,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    disableOfflineQueue: true,
    // Not asked for what else the server is, nor sent to another one by it.
    disableClientInfo: true,
    maintNotifications: "disabled",
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
  // Whoever waits for an answer hears of it there.
  client.on("error", () => undefined);
  client.unref();
  const send = (words: readonly (string | Buffer)[]): Promise<RedisReply> =>
    client.sendCommand<RedisReply>(words).catch(rethrow);
  return {
    // The system of a server that hangs still takes connections. One that does not let this user ask is there.
    connected: client.connect().then(() => send(["PING"]).catch(unlessForbidden), rethrow),
    send,
    close: () => {
      if (client.isOpen) client.destroy();
    },
  };
}

function rethrow(error: unknown): never {
  throw error instanceof ErrorReply ? new RefusedCommand(/^[A-Z]+(?= |$)/.exec(error.message)?.[0] ?? "ERR") : error;
}

function unlessForbidden(error: unknown): void {
  if (!(error instanceof RefusedCommand && error.code === "NOPERM")) throw error;
}
