/** A cache that machines share, on the command line: reports stay the same, and what is secret is said to nobody. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { findPort, hasRedis, startRedis, WITHOUT_REDIS, type RedisServer } from "../support/redis-server.js";
import { expectError } from "./expect-error.js";
import { ageFiles, packImage, writeRoot } from "./root-files.js";
import { createFolder, runCli, type Run } from "./run-cli.js";
import { BY_VERDICT, HOST, IMAGE } from "./verdict-roots.js";

const cwd = createFolder();
writeRoot(join(cwd, "host"), HOST);
ageFiles(join(cwd, "host"));
writeFileSync(join(cwd, "app.tar"), packImage(IMAGE));

const ANALYZE = ["analyze", "app.tar", "--host", "host", "--library", BY_VERDICT.unsafe, "--format", "json"];
const CONTAINERSPEC_CACHE_KEY = "a secret that all machines have";
const env = { CONTAINERSPEC_CACHE_KEY };
const without = runCli([...ANALYZE, "--no-cache"], { cwd });

const sentences = ({ stderr }: Run): readonly string[] => stderr.split("\n").filter((line) => line.includes("cache"));

function expectSame(run: Run): void {
  expect({ stdout: run.stdout, status: run.status }).toEqual({ stdout: without.stdout, status: 1 });
}

describe.skipIf(!hasRedis)(`a server${WITHOUT_REDIS}`, () => {
  let server: RedisServer;
  let url: string;
  beforeAll(async () => {
    server = await startRedis();
    url = `redis://127.0.0.1:${server.port}`;
  });

  test("is used, shown and cleared; the folder has what is true of this machine alone", async () => {
    const home = join(cwd, "home");
    // Files of a host that changed within two seconds are not kept.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    for (let run = 0; run < 2; run += 1)
      expect(runCli([...ANALYZE, "--cache", url], { cwd, env: { ...env, XDG_CACHE_HOME: home } })).toEqual(without);
    const entries = readdirSync(join(home, "containerspec")).filter((name) => name.endsWith(".layer"));
    const kinds = entries.map(
      (name) => /\0(host|bytes|layer|blob) /.exec(readFileSync(join(home, "containerspec", name), "latin1"))?.[1],
    );
    // The files of the host, a root folder; and where files keep their ctime, which digest the image's layer had.
    expect(kinds.filter((kind) => kind !== "bytes")).toEqual(["host"]);
    server.ask("SET", "mine", "x");
    const shown = runCli(["cache", "--cache", url], { cwd });
    expect(shown.stdout).toBe(`Store    ${url}/0\nEntries  1\nSize     0.0 MiB\n`);
    expect(runCli(["cache", "clear", "--cache", url], { cwd }).stdout).toBe("Removed 1 entry, 0.0 MiB\n");
    expect(server.names()).toEqual(["mine"]);
  });

  test("takes an image as host, too", () => {
    writeFileSync(join(cwd, "host.tar"), packImage(HOST));
    const plain = runCli(["host", "host.tar", "--format", "json", "--no-cache"], { cwd });
    for (let run = 0; run < 2; run += 1)
      expect(runCli(["host", "host.tar", "--format", "json", "--cache", url], { cwd, env })).toEqual(plain);
    expect(runCli(["cache", "clear", "--cache", url], { cwd }).stdout).toContain("Removed 1 entry");
  });

  test("without the secret it is not used: said once, with what to do", () => {
    const run = runCli([...ANALYZE, "app.tar", "--cache", url], { cwd, env: { CONTAINERSPEC_CACHE_KEY: "" } });
    expect(run.status).toBe(1);
    expect(sentences(run)).toEqual([
      `containerspec: the cache in ${url}/0 cannot be read: CONTAINERSPEC_CACHE_KEY, without which no entry is believed, is not set; expected 16 bytes or more, the same on all machines; all goes on without it (--cache names another one, --no-cache wants none)`,
    ]);
  });

  test("that is stopped, as a machine that hangs: said once, and soon", () => {
    server.process.kill("SIGSTOP");
    try {
      const start = performance.now();
      const run = runCli([...ANALYZE, "--cache", url], { cwd, env });
      expectSame(run);
      expect(sentences(run)).toEqual([expect.stringContaining("no answer within 2 seconds; all goes on without it")]);
      expect(performance.now() - start).toBeLessThan(15_000);
      expectError(runCli(["cache", "--cache", url], { cwd }), 3, [url, "no answer within 2 seconds"]);
    } finally {
      server.process.kill("SIGCONT");
    }
  });
});

test.skipIf(!hasRedis)(`a password is never told${WITHOUT_REDIS}`, async () => {
  const server = await startRedis(["--requirepass", "swordfish"]);
  const url = `redis://default@127.0.0.1:${server.port}`;
  const right = { ...env, CONTAINERSPEC_CACHE_PASSWORD: "swordfish" };
  const runs = [
    runCli([...ANALYZE, "--cache", url], { cwd, env: right }),
    runCli(["cache", "--cache", url], { cwd, env: right }),
    runCli([...ANALYZE, "--cache", url], { cwd, env: { ...env, CONTAINERSPEC_CACHE_PASSWORD: "sailfish" } }),
    runCli(["cache", "--cache", url], { cwd, env: { CONTAINERSPEC_CACHE_PASSWORD: "sailfish" } }),
    runCli([...ANALYZE, "--cache", url.replace("@", ":sailfish@")], { cwd, env }),
  ] as const;
  const [used, shown, refused, unseen, named] = runs;
  expect(used).toEqual(without);
  expect(shown.stdout).toContain("Entries  1\n");
  expectSame(refused);
  expect(sentences(refused)).toEqual([expect.stringContaining("wrong user or password")]);
  expectError(unseen, 3, ["wrong user or password", "CONTAINERSPEC_CACHE_PASSWORD"]);
  expectError(named, 2, ["has a password in it", "CONTAINERSPEC_CACHE_PASSWORD"]);
  for (const { stdout, stderr } of runs)
    for (const secret of ["swordfish", "sailfish", "default", CONTAINERSPEC_CACHE_KEY])
      expect(stdout.replaceAll(/"\w+":/g, "") + stderr).not.toContain(secret);
});

test("a server that is away: said once, and the same report", async () => {
  const url = `redis://127.0.0.1:${await findPort()}/3`;
  const run = runCli([...ANALYZE, "--cache", url], { cwd, env });
  expectSame(run);
  expect(sentences(run)).toEqual([expect.stringContaining(`the cache in ${url} cannot be read: connection refused;`)]);
  for (const words of [["cache"], ["cache", "clear"]])
    expectError(runCli([...words, "--cache", url], { cwd }), 3, [url, "connection refused"]);
});

test("a URL of another kind is no folder", () => {
  expectError(runCli([...ANALYZE, "--cache", "s3://bucket/x"], { cwd, env }), 2, ["s3://", "redis://"]);
  expectError(runCli(["cache", "--cache", "s3://bucket/x"], { cwd, env }), 2, ["s3://", "redis://"]);
});
