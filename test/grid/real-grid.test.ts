/**
 * A piece of the grid of docs/grid.md, played for real: two Debian releases as images and as hosts, three programs. Of the whole grid the page
 * has the table, which `npm run grid -- --write` makes.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const SCRIPT = join(import.meta.dirname, "../../scripts/grid.mjs");
const PAGE = join(import.meta.dirname, "../../docs/grid.md");

interface Row {
  readonly image: string;
  readonly host: string;
  readonly program: string;
  readonly predicted: boolean;
  readonly starts: boolean;
  readonly words: string;
  readonly foretold: boolean;
}

const folder = mkdtempSync(join(tmpdir(), "containerspec-grid-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
const obstacle = findObstacle();

describe.skipIf(obstacle !== undefined)(
  `the grid of Debian releases${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  () => {
    test("two releases, twelve cells, each as foretold, and in the loader's own words", () => {
      const out = join(folder, "rows.json");
      const words = [SCRIPT, "--suite", "bookworm", "--suite", "trixie", "--out", out];
      const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
      expect([status, stderr]).toEqual([0, ""]);
      const rows = JSON.parse(readFileSync(out, "utf8")) as readonly Row[];
      expect(rows).toHaveLength(12);
      expect(rows.filter(({ predicted, starts }) => predicted !== starts)).toEqual([]);
      const refused = rows.filter(({ starts }) => !starts);
      expect(refused.length).toBeGreaterThan(2);
      expect(refused.length).toBeLessThan(9);
      expect(refused.filter(({ foretold }) => !foretold)).toEqual([]);
    }, 600_000);
  },
);

test("the page's table is of a run in which all cells were right", () => {
  const text = readFileSync(PAGE, "utf8");
  expect(text).toContain("48 of 48 are right");
  expect(text).not.toContain("foretold otherwise");
});

/** Roots are kept between runs; making them needs root, mmdebstrap and the network that apt is set up with. */
function findObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return "root mounts";
  const missing = ["gcc", "mmdebstrap", "patchelf", "unshare"].find((name) => !isInstalled(name));
  return missing === undefined ? undefined : `no ${missing}`;
}

function isInstalled(name: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;
}
