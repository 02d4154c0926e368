/** A little of `npm run fuzz`: damaged files of every sort end in a value or a typed error, and soon. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const script = new URL("../scripts/fuzz.mjs", import.meta.url).pathname;
const hasGnuTar = spawnSync("sh", ["-c", "tar --version 2>&1"], { encoding: "utf8" }).stdout.includes("GNU tar");

test.skipIf(!hasGnuTar)(
  `2,000 damaged inputs${hasGnuTar ? "" : " (skipped: no GNU tar)"}`,
  { timeout: 120_000 },
  () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--count", "2000", "--seed", "2"], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^seed 2: 2\d\d\d mutations, 0 hangs, 0 crashes; peak memory \d+ MB/m);
    expect(status).toBe(0);
  },
);

test.skipIf(!hasGnuTar)(
  `one of them again, from its seed and number${hasGnuTar ? "" : " (skipped: no GNU tar)"}`,
  () => {
    const run = () =>
      spawnSync(process.execPath, [script, "--reader", "elf", "--seed", "2", "--number", "7"], { encoding: "utf8" })
        .stdout;
    expect(run()).toMatch(/^written to .*fuzz-elf-7\n/);
    expect(run()).toBe(run());
    rmSync(join(tmpdir(), "containerspec-fuzz-elf-7"));
  },
);
