/**
 * The login for a host, from where `docker login` leaves it: config.json with `auths`, `credHelpers` and `credsStore`.
 * https://docs.docker.com/reference/cli/docker/login/, "Configure the credential store".
 */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { ContainerspecError, findSystemReason } from "../errors.js";
import { findJson, isObject } from "./asked.js";
import { askHelper } from "./credential-helper.js";
import { HUB_HOST } from "./endpoint.js";
import type { Login } from "./login.js";
import type { Environment } from "./proxy.js";

/** What Docker's hub is called where logins are kept. */
const HUB_KEY = "https://index.docker.io/v1/";

/** Where logins are looked up. */
export function toConfigPath(environment: Environment): string {
  const { DOCKER_CONFIG: folder, HOME: home } = environment;
  if (folder !== undefined && folder !== "") return join(folder, "config.json");
  return join(home !== undefined && home !== "" ? home : homedir(), ".docker", "config.json");
}

/** @throws ContainerspecError registry-denied where there is a config, and it cannot be used */
export async function findLogin(host: string, environment: Environment): Promise<Login | undefined> {
  const path = toConfigPath(environment);
  const refuse = (found: string): ContainerspecError =>
    new ContainerspecError(
      "registry-denied",
      `Cannot log in to ${host}: ${found} in ${path}; log in again: docker login ${host}`,
      { path },
    );
  const config = await readConfig(path, host);
  if (config === undefined) return undefined;
  const server = host === HUB_HOST ? HUB_KEY : host;
  const helper = findEntry(config["credHelpers"], host) ?? config["credsStore"];
  if (typeof helper === "string" && helper !== "") {
    const login = await askHelper(helper, server, path, environment);
    if (login !== undefined) return login;
  }
  const entry = findEntry(config["auths"], host);
  return isObject(entry) ? toLogin(entry, refuse) : undefined;
}

async function readConfig(path: string, host: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  let found: string;
  try {
    const json = findJson(await readFile(path));
    if (isObject(json)) return json;
    found = "it is no JSON object";
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    found = findSystemReason(error) ?? "it cannot be read";
  }
  throw new ContainerspecError("registry-denied", `Cannot look up a login for ${host} in ${path}: ${found}`, { path });
}

function toLogin(
  entry: Readonly<Record<string, unknown>>,
  refuse: (found: string) => ContainerspecError,
): Login | undefined {
  const { auth, identitytoken, username, password } = entry;
  if (typeof identitytoken === "string" && identitytoken !== "") return { identityToken: identitytoken };
  if (typeof auth === "string" && auth !== "") {
    const [, name, secret] =
      /^([^:]+):([^]*)$/.exec(Buffer.from(auth, "base64").toString("utf8").replace(/\0+$/, "")) ?? [];
    if (name === undefined || secret === undefined) throw refuse("its auth is no user:password in base64");
    return { username: name, password: secret };
  }
  if (typeof username === "string" && typeof password === "string") return { username, password };
  return undefined;
}

/** The entry of a host under one of the names that it has had: with a scheme, with a path, and the hub's own. */
function findEntry(entries: unknown, host: string): unknown {
  if (!isObject(entries)) return undefined;
  const names = host === HUB_HOST ? ["index.docker.io", "docker.io", HUB_HOST] : [host.toLowerCase()];
  const key =
    Object.keys(entries).find((one) => one === (host === HUB_HOST ? HUB_KEY : host)) ??
    Object.keys(entries).find((one) =>
      names.includes(
        one
          .replace(/^https?:\/\//, "")
          .replace(/\/.*$/, "")
          .toLowerCase(),
      ),
    );
  return key === undefined ? undefined : entries[key];
}
