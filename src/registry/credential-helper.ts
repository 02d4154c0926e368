/**
 * A login from a program that keeps logins: `docker-credential-NAME get`, with the server's name on standard input.
 * https://github.com/docker/docker-credential-helpers, "Development".
 */
import { spawn } from "node:child_process";
import { ContainerspecError } from "../errors.js";
import { findJson, isObject } from "./asked.js";
import type { Login } from "./login.js";
import type { Environment } from "./proxy.js";

/** Those of clouds ask a server of their own. */
const TIMEOUT = 30_000;
const MAX_BYTES = 1 << 20;
/** What docker's own helpers print where they know no login. */
const NOT_FOUND = /credentials not found in native keychain/;

/** @throws ContainerspecError registry-denied where the program is missing, fails, or says what is no login */
export async function askHelper(
  name: string,
  server: string,
  config: string,
  environment: Environment,
): Promise<Login | undefined> {
  const program = `docker-credential-${name}`;
  const refuse = (found: string): ContainerspecError =>
    new ContainerspecError(
      "registry-denied",
      `Cannot log in to ${server}: ${config} names the helper ${program}, ${found}; another DOCKER_CONFIG may name none`,
      { path: config },
    );
  // It is started by its name in PATH; a name with a slash would start any file.
  if (!/^[A-Za-z0-9._-]+$/.test(name)) throw refuse("which is no name of a program");
  const { output, status, failure } = await run(program, server, environment);
  if (failure !== undefined) throw refuse(failure);
  if (status !== 0) {
    if (NOT_FOUND.test(output)) return undefined;
    throw refuse(
      `which failed with exit code ${status ?? "unknown"}: ${output.trim().split("\n")[0]?.slice(0, 200) ?? ""}`,
    );
  }
  const json = findJson(Buffer.from(output));
  const [username, secret] = isObject(json) ? [json["Username"], json["Secret"]] : [];
  if (typeof username !== "string" || typeof secret !== "string") throw refuse("which printed no login");
  return username === "<token>" ? { identityToken: secret } : { username, password: secret };
}

interface Ran {
  readonly output: string;
  readonly status?: number | null;
  readonly failure?: string;
}

async function run(program: string, input: string, env: Environment): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, ["get"], {
      env,
      stdio: ["pipe", "pipe", "ignore"],
      timeout: TIMEOUT,
      killSignal: "SIGKILL",
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BYTES) chunks.push(chunk);
      else child.kill("SIGKILL");
    });
    child.on("error", (error) =>
      resolve({
        output: "",
        failure: "code" in error && error.code === "ENOENT" ? "which is not installed" : "which cannot be started",
      }),
    );
    child.on("close", (status, signal) =>
      resolve({
        output: Buffer.concat(chunks).toString("utf8"),
        status,
        ...(signal === null ? {} : { failure: "which was ended: it took too long or printed too much" }),
      }),
    );
    // A helper that ends without reading is told by its exit code.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
