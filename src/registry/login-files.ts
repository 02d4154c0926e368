/**
 * Where docker, podman, buildah and skopeo leave logins, in the order in which they are looked up: containers-auth.json(5), which names
 * docker's files among them, and the variables REGISTRY_AUTH_FILE and DOCKER_CONFIG, as skopeo reads them.
 */
import { homedir, platform, userInfo } from "node:os";
import { join } from "node:path";
import type { Environment } from "./proxy.js";

export interface LoginFile {
  readonly path: string;
  /** ~/.dockercfg is what other files have under `auths`, by itself */
  readonly isBare?: true;
}

/** Those that may be there; the first that has a login for a host is the last that is asked. */
export function listLoginFiles(environment: Environment): readonly LoginFile[] {
  const home = readVariable(environment, "HOME") ?? ofUser(homedir);
  const atHome = (...path: string[]): string | undefined => (home === undefined ? undefined : join(home, ...path));
  const dockerFolder = readVariable(environment, "DOCKER_CONFIG") ?? atHome(".docker");
  const docker = dockerFolder === undefined ? undefined : join(dockerFolder, "config.json");
  const configHome = readVariable(environment, "XDG_CONFIG_HOME") ?? atHome(".config");
  const shared = configHome === undefined ? undefined : join(configHome, "containers", "auth.json");
  // Who names a file means that one before all others.
  const isDockerNamed = readVariable(environment, "DOCKER_CONFIG") !== undefined;
  const first = readVariable(environment, "REGISTRY_AUTH_FILE") ?? (isDockerNamed ? docker : findOwn(environment));
  const paths = [first, shared, docker].filter((path) => path !== undefined);
  const bare = atHome(".dockercfg");
  return [
    ...[...new Set(paths)].map((path): LoginFile => ({ path })),
    ...(bare === undefined ? [] : [{ path: bare, isBare: true } as const]),
  ];
}

/** The one that `podman login` writes to. */
function findOwn(environment: Environment): string | undefined {
  if (platform() !== "linux") return undefined;
  const runtime = readVariable(environment, "XDG_RUNTIME_DIR");
  if (runtime !== undefined) return join(runtime, "containers", "auth.json");
  const user = ofUser(() => userInfo().uid);
  return user === undefined ? undefined : join("/run/containers", String(user), "auth.json");
}

/** What the system says of who runs this; undefined where it knows no such user, as in containers that run under any number. */
function ofUser<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function readVariable(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  return value === "" ? undefined : value;
}
