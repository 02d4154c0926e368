/**
 * What `npm start` does: judges the host libraries of this machine against the sample image, and prints the report.
 *
 *     --saved-host   take the host that comes with the sample (a Debian 12), as is done where this machine cannot be one
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

const PROJECT = dirname(import.meta.dirname);
const PROGRAM = "dist/cli/main.js";
const IMAGE = "fixtures/sample/image.tar";
const SAVED_HOST = "fixtures/sample/host.json";

const { values } = parseArgs({ options: { "saved-host": { type: "boolean" } } });
const reason = values["saved-host"] ? "--saved-host was given" : findObstacle();
const args = [PROGRAM, "analyze", IMAGE, "--host", ...(reason === undefined ? [] : [SAVED_HOST])];
if (reason !== undefined) console.error(`The host is a saved Debian 12 instead of this machine: ${reason}`);
console.error(`$ node ${args.join(" ")}`);
if (existsSync(join(PROJECT, PROGRAM))) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: PROJECT, stdio: "inherit" });
  if (error !== undefined) throw error;
  process.exitCode = status ?? 4;
} else {
  console.error(`${PROGRAM} is not there: npm run build`);
  process.exitCode = 4;
}

/** Why this machine cannot be the host of the sample's images; undefined where it can. */
function findObstacle() {
  if (process.platform !== "linux") return `it runs ${process.platform}, not Linux`;
  if (process.arch !== "x64" && process.arch !== "arm64") return `the sample has no image for ${process.arch}`;
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header?.glibcVersionRuntime === undefined ? "its C library is not glibc" : undefined;
}
