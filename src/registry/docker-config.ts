/**
 * A file with logins, as `docker login` and `podman login` write it: `auths` by host, or by host and path, and the programs that keep
 * logins elsewhere, `credHelpers` and `credsStore`.
 *
 * https://docs.docker.com/reference/cli/docker/login/, "Configure the credential store"; containers-auth.json(5), "FORMAT".
 */
import { readFile } from "node:fs/promises";
import { ContainerspecError, findSystemReason } from "../errors.js";
import { findJson, isObject } from "./asked.js";
import { HUB_HOST, type Endpoint } from "./endpoint.js";
import type { Login } from "./login.js";
import type { LoginFile } from "./login-files.js";

/** What Docker's hub is called where logins are kept. */
const HUB_KEY = "https://index.docker.io/v1/";
const HUB_NAMES = ["index.docker.io", "docker.io", HUB_HOST];
/**
 * What a login in the browser leaves beside the login: tokens of Docker's account server, which no registry takes.
 * https://github.com/docker/cli, cli/command/registry/login.go and internal/oauth/manager
 */
const TOKEN_KEY = /^https:\/\/index\.docker\.io\/v1\/(?:access|refresh)-token$/;

export interface LoginConfig {
  readonly path: string;
  readonly auths: unknown;
  readonly credHelpers: unknown;
  readonly credsStore: unknown;
}

/** What a registry is asked with, and which repository is meant. */
export type LoginPlace = Pick<Endpoint, "host" | "repository">;

/** Undefined where there is no such file. @throws ContainerspecError registry-denied where there is one, and it cannot be used */
export async function readLoginConfig({ path, isBare }: LoginFile, host: string): Promise<LoginConfig | undefined> {
  let found: string;
  try {
    const json = findJson(await readFile(path));
    if (isObject(json)) {
      const { auths, credHelpers, credsStore } = isBare === true ? { auths: json } : json;
      return { path, auths, credHelpers, credsStore };
    }
    found = "it is no JSON object";
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    found = findSystemReason(error) ?? "it cannot be read";
  }
  throw new ContainerspecError("registry-denied", `Cannot look up a login for ${host} in ${path}: ${found}`, { path });
}

/** The program that keeps the login of a host, and what the host is called there. */
export function findHelper(
  { credHelpers, credsStore }: LoginConfig,
  { host }: LoginPlace,
): { readonly helper: string; readonly server: string } | undefined {
  const helper = findEntry(credHelpers, { host, repository: "" }) ?? credsStore;
  if (typeof helper !== "string" || helper === "") return undefined;
  return { helper, server: host === HUB_HOST ? HUB_KEY : host };
}

/** The login that the file itself has. @throws ContainerspecError registry-denied where it is none */
export function findAuth({ auths, path }: LoginConfig, place: LoginPlace): Login | undefined {
  const entry = findEntry(auths, place);
  if (!isObject(entry)) return undefined;
  const { auth, identitytoken, username, password } = entry;
  if (typeof identitytoken === "string" && identitytoken !== "") return { identityToken: identitytoken };
  if (typeof auth === "string" && auth !== "") {
    const text = Buffer.from(auth, "base64").toString("utf8").replace(/\0+$/, "");
    const [, name, secret] = /^([^:]+):([^]*)$/.exec(text) ?? [];
    if (name !== undefined && secret !== undefined) return { username: name, password: secret };
    throw new ContainerspecError(
      "registry-denied",
      `Cannot log in to ${place.host}: its auth is no user:password in base64 in ${path}; log in again: docker login ${place.host}`,
      { path },
    );
  }
  if (typeof username === "string" && typeof password === "string") return { username, password };
  return undefined;
}

/** The entry for the repository, or for what is nearest above it; that of the host last. */
function findEntry(entries: unknown, { host, repository }: LoginPlace): unknown {
  if (!isObject(entries)) return undefined;
  const keys = indexKeys(Object.keys(entries));
  const hosts = host === HUB_HOST ? HUB_NAMES : [host.toLowerCase()];
  const parts = repository === "" ? [] : repository.split("/");
  for (let length = parts.length; length >= 0; length -= 1) {
    for (const one of hosts) {
      const key = keys.get([one, ...parts.slice(0, length)].join("/"));
      if (key !== undefined) return entries[key];
    }
  }
  return undefined;
}

/** Keys by what they mean. Of several that mean one place the one counts that docker or podman writes today, and then the first. */
function indexKeys(keys: readonly string[]): ReadonlyMap<string, string> {
  const logins = keys.filter((key) => !TOKEN_KEY.test(key));
  const isExact = (key: string): boolean => key === HUB_KEY || key === normalizeKey(key);
  const ranked = [HUB_KEY, ...logins.filter(isExact), ...logins].filter((key) => logins.includes(key));
  // The last of equal keys stays in a map.
  return new Map(ranked.reverse().map((key) => [normalizeKey(key), key]));
}

/** Hosts have been written with a scheme and a path, which say nothing; without a scheme a path is that of repositories. */
function normalizeKey(key: string): string {
  const bare = key.replace(/^https?:\/\//, "");
  const [host = "", ...path] = bare.split("/").filter((part) => part !== "");
  const isHost = bare !== key || /^v[12]$/.test(path.join("/"));
  return [host.toLowerCase(), ...(isHost ? [] : path)].join("/");
}
