/** `containerspec update --versions live` as GitHub's jobs run it, with a server on this machine in the place of GitHub. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { startHostileServer, type HostileServer } from "../support/hostile-server.js";
import { createFolder, MAIN, type Run } from "./run-cli.js";

const SHA = "5d1ab53c2cbd5a8d1cf7e2b6a0d1f6ad4b3f0e9c";
const folder = createFolder();
const file = join(folder, "Dockerfile");
const BEFORE = `FROM scratch
ARG uptodate_github_release_spack__spack=v0.22.0
ARG uptodate_github_commit_spack__spack__develop=NA
`;
let server: HostileServer;

beforeAll(async () => {
  server = await startHostileServer(({ url }, response) => {
    const release = (tag: string) => ({ tag_name: tag, draft: false, prerelease: false });
    const body = url.includes("/releases") ? [release("v0.23.1"), release("v0.22.0")] : { object: { sha: SHA } };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
});

/** Not in this process's way: the server answers from it. */
function run(env: Readonly<Record<string, string>>): Promise<Run> {
  const words = [MAIN, "update", file, "--versions", "live", "--write"];
  const options = { cwd: folder, env: { PATH: process.env["PATH"], GITHUB_API_URL: `http://${server.host}`, ...env } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, words, options, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

test("the newest release and the branch's commit are written, and the token goes along", async () => {
  writeFileSync(file, BEFORE);
  expect(await run({ GITHUB_TOKEN: "secret" })).toMatchObject({ status: 0, stderr: "" });
  expect(readFileSync(file, "utf8")).toBe(BEFORE.replace("v0.22.0", "v0.23.1").replace("NA", SHA));
  expect(server.seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ["/repos/spack/spack/releases?per_page=100", "Bearer secret"],
    ["/repos/spack/spack/git/ref/heads/develop", "Bearer secret"],
  ]);
});

test("where there is no answer, one sentence is told and nothing is written", async () => {
  writeFileSync(file, BEFORE);
  server.answer = (_request, response) =>
    void response.writeHead(403, { "x-ratelimit-remaining": "0" }).end(JSON.stringify({ message: "API rate limit" }));
  const { status, stdout, stderr } = await run({});
  expect([status, stdout]).toEqual([3, ""]);
  expect(stderr).toBe(
    `containerspec: Cannot get the releases of spack/spack from ${server.host}: it answered 403, and no request is left (API rate limit); a GITHUB_TOKEN in the environment may help\n`,
  );
  expect(await run({ GITHUB_API_URL: "http://github.example" })).toMatchObject({ status: 2, stdout: "" });
  expect(readFileSync(file, "utf8")).toBe(BEFORE);
});
