/**
 * How long judging takes, apart from reading: `node scripts/bench/judge.mjs <image> <host> <libraries>` judges that many libraries of
 * the host against every consumer of the image and prints one line of JSON. The clock runs from the moment when all layers are put
 * together until the report is there: every consumer loaded without a mount, and whoever a library touches once more with it.
 */
import { analyze, describeHost, readHost } from "../../dist/index.js";

const [image, source, wanted] = process.argv.slice(2);
const host = await readHost(source);
const profile = await describeHost(source);
const names = profile.libraries.map(({ name }) => name).slice(0, Number(wanted));
let started = 0;
let cpu = process.cpuUsage();
const report = await analyze(image, {
  host,
  libraries: names,
  cpuLevel: "x86-64-v3",
  onProgress({ stage }) {
    if (started > 0 || !stage.startsWith("loading")) return;
    started = performance.now();
    cpu = process.cpuUsage();
  },
});
const used = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    libraries: report.mounts.length,
    wall: (performance.now() - started) / 1000,
    cpu: (used.user + used.system) / 1e6,
  }),
);
