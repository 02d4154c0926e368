/** How long a store is waited for: by the time that this process had to listen. */
import { expect, test } from "vitest";
import { createPatience } from "../../src/cache/patience.js";

const after = (milliseconds: number, answer = "answer"): Promise<string> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds, answer));

function block(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

test("an answer in time is passed on, and a failure as it is", async () => {
  const { wait } = createPatience(10);
  expect(await wait(after(10), 1)).toBe("answer");
  await expect(wait(Promise.reject(new Error("no")), 1)).rejects.toThrow("no");
});

test("one that does not come is given up", async () => {
  const { wait } = createPatience(10);
  await expect(wait(after(60_000), 0.5)).rejects.toThrow("no answer within 0.5 seconds");
});

test("one that came while nobody could listen is not late", async () => {
  const { wait } = createPatience(10);
  const waiting = wait(after(300), 1);
  await after(50);
  for (let round = 0; round < 3; round += 1) {
    block(1000);
    await after(0);
  }
  expect(await waiting).toBe("answer");
});

test("many at once cost the time of one", async () => {
  const { wait } = createPatience(2);
  const answers = await Promise.all(Array.from({ length: 500 }, () => wait(after(700), 5)));
  expect(answers).toHaveLength(500);
});

test("slow ones are too slow together, though none is too late; quick ones are never", async () => {
  const { wait } = createPatience(1);
  for (let index = 0; index < 40; index += 1) await wait(after(10), 5);
  const outcomes: string[] = [];
  for (let index = 0; index < 4; index += 1) outcomes.push(await wait(after(800), 5).catch(String));
  expect(outcomes[0]).toBe("answer");
  expect(outcomes.at(-1)).toBe("StoreError: its answers take too long");
});
