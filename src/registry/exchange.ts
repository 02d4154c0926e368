/**
 * A request until there is an answer: it waits where a server asks for it or is overloaded, with a bound, and follows redirects, to
 * another host without the login.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerspecError } from "../errors.js";
import { cannotGet, toReason, type Asked } from "./asked.js";
import { mayLead, type EndpointOptions } from "./endpoint.js";
import { sendRequest, type HttpAnswer, type HttpRequest, type WireFailure, type WireOptions } from "./transport.js";

export interface Patience {
  /** milliseconds for one request with all of its answer */
  readonly timeout: number;
  /** how often one thing is asked for in all */
  readonly attempts: number;
  /** milliseconds before the second attempt; each further wait is twice as long */
  readonly firstWait: number;
  /** milliseconds; who is asked to wait longer gives up */
  readonly longestWait: number;
}

export const DEFAULT_PATIENCE: Patience = { timeout: 30_000, attempts: 4, firstWait: 500, longestWait: 60_000 };

export interface ExchangeOptions extends Omit<WireOptions, "timeout"> {
  readonly asked: Asked;
  readonly patience: Patience;
  readonly endpoints: EndpointOptions;
}

const MAX_REDIRECTS = 5;
/** Answers of a server, or of what stands before it, that may be another one soon. */
const PASSING = new Set([429, 502, 503, 504]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** @throws ContainerspecError where there is no answer; one that says no is an answer */
export async function exchange(request: HttpRequest, options: ExchangeOptions): Promise<HttpAnswer> {
  let next = request;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const answer = await sendPatiently(next, options);
    const location = answer.headers.location;
    if (!REDIRECTS.has(answer.status) || location === undefined) return answer;
    next = redirect(next, location, options);
  }
  throw cannotGet("registry-answer", options.asked, request.url, `it redirects more than ${MAX_REDIRECTS} times`);
}

/** The same request to where an answer points. RFC 9110, 15.4; what is secret stays with the host that it was meant for. */
function redirect(request: HttpRequest, location: string, { asked, endpoints }: ExchangeOptions): HttpRequest {
  const url = URL.canParse(location, request.url.href) ? new URL(location, request.url) : undefined;
  if (url === undefined || !mayLead(request.url, url, endpoints) || request.method === "POST" || url.username !== "") {
    const to = url === undefined ? "what is no URL" : `${url.protocol}//${url.host}`;
    throw cannotGet("registry-answer", asked, request.url, `it redirects to ${to}, where https:// was expected`);
  }
  if (url.origin === request.url.origin) return { ...request, url };
  const { authorization: _, ...headers } = request.headers;
  return { ...request, url, headers };
}

async function sendPatiently(request: HttpRequest, options: ExchangeOptions): Promise<HttpAnswer> {
  const { attempts, firstWait, longestWait, timeout } = options.patience;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await sendRequest(request, { ...options, timeout });
    if (!isPassing(outcome)) {
      if ("failure" in outcome) throw giveUp(request, outcome, attempt, options.asked);
      return outcome;
    }
    // Many machines that were sent away together should not come back together.
    const ownWait = firstWait * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
    const askedWait = "failure" in outcome ? undefined : parseRetryAfter(outcome.headers["retry-after"]);
    const wait = Math.max(ownWait, askedWait ?? 0);
    if (attempt >= attempts || wait > longestWait) throw giveUp(request, outcome, attempt, options.asked, askedWait);
    await sleep(wait);
  }
}

function isPassing(outcome: HttpAnswer | WireFailure): boolean {
  return "failure" in outcome ? !outcome.isLasting : PASSING.has(outcome.status);
}

/** Milliseconds, of seconds or of a date. RFC 9110, 10.2.3; undefined for anything else. */
export function parseRetryAfter(text: string | undefined, now = Date.now()): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000;
  const date = /[A-Z]/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function giveUp(
  { url }: HttpRequest,
  outcome: HttpAnswer | WireFailure,
  attempts: number,
  asked: Asked,
  wait?: number,
): ContainerspecError {
  const often = attempts === 1 ? "" : `, ${attempts} times`;
  if ("failure" in outcome) {
    const code = outcome.isTooLarge === true ? "limit-exceeded" : "registry-unavailable";
    return cannotGet(code, asked, url, `${outcome.failure}${often}`);
  }
  const patience = wait === undefined ? "try again later" : `it asks to wait ${Math.ceil(wait / 1000)} s`;
  const word = outcome.status === 429 ? "too many requests" : "not now";
  const hint = outcome.status === 429 ? "; a login may raise the limit" : "";
  return cannotGet(
    "registry-unavailable",
    asked,
    url,
    `it answered ${outcome.status}, ${word}${toReason(outcome.body)}${often}; ${patience}${hint}`,
  );
}
