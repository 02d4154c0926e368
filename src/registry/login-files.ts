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
  const home = readVariable(environment, "HOME") ?? homedir();
  const dockerFolder = readVariable(environment, "DOCKER_CONFIG");
  const docker = join(dockerFolder ?? join(home, ".docker"), "config.json");
  const configHome = readVariable(environment, "XDG_CONFIG_HOME") ?? join(home, ".config");
  // Who names a file means that one before all others.
  const first =
    readVariable(environment, "REGISTRY_AUTH_FILE") ?? (dockerFolder === undefined ? findOwn(environment) : docker);
  const paths = [...(first === undefined ? [] : [first]), join(configHome, "containers", "auth.json"), docker];
  return [
    ...[...new Set(paths)].map((path): LoginFile => ({ path })),
    { path: join(home, ".dockercfg"), isBare: true },
  ];
}

/** The one that `podman login` writes to. */
function findOwn(environment: Environment): string | undefined {
  if (platform() !== "linux") return undefined;
  const runtime = readVariable(environment, "XDG_RUNTIME_DIR");
  return runtime === undefined
    ? join("/run/containers", String(userInfo().uid), "auth.json")
    : join(runtime, "containers", "auth.json");
}

function readVariable(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  return value === "" ? undefined : value;
}
