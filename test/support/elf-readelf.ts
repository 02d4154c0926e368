/** Runs binutils' readelf, the second opinion on every ELF file of the tests. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Why readelf cannot be asked, or undefined where it can. */
export function findReadelfProblem(): string | undefined {
  return spawnSync("readelf", ["--version"]).status === 0 ? undefined : "readelf is not installed";
}

/** What readelf says about bytes, on standard output and standard error together: warnings are part of the answer. */
export function runReadelf(bytes: Uint8Array, options: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "containerspec-readelf-"));
  try {
    const path = join(folder, "file");
    writeFileSync(path, bytes);
    const { stdout, stderr } = spawnSync("readelf", [...options, path], {
      encoding: "latin1",
      env: cleanEnvironment(),
    });
    return stderr + stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The lines that readelf prints for files, as a stream: its answer about a large library does not fit in one string. */
export async function* readelfLines(options: readonly string[], paths: readonly string[]): AsyncGenerator<string> {
  const child = spawn("readelf", [...options, "--", ...paths], {
    stdio: ["ignore", "pipe", "ignore"],
    env: cleanEnvironment(),
  });
  child.stdout.setEncoding("latin1");
  yield* createInterface({ input: child.stdout });
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: "C" };
}
