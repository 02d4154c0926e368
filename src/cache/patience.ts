/**
 * How long a store is waited for. A cache that costs more time than it saves is none: each answer has a deadline, and what all slow
 * answers together have cost has a limit too. Time is counted in ticks that this process had to itself. While it scans a layer nothing
 * is heard, and an answer that lies there unread is not late.
 */

/** milliseconds */
const TICK = 250;

export interface Patience {
  /** The answer. @throws StoreError where it does not come in time, or where this store was waited for too much before. */
  wait<Answer>(answer: Promise<Answer>, seconds: number): Promise<Answer>;
}

/** What a store does wrong, in words that have no secret in them: "no answer within 2 seconds". */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

interface Waiter {
  ticks: number;
  readonly seconds: number;
  giveUp(reason: StoreError): void;
}

/** @param secondsInAll for answers that take more than a tick, however many are waited for at once */
export function createPatience(secondsInAll: number): Patience {
  const waiters = new Set<Waiter>();
  let left = (secondsInAll * 1000) / TICK;
  let timer: NodeJS.Timeout | undefined;

  function tick(): void {
    for (const waiter of waiters) waiter.ticks += 1;
    // The first tick of a waiter may have been a short one.
    if ([...waiters].some(({ ticks }) => ticks > 1)) left -= 1;
    for (const { ticks, seconds, giveUp } of waiters) {
      if ((ticks - 1) * TICK >= seconds * 1000) giveUp(new StoreError(`no answer within ${seconds} seconds`));
      else if (left < 0) giveUp(new StoreError("its answers take too long"));
    }
  }

  function leave(waiter: Waiter): void {
    waiters.delete(waiter);
    if (waiters.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    async wait(answer, seconds) {
      let waiter: Waiter | undefined;
      const patience = new Promise<never>((_resolve, reject) => {
        waiter = { ticks: 0, seconds, giveUp: reject };
        waiters.add(waiter);
        // This is also what keeps the process from ending while it waits: the connection does not.
        timer ??= setInterval(tick, TICK);
      });
      return Promise.race([answer, patience]).finally(() => {
        if (waiter !== undefined) leave(waiter);
      });
    },
  };
}
