/** The login for a repository: of the files that may have one the first that has, from the file itself or from the program that it names. */
import { askHelper } from "./credential-helper.js";
import { findAuth, findHelper, readLoginConfig, type LoginConfig, type LoginPlace } from "./docker-config.js";
import type { Login } from "./login.js";
import { listLoginFiles } from "./login-files.js";
import type { Environment } from "./proxy.js";

export interface FoundLogin {
  readonly login: Login;
  /** the file that has it, or names the program that has it */
  readonly path: string;
}

/** @throws ContainerspecError registry-denied where a file or a program is there, and cannot be used */
export type LoginFinder = (place: LoginPlace) => Promise<FoundLogin | undefined>;

/** Each file is read once, and each program asked once about a host. */
export function createLoginFinder(environment: Environment): LoginFinder {
  const files = listLoginFiles(environment);
  const configs = new Map<string, Promise<LoginConfig | undefined>>();
  const kept = new Map<string, Promise<Login | undefined>>();

  const read = (file: (typeof files)[number], host: string): Promise<LoginConfig | undefined> => {
    const config = configs.get(file.path) ?? readLoginConfig(file, host);
    configs.set(file.path, config);
    return config;
  };
  const ask = async (config: LoginConfig, place: LoginPlace): Promise<Login | undefined> => {
    const found = findHelper(config, place);
    if (found === undefined) return undefined;
    const key = [found.helper, found.server, config.path].join("\n");
    const login = kept.get(key) ?? askHelper(found.helper, found.server, config.path, environment);
    kept.set(key, login);
    return login;
  };

  return async (place) => {
    for (const file of files) {
      const config = await read(file, place.host);
      if (config === undefined) continue;
      const login = (await ask(config, place)) ?? findAuth(config, place);
      if (login !== undefined) return { login, path: file.path };
    }
    return undefined;
  };
}
