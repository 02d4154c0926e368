/** One question to a service that answers in JSON, with one sentence for each answer that is none. */
import { ContainerspecError } from "../errors.js";
import { cannotGet, describeForm, findJson, isObject, toReason, type Asked } from "../registry/asked.js";
import { DEFAULT_PATIENCE, exchange, type Patience } from "../registry/exchange.js";
import type { Environment } from "../registry/proxy.js";
import type { HttpAnswer } from "../registry/transport.js";

export interface AskOptions {
  /** for the proxy variables */
  readonly environment: Environment;
  readonly patience?: Partial<Patience>;
}

export interface ServiceQuestion {
  readonly asked: Asked;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** what is not there where it answers 404: "no such repository" */
  readonly absent: string;
  /** what may help where it refuses */
  readonly hint?: string;
}

export interface JsonAnswer {
  readonly json: unknown;
  readonly answer: HttpAnswer;
}

const MAX_BYTES = 16 << 20;

/** @throws ContainerspecError for every answer but one of 200 with JSON */
export async function askJson(question: ServiceQuestion, { environment, patience }: AskOptions): Promise<JsonAnswer> {
  const { asked, url, headers } = question;
  const answer = await exchange(
    { method: "GET", url, headers: { "accept-encoding": "identity", "user-agent": "containerspec", ...headers } },
    {
      ...{ asked, environment, limit: MAX_BYTES },
      patience: { ...DEFAULT_PATIENCE, ...patience },
      endpoints: { insecure: true },
    },
  );
  if (answer.status !== 200) throw refuse(answer, question);
  const json = findJson(answer.body);
  if (json === undefined) {
    const found = `it answered with ${describeForm(answer)}, where JSON was expected`;
    throw cannotGet("registry-answer", asked, answer.url, found);
  }
  return { json, answer };
}

function refuse(answer: HttpAnswer, { asked, absent, hint = "" }: ServiceQuestion): ContainerspecError {
  const { status, url, body, headers } = answer;
  const reason = toReason(body);
  if (status === 404)
    return new ContainerspecError(
      "reference-not-found",
      `Cannot get ${asked.subject} from ${url.host}: ${absent}${reason}`,
    );
  if (status === 401 || status === 403) {
    // GitHub, "Rate limits for the REST API": what is used up is refused, with the time from which on it is not.
    if (headers["x-ratelimit-remaining"] === "0")
      return cannotGet(
        "registry-unavailable",
        asked,
        url,
        `it answered ${status}, and no request is left${describeReset(headers["x-ratelimit-reset"])}${reason}${hint}`,
      );
    return cannotGet("registry-denied", asked, url, `it answered ${status}${reason}${hint}`);
  }
  if (status >= 500)
    return cannotGet(
      "registry-unavailable",
      asked,
      url,
      `it answered ${status}, a fault of its own${reason}; try again later`,
    );
  const form = isObject(findJson(body)) ? reason : ` with ${describeForm(answer)}`;
  return cannotGet("registry-answer", asked, url, `it answered ${status}${form}, where 200 was expected`);
}

/** Seconds since 1970 as a time. */
function describeReset(seconds: string | readonly string[] | undefined): string {
  if (typeof seconds !== "string" || !/^\d{1,11}$/.test(seconds)) return "";
  return ` before ${new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z")}`;
}
