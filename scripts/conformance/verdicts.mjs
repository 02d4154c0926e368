/** What containerspec says: runs of its command line. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** @param {string} caches a folder that is new: every layer is read by the program that is asked */
function runCli(cli, words, caches) {
  const { status, stderr } = spawnSync("node", [cli, ...words], {
    encoding: "utf8",
    env: { ...process.env, XDG_CACHE_HOME: caches },
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0) throw new Error(`containerspec ${words.join(" ")} ends with ${status}:\n${stderr}`);
}

/** Writes the profile of a root folder. */
export function makeProfile(cli, root, file) {
  runCli(cli, ["host", root, "-o", file], dirname(file));
  return file;
}

/**
 * @param {string} image
 * @param {{ cli: string, host: string, names: readonly string[], placement: string, companions?: string, env?: ReadonlyMap<string, string>, level: string, asSet?: boolean }} options
 * @returns {object} the report as JSON
 */
export function analyzeImage(
  image,
  { cli, host, names, placement, companions = "none", env = new Map(), level, asSet = false },
) {
  const folder = mkdtempSync(join(tmpdir(), "containerspec-report-"));
  const file = join(folder, "report.json");
  try {
    const words = [
      "analyze",
      image,
      ...["--host", host, "--cpu", level, "--placement", placement, "--companions", companions],
      ...names.flatMap((name) => ["--library", name]),
      ...[...env].flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...(asSet ? ["--as-set"] : []),
      ...["--verify", "never", "--fail-on", "never", "--format", `json=${file}`],
    ];
    runCli(cli, words, folder);
    return JSON.parse(readFileSync(file, "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
