/** The built command line as a process of its own: what a user types, and what comes back. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { withCacheHome } from "../support/cache-home.js";

export const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** milliseconds after which a run has hung, on any machine */
const PATIENCE = 120_000;

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** bytes for standard input; none: it is closed */
  readonly input?: Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** as somebody who may read only what the modes of files let their owner read, also where root runs the tests */
  readonly asAnybody?: true;
}

/** Root may read everything: it gives up the capabilities that say so. */
const ANYBODY = process.getuid?.() === 0 ? ["setpriv", "--bounding-set", "-all"] : [];

/** Runs `containerspec` with these arguments. Its cache is a new one each time, but where `env` says otherwise. */
export function runCli(args: readonly string[], { cwd, input, env, asAnybody }: RunOptions = {}): Run {
  const [program = "", ...words] = [...(asAnybody === true ? ANYBODY : []), process.execPath, MAIN, ...args];
  return withCacheHome((cacheHome) => {
    const { status, stdout, stderr, error } = spawnSync(program, words, {
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
      timeout: PATIENCE,
      env: { PATH: process.env["PATH"], XDG_CACHE_HOME: cacheHome, ...env },
      ...(cwd === undefined ? {} : { cwd }),
      ...(input === undefined ? { stdio: ["ignore", "pipe", "pipe"] } : { input }),
    });
    if (error !== undefined) throw error;
    return { status, stdout, stderr };
  });
}

/** A folder of this test file, gone when the file is done. */
export function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "containerspec-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
