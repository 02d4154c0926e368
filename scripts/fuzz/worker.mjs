/**
 * Damages and reads, one mutation after the other. What it is at stands in shared memory, so that whoever waits can tell a long run
 * from a hang.
 */
import { parentPort, workerData } from "node:worker_threads";
import { readHost } from "../../build/index.js";
import { createRandom } from "../random.mjs";
import { READERS } from "./readers.mjs";

const { samples, profile, folder, seed, progress } = workerData;
const current = new Int32Array(progress);
const context = { host: await readHost(profile), folder };

/** The damaged input of one mutation: a matter of its number alone. */
function damage(reader, number) {
  const random = createRandom(`${seed} ${reader} ${number}`);
  const all = READERS[reader].samples(samples);
  return READERS[reader].mutate(revive(random.pick(all)), random);
}

/** Buffers come as plain bytes from another thread. */
function revive(sample) {
  return typeof sample === "string" ? sample : Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength);
}

parentPort.on("message", async ({ reader, from, to }) => {
  const outcome = { reader, read: 0, refused: 0, slowest: 0, slowestNumber: from, crashes: [] };
  for (let number = from; number < to; number += 1) {
    Atomics.store(current, 0, number);
    Atomics.add(current, 1, 1);
    const input = damage(reader, number);
    const start = process.cpuUsage();
    try {
      await READERS[reader].read(input, context);
      outcome.read += 1;
    } catch (error) {
      if (error?.name === "ContainerspecError" && error.code !== "internal") outcome.refused += 1;
      else outcome.crashes.push({ number, error: String(error?.stack ?? error) });
    }
    const { user, system } = process.cpuUsage(start);
    const took = (user + system) / 1000;
    if (took > outcome.slowest) Object.assign(outcome, { slowest: took, slowestNumber: number });
  }
  Atomics.store(current, 0, -1);
  parentPort.postMessage(outcome);
});
