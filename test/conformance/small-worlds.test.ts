/**
 * The part of `npm run conformance` that needs no Debian roots: small images and hosts that gcc builds from seeds. Libraries of
 * one are mounted into the other in every way, this machine's own loader runs all that is there, and the reports must foretell it.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAIN } from "../cli/run-cli.js";

const SCRIPT = join(import.meta.dirname, "../../scripts/conformance.mjs");
/** With a folder on LD_LIBRARY_PATH, with search paths in files, and with glibc-hwcaps folders. */
const WORLDS = 3;

interface Row {
  readonly names: readonly string[];
  readonly image: string;
  readonly placement: string;
  readonly companions: string;
  readonly truth: string;
  readonly message: string;
  readonly loader: string;
  readonly verdict: string;
  readonly isBlind: boolean;
  readonly notes: readonly string[];
  readonly broken: readonly string[];
  readonly latent: readonly string[];
  readonly told: readonly (number | null)[];
  readonly outcome?: { readonly reason?: string; readonly falseSafe: boolean };
}

const obstacle = findObstacle();
const title = `small worlds under the real loader${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;
let folder: string;
let rows: readonly Row[];

describe.skipIf(obstacle !== undefined)(title, () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "containerspec-conformance-test-"));
    const out = join(folder, "rows.jsonl");
    const command = [SCRIPT, "--case", "small", "--small", String(WORLDS), "--cli", MAIN, "--out", out];
    const env = { ...process.env, CONTAINERSPEC_TEST_CACHE: folder };
    const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8", env });
    if (!existsSync(out)) throw new Error(`the run ends with ${String(status)}:\n${stderr}`);
    rows = readFileSync(out, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Row);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("there is enough of every truth", () => {
    const count = (truth: string): number => rows.filter((row) => row.truth === truth).length;
    expect(rows.length).toBeGreaterThan(30 * WORLDS);
    for (const truth of ["ok", "latent", "broken"]) expect(count(truth), truth).toBeGreaterThan(WORLDS);
  });
  test("no verdict is milder than the truth", () => {
    expect(rows.filter(({ outcome }) => outcome?.falseSafe)).toEqual([]);
  });
  test("the simulated loader foretells every truth, and how many consumers fail", () => {
    for (const { truth, loader, told, broken, latent, ...row } of rows.filter((one) => one.truth !== "untested")) {
      expect({ row, loader }).toEqual({ row, loader: truth });
      // A set is judged as a whole, and counts no consumers.
      // Where the loader aborted before the mount, it does not say whom the mount adds.
      const isAlone = !row.isBlind && row.names.length === 1 && told[0] !== null && told[0] !== undefined;
      if (isAlone) expect({ row, told }).toEqual({ row, told: [broken.length, latent.length] });
    }
  });
  test("what the real loader complains of is in the report", () => {
    expect(rows.filter(({ outcome }) => outcome?.reason === "named").length).toBeGreaterThan(WORLDS);
    expect(rows.filter(({ outcome }) => outcome?.reason === "other")).toEqual([]);
  });
  test("sources, targets and companions are those that the real loaders find", () => {
    expect(rows.filter(({ notes }) => notes.length > 0)).toEqual([]);
  });
});

/** Why small worlds cannot be played here; undefined where they can. */
function findObstacle(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "no x86-64 Linux";
  for (const file of ["/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/libc.so.6"]) {
    if (!existsSync(file)) return `no ${file}`;
  }
  for (const tool of ["gcc", "nm"]) if (spawnSync(tool, ["--version"]).status !== 0) return `no ${tool}`;
  const place = mkdtempSync(join(tmpdir(), "containerspec-overlay-"));
  const script = `mount -t tmpfs tmpfs "$0" && cd "$0" && mkdir a b c d && mount -t overlay overlay -o lowerdir=a,upperdir=b,workdir=c d`;
  const user = process.getuid?.() === 0 ? [] : ["-r"];
  const { status } = spawnSync("unshare", [...user, "-m", "sh", "-c", script, place]);
  rmSync(place, { recursive: true });
  return status === 0 ? undefined : "no overlay mounts for this user";
}
