/**
 * What a challenge is answered with: the login itself, or a token that a token server sells for it, also to who has none.
 * https://distribution.github.io/distribution/spec/auth/token/ and …/oauth/.
 */
import { cannotGet, describeForm, findJson, isObject, toReason, type Asked } from "./asked.js";
import type { Challenge } from "./challenge.js";
import type { Login } from "./login.js";
import { mayLead, type Endpoint } from "./endpoint.js";
import { exchange, type ExchangeOptions } from "./exchange.js";
import type { HttpRequest } from "./transport.js";

const MAX_TOKEN_BYTES = 1 << 20;

/** The Authorization header for a challenge; undefined where there is no login to meet it with. */
export async function authorize(
  challenge: Challenge,
  login: Login | undefined,
  endpoint: Endpoint,
  options: ExchangeOptions,
): Promise<string | undefined> {
  if (challenge.scheme === "basic") return login !== undefined && "username" in login ? toBasic(login) : undefined;
  return `Bearer ${await fetchToken(challenge, login, endpoint, options)}`;
}

function toBasic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

async function fetchToken(
  { parameters }: Challenge,
  login: Login | undefined,
  endpoint: Endpoint,
  options: ExchangeOptions,
): Promise<string> {
  const { realm = "", service, scope = `repository:${endpoint.repository}:pull` } = parameters;
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  // The login goes there: whoever listens on the way would have it.
  if (url === undefined || !mayLead(endpoint.base, url, options.endpoints))
    throw cannotGet("registry-answer", options.asked, endpoint.base, "its token server is no https:// URL");
  url.hash = "";
  const query = { ...(service === undefined ? {} : { service }), scope };
  const request =
    login !== undefined && "identityToken" in login
      ? toExchange(url, query, login.identityToken)
      : toQuestion(url, query, login);
  const asked: Asked = { ...options.asked, subject: `a token for ${options.asked.image}` };
  const answer = await exchange(request, { ...options, asked, limit: MAX_TOKEN_BYTES });
  if (answer.status === 400 || answer.status === 401 || answer.status === 403) {
    const who =
      login === undefined
        ? "and there is no login for it; log in with"
        : "with the login that there is; log in again with";
    throw cannotGet(
      "registry-denied",
      asked,
      answer.url,
      `it answered ${answer.status}${toReason(answer.body)}, ${who}: docker login ${endpoint.host}`,
    );
  }
  const json = answer.status === 200 ? findJson(answer.body) : undefined;
  if (answer.status !== 200)
    throw cannotGet("registry-unavailable", asked, answer.url, `it answered ${answer.status}${toReason(answer.body)}`);
  const token = isObject(json)
    ? [json["token"], json["access_token"]].find((one) => typeof one === "string" && one !== "")
    : undefined;
  // RFC 6750, 2.1: what else is in it could end the header and begin another one.
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token))
    throw cannotGet(
      "registry-answer",
      asked,
      answer.url,
      `${json === undefined ? `it answered with ${describeForm(answer)}` : "there is no token in its answer"}, where {"token": …} was expected`,
    );
  return token;
}

function toQuestion(
  url: URL,
  query: Readonly<Record<string, string>>,
  login: { readonly username: string; readonly password: string } | undefined,
): HttpRequest {
  for (const [name, value] of Object.entries(query)) {
    // Several scopes are several parameters.
    if (name !== "scope") url.searchParams.set(name, value);
    else for (const one of value.split(" ")) url.searchParams.append(name, one);
  }
  const headers = { accept: "application/json", "accept-encoding": "identity", "user-agent": "containerspec" };
  return {
    method: "GET",
    url,
    headers: { ...headers, ...(login === undefined ? {} : { authorization: toBasic(login) }) },
  };
}

function toExchange(url: URL, query: Readonly<Record<string, string>>, identityToken: string): HttpRequest {
  const form = { grant_type: "refresh_token", client_id: "containerspec", refresh_token: identityToken, ...query };
  const body = new URLSearchParams(form).toString();
  const headers = {
    accept: "application/json",
    "accept-encoding": "identity",
    "user-agent": "containerspec",
    "content-type": "application/x-www-form-urlencoded",
    "content-length": String(Buffer.byteLength(body)),
  };
  return { method: "POST", url, headers, body };
}
