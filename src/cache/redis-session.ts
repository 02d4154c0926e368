/**
 * A connection to a shared store, with deadlines. The client is loaded and the server asked for only now; a connection that failed in
 * any way but by the server's own word is closed, and whatever is sent after that fails at once.
 */
import type { RedisAddress } from "./cache-place.js";
import { createPatience } from "./patience.js";
import type { RedisReply } from "./redis-client.js";

/** seconds: name, TCP, TLS and password together */
const TO_CONNECT = 2;
/** seconds: an entry of the largest size, in a network of 100 Mbit/s */
const TO_ANSWER = 5;
/** seconds: all answers that took their time */
const IN_ALL = 10;

export interface RedisSession {
  /** @throws StoreError, RefusedCommand, or an error of the system or of TLS */
  send(...words: readonly (string | Buffer)[]): Promise<RedisReply>;
  /** What nobody waits for, and what may be refused. */
  tell(...words: readonly string[]): void;
  close(): void;
}

/** @throws as `send` */
export async function openSession(address: RedisAddress, password: string | undefined): Promise<RedisSession> {
  const { openRedis, RefusedCommand } = await import("./redis-client.js");
  const patience = createPatience(IN_ALL);
  const { connected, send, close } = openRedis(address, password);

  async function wait<Answer>(answer: Promise<Answer>, seconds: number): Promise<Answer> {
    try {
      return await patience.wait(answer, seconds);
    } catch (error) {
      if (!(error instanceof RefusedCommand)) close();
      throw error;
    }
  }

  await wait(connected, TO_CONNECT);
  return {
    send: (...words) => wait(send(words), TO_ANSWER),
    tell: (...words) => void send(words).catch(() => undefined),
    close,
  };
}
