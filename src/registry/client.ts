/** Asks a registry, logs in where it wants that, and turns every answer that is none into one sentence. */
import type { ContainerspecError } from "../errors.js";
import { cannotGet, describeForm, findJson, isObject, toReason, type Asked } from "./asked.js";
import { authorize } from "./authorize.js";
import { findChallenge } from "./challenge.js";
import { createLoginFinder, type FoundLogin } from "./find-login.js";
import { listLoginFiles } from "./login-files.js";
import type { Endpoint, EndpointOptions } from "./endpoint.js";
import { DEFAULT_PATIENCE, exchange, type ExchangeOptions, type Patience } from "./exchange.js";
import type { Environment } from "./proxy.js";
import type { HttpAnswer } from "./transport.js";

export interface ClientOptions extends EndpointOptions {
  /** for the proxy variables, those that say where logins are, and the PATH of credential helpers */
  readonly environment: Environment;
  readonly patience?: Partial<Patience>;
}

export interface Question {
  readonly asked: Asked;
  readonly method: "GET" | "HEAD";
  readonly url: URL;
  readonly accept: readonly string[];
  /** bytes of an answer */
  readonly limit: number;
}

/** An answer of 200; or of 404, where the registry says so and not something in front of it. */
export interface RegistryClient {
  ask(endpoint: Endpoint, question: Question): Promise<HttpAnswer>;
}

/** What it learns of logins and tokens it keeps to itself, and as long as it is there. */
export function createClient(options: ClientOptions): RegistryClient {
  const findLogin = createLoginFinder(options.environment);
  const authorizations = new Map<string, string>();

  return {
    async ask(endpoint, question) {
      const settings: ExchangeOptions = {
        asked: question.asked,
        environment: options.environment,
        endpoints: options,
        patience: { ...DEFAULT_PATIENCE, ...options.patience },
        limit: question.limit,
      };
      const key = endpoint.base.href;
      const send = (): Promise<HttpAnswer> => exchange(toRequest(question, authorizations.get(key)), settings);
      const first = await send();
      // Who was redirected to may not ask for what was meant for the registry.
      if (first.status !== 401 || first.url.origin !== endpoint.base.origin)
        return check(first, question, () => undefined);
      const challenge = findChallenge(first.headers["www-authenticate"]);
      if (challenge === undefined)
        throw cannotGet(
          "registry-answer",
          question.asked,
          first.url,
          "it answered 401, and asks for no login that is known: neither Basic nor Bearer",
        );
      const found = await findLogin(endpoint);
      const authorization = await authorize(challenge, found?.login, endpoint, settings);
      const deny = (): string => toLoginHint(endpoint.host, found, options.environment);
      if (authorization === undefined) return check(first, question, deny);
      authorizations.set(key, authorization);
      return check(await send(), question, deny);
    },
  };
}

function toRequest(
  { method, url, accept }: Question,
  authorization: string | undefined,
): Parameters<typeof exchange>[0] {
  const headers = { accept: accept.join(", "), "accept-encoding": "identity", "user-agent": "containerspec" };
  return { method, url, headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) } };
}

/** @throws ContainerspecError for what is neither there nor not there */
function check(answer: HttpAnswer, { asked, method }: Question, hint: () => string | undefined): HttpAnswer {
  const { status, body, url, headers } = answer;
  if (status === 200) {
    const coding = headers["content-encoding"] ?? "identity";
    if (coding === "identity") return answer;
    throw cannotGet("registry-answer", asked, url, `it compressed its answer (${coding}) unasked`);
  }
  if (status === 404 || (method === "HEAD" && status >= 404)) {
    // A registry says in JSON what is not there; a page in HTML comes from a server that is none, or from one in front of it.
    if (method === "HEAD" || isObject(findJson(body))) return answer;
    throw cannotGet(
      "registry-answer",
      asked,
      url,
      `it answered 404 with ${describeForm(answer)}, where a registry gives the reason in JSON; is it a registry?`,
    );
  }
  throw refuse(answer, asked, hint() ?? "");
}

function refuse(answer: HttpAnswer, asked: Asked, hint: string): ContainerspecError {
  const { status, url, body } = answer;
  const reason = toReason(body);
  if (status === 401 || status === 403)
    return cannotGet("registry-denied", asked, url, `it answered ${status}${reason}${hint}`);
  if (status >= 500)
    return cannotGet(
      "registry-unavailable",
      asked,
      url,
      `it answered ${status}, a fault of its own${reason}; try again later`,
    );
  return cannotGet("registry-answer", asked, url, `it answered ${status}${reason}, where 200 or 404 was expected`);
}

function toLoginHint(host: string, found: FoundLogin | undefined, environment: Environment): string {
  if (found === undefined) {
    const files = listLoginFiles(environment).map(({ path }) => path);
    const places = [files.slice(0, -1).join(", "), files.at(-1) ?? ""].filter((text) => text !== "").join(" or ");
    const where = places === "" ? "" : ` in ${places}`;
    return `, and there is no login for it${where}; log in with: docker login ${host}`;
  }
  const { login, path } = found;
  const who = "username" in login ? `the login of ${login.username}` : "the login";
  return `, with ${who} in ${path}; there may be no such repository, or this login may not read it`;
}
