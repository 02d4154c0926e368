/** Shell lines timed by GNU time, each some times and in turn with what it is compared with, so that a slow minute hits both. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../debian/archive.mjs";

/**
 * @typedef {object} Figures medians
 * @property {number} wall seconds
 * @property {number} cpu seconds, of user and system
 * @property {number} peak MB of memory, of the largest process
 * @property {number} [reading] seconds of the stage that the program itself timed
 */

/**
 * Runs each line `runs` times, A B C A B C, after one round that is not counted.
 *
 * @param {Record<string, string>} lines by name
 * @param {number} runs
 * @returns {Record<string, Figures>}
 */
export function measureInTurn(lines, runs) {
  const all = Object.fromEntries(Object.keys(lines).map((name) => [name, /** @type {Figures[]} */ ([])]));
  for (let round = 0; round <= runs; round += 1) {
    for (const [name, line] of Object.entries(lines)) {
      const figures = timeOnce(line);
      if (round > 0) all[name]?.push(figures);
    }
  }
  return Object.fromEntries(Object.entries(all).map(([name, figures]) => [name, medianOf(figures)]));
}

/** @param {string} line @returns {Figures} */
function timeOnce(line) {
  const folder = mkdtempSync(join(tmpdir(), "containerspec-time-"));
  try {
    const report = join(folder, "time");
    const output = run("/usr/bin/time", ["-o", report, "-f", "%e %U %S %M", "bash", "-c", line]);
    const [wall, user, system, peak] = readFileSync(report, "utf8").trim().split("\n").at(-1).split(" ").map(Number);
    const figures = { wall, cpu: user + system, peak: peak / 1024 };
    // A program with a clock of its own says so in a line of JSON: its figures stand for GNU time's.
    return output.startsWith("{") ? { ...figures, ...JSON.parse(output) } : figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Figures[]} figures @returns {any} */
function medianOf(figures) {
  const names = Object.keys(figures[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, figures.map((one) => one[name]).sort((a, b) => a - b)[figures.length >> 1]]),
  );
}
