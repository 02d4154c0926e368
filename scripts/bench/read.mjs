/**
 * Reads an image as `analyze` does, and nothing more: `node scripts/bench/read.mjs <image> <host> [--verify <when>] [--cache <folder>]`.
 * The clock runs until all layers are put together. Prints the seconds of the reading alone, and of all that comes before it too: the
 * start of Node.js and of containerspec.
 */
import { parseArgs } from "node:util";
import { analyze, openCache, readHost } from "../../dist/index.js";

const start = performance.now();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { verify: { type: "string", default: "always" }, cache: { type: "string" } },
});
const [image, source] = positionals;
const host = await readHost(source);
const { verify, cache } = values;
const began = { wall: performance.now(), cpu: process.cpuUsage() };
await analyze(image, {
  host,
  verify: /** @type {"always" | "never"} */ (verify),
  ...(cache === undefined ? {} : { cache: openCache(cache) }),
  onProgress({ stage }) {
    if (!stage.startsWith("finding programs")) return;
    const wall = performance.now() - began.wall;
    const { user, system } = process.cpuUsage(began.cpu);
    const peak = process.resourceUsage().maxRSS / 1024;
    console.log(
      JSON.stringify({ reading: wall / 1000, whole: (start + wall) / 1000, cpu: (user + system) / 1e6, peak }),
    );
    process.exit();
  },
});
