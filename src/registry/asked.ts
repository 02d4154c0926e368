/** What is asked, and of whom: every sentence about an answer that cannot be used begins with it. */
import { ContainerspecError, type ErrorCode } from "../errors.js";
import type { HttpAnswer } from "./transport.js";

export interface Asked {
  /** "the tags of docker.io/library/debian" */
  readonly subject: string;
  /** the image or repository that it is about */
  readonly image: string;
}

/** @param url who gave the answer, or none */
export function cannotGet(
  code: ErrorCode,
  { subject, image }: Asked,
  url: URL,
  found: string,
  cause?: unknown,
): ContainerspecError {
  return new ContainerspecError(code, `Cannot get ${subject} from ${url.host}: ${found}`, { image }, { cause });
}

/** "404 with HTML": what an answer is where JSON was expected. */
export function describeForm({ headers, body }: Pick<HttpAnswer, "headers" | "body">): string {
  const type = headers["content-type"]?.split(";")[0]?.trim().slice(0, 80) ?? "";
  if (/^\s*</.test(body.toString("latin1", 0, 64)) || type === "text/html") return "an HTML page";
  if (body.length === 0) return "nothing";
  return type === "" ? "no JSON" : `${type} that is no JSON`;
}

/** The JSON of an answer; undefined where it is none. */
export function findJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** The first reason that a registry gives, such as ` (UNAUTHORIZED: authentication required)`. OCI distribution-spec, "Error Codes". */
export function toReason(body: Uint8Array): string {
  const json = findJson(body);
  const errors = isObject(json) && Array.isArray(json["errors"]) ? (json["errors"] as readonly unknown[]) : [json];
  const [first] = errors;
  if (!isObject(first)) return "";
  const words = [first["code"], first["message"] ?? first["details"] ?? first["error"]].filter(
    (word) => typeof word === "string" && word !== "",
  );
  return words.length === 0 ? "" : ` (${words.join(": ").slice(0, 200)})`;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
