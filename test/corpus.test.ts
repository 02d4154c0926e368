/**
 * A corpus of real images with what the real loader did with them, where the machine has one: CONTAINERSPEC_CORPUS names the folder
 * of its scorer, images and truths. The scorer fails on one verdict that is milder than the truth.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withCacheHome } from "./support/cache-home.js";

const corpus = process.env["CONTAINERSPEC_CORPUS"];
const ROOT = join(import.meta.dirname, "..");
const TEN_MINUTES = 600_000;

const title = `the corpus: no verdict is milder than the truth, and its targets are met${
  corpus === undefined ? " (skipped: CONTAINERSPEC_CORPUS names no corpus)" : ""
}`;
test.skipIf(corpus === undefined)(
  title,
  () => {
    const args = [join(corpus ?? "", "score.mjs"), "--quiet", "--tool", "node dist/cli/main.js"];
    const { status, stdout, stderr } = withCacheHome((cacheHome) =>
      spawnSync("node", args, { cwd: ROOT, encoding: "utf8", env: { ...process.env, XDG_CACHE_HOME: cacheHome } }),
    );
    expect(stdout).toMatch(/^libraries: [1-9]\d* truths; .*false-safe 0;/m);
    expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
  },
  TEN_MINUTES,
);
