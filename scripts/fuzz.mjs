/**
 * Damages real files in many ways and reads them, in worker threads, under a time limit:
 *
 *     npm run fuzz                                        200,000 mutations over all readers
 *     npm run fuzz -- --count 2000 --reader elf --seed 7  some of them
 *     npm run fuzz -- --reader tar --seed 1 --number 42   one again: writes its bytes to a file, and shows what becomes of them
 *
 * Each must end in a value or in an error that says what was found. It fails on any other error (a crash), on an input that takes
 * longer than the time limit (a hang), and on one that makes a worker run out of memory. The same seed gives the same inputs, as
 * long as the same tools write the samples. What it finds becomes a test, built by the builders in test/support.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { readHost } from "../build/index.js";
import { READERS } from "./fuzz/readers.mjs";
import { makeSamples } from "./fuzz/samples.mjs";
import { createRandom } from "./random.mjs";

const HANG_MS = 20_000;
const LOOK_MS = 500;
/** What a worker may hold; a reader's own limits keep it far below. */
const HEAP_MB = 1024;
const BATCH = 200;
const PROFILE = join(import.meta.dirname, "../fixtures/sample/host.json");

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "200000" },
    seed: { type: "string", default: "1" },
    reader: { type: "string", multiple: true },
    number: { type: "string" },
    jobs: { type: "string", default: String(availableParallelism()) },
  },
});
const names = values.reader ?? Object.keys(READERS);
const unknown = names.find((name) => !(name in READERS));
if (unknown !== undefined) {
  console.error(`There is no reader ${unknown}: the readers are ${Object.keys(READERS).join(", ")}`);
  process.exit(2);
}
const samples = makeSamples();
const folder = mkdtempSync(join(tmpdir(), "containerspec-fuzz-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
if (values.number === undefined) await fuzz();
else await repeat(names[0], Number(values.number));

async function fuzz() {
  const total = names.reduce((sum, name) => sum + READERS[name].share, 0);
  const queue = names.flatMap((name) => {
    const count = Math.ceil((Number(values.count) * READERS[name].share) / total);
    if (READERS[name].samples(samples).length === 0) {
      console.log(`${name}: passed over, since the tool that writes its samples is not there`);
      return [];
    }
    return Array.from({ length: Math.ceil(count / BATCH) }, (_, batch) => ({
      reader: name,
      from: batch * BATCH,
      to: Math.min(count, (batch + 1) * BATCH),
    }));
  });
  const results = new Map(
    names.map((name) => [
      name,
      { mutations: 0, read: 0, refused: 0, slowest: 0, slowestNumber: 0, crashes: [], hangs: [] },
    ]),
  );
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 100);
  const started = performance.now();
  await Promise.all(Array.from({ length: Number(values.jobs) }, () => work(queue, results)));
  clearInterval(watch);
  report(results, peak, (performance.now() - started) / 1000);
}

/** One worker after the other, each until the queue is empty or something stops it. */
async function work(queue, results) {
  while (queue.length > 0) {
    const progress = new SharedArrayBuffer(8);
    const current = new Int32Array(progress);
    const worker = new Worker(new URL("./fuzz/worker.mjs", import.meta.url), {
      workerData: { samples, profile: PROFILE, folder, seed: values.seed, progress },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    let ended = "";
    worker.on("error", (error) => (ended = String(error)));
    const exit = new Promise((resolve) => worker.once("exit", resolve));
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      const result = results.get(batch.reader);
      const outcome = await runBatch(worker, batch, current, exit);
      if (typeof outcome === "object") {
        take(result, outcome, batch.to - batch.from);
        continue;
      }
      // The rest of the batch is left out: what stopped the worker is a finding, and ends the run in failure anyway.
      const number = Atomics.load(current, 0);
      result.mutations += number + 1 - batch.from;
      if (outcome === "hang") result.hangs.push(number);
      else result.crashes.push({ number, error: ended || "the worker ended without a result" });
      await worker.terminate();
      break;
    }
    await worker.terminate();
  }
}

/** @returns {Promise<object | "hang" | "exit">} */
function runBatch(worker, batch, current, exit) {
  return new Promise((resolve) => {
    let [seen, since] = [Atomics.load(current, 1), performance.now()];
    const look = setInterval(() => {
      const now = Atomics.load(current, 1);
      if (now !== seen) [seen, since] = [now, performance.now()];
      else if (performance.now() - since > HANG_MS) finish("hang");
    }, LOOK_MS);
    const finish = (outcome) => {
      clearInterval(look);
      worker.removeListener("message", finish);
      resolve(outcome);
    };
    worker.on("message", finish);
    void exit.then(() => finish("exit"));
    worker.postMessage(batch);
  });
}

function take(result, { read, refused, slowest, slowestNumber, crashes }, mutations) {
  result.mutations += mutations;
  result.read += read;
  result.refused += refused;
  result.crashes.push(...crashes);
  if (slowest > result.slowest) Object.assign(result, { slowest, slowestNumber });
}

function report(results, peak, seconds) {
  console.log("| reader | mutations | read | refused | hangs | crashes | slowest (CPU ms) |");
  console.log("| ------ | --------: | ---: | ------: | ----: | ------: | ---------------: |");
  const sums = { mutations: 0, hangs: 0, crashes: 0 };
  for (const [name, { mutations, read, refused, hangs, crashes, slowest, slowestNumber }] of results) {
    const cells = [
      name,
      mutations,
      read,
      refused,
      hangs.length,
      crashes.length,
      `${slowest.toFixed(0)} (number ${slowestNumber})`,
    ];
    console.log(`| ${cells.join(" | ")} |`);
    sums.mutations += mutations;
    sums.hangs += hangs.length;
    sums.crashes += crashes.length;
  }
  for (const [name, { hangs, crashes }] of results) {
    for (const number of hangs) console.log(`hang: --reader ${name} --seed ${values.seed} --number ${number}`);
    for (const { number, error } of crashes.slice(0, 10))
      console.log(`crash: --reader ${name} --seed ${values.seed} --number ${number}\n${error}`);
  }
  console.log(
    `seed ${values.seed}: ${sums.mutations} mutations, ${sums.hangs} hangs, ${sums.crashes} crashes; peak memory ${Math.round(peak / 1e6)} MB over ${values.jobs} threads, ${seconds.toFixed(0)} s`,
  );
  if (sums.hangs + sums.crashes > 0) process.exitCode = 1;
}

/** One input again. */
async function repeat(name, number) {
  const random = createRandom(`${values.seed} ${name} ${number}`);
  const reader = READERS[name];
  const input = reader.mutate(random.pick(reader.samples(samples)), random);
  const file = join(tmpdir(), `containerspec-fuzz-${name}-${number}`);
  writeFileSync(file, input);
  console.log(`written to ${file}`);
  try {
    await reader.read(input, { host: await readHost(PROFILE), folder });
    console.log("read");
  } catch (error) {
    console.log(error);
  }
}
