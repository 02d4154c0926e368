/** The tags of a repository, page by page. OCI distribution-spec, "Listing Tags"; RFC 8288 for the Link to the next page. */
import { ContainerspecError } from "../errors.js";
import { cannotGet, describeForm, findJson, isObject, toReason, type Asked } from "./asked.js";
import type { RegistryClient } from "./client.js";
import type { Endpoint } from "./endpoint.js";
import type { HttpAnswer } from "./transport.js";

const PAGE_SIZE = 1000;
const MAX_PAGE_BYTES = 16 << 20;
/** Some give a hundred a page whatever they are asked for; the largest repositories have some ten thousand. */
const MAX_PAGES = 2000;
const MAX_TAGS = 500_000;
/** What can stand behind the colon of a name; what cannot is no tag that anybody could write down. */
const TAG = /^\w[\w.-]{0,127}$/;

/** Each tag once, sorted: registries have no order that they promise. @throws ContainerspecError */
export async function listRegistryTags(
  client: RegistryClient,
  endpoint: Endpoint,
  asked: Asked,
): Promise<readonly string[]> {
  const tags = new Set<string>();
  const seen = new Set<string>();
  let url: URL | undefined = new URL(`tags/list?n=${PAGE_SIZE}`, endpoint.base);
  while (url !== undefined) {
    if (seen.has(url.href))
      throw cannotGet(
        "registry-answer",
        asked,
        url,
        `its pages of tags go round in a circle: page ${seen.size} leads back to an earlier one`,
      );
    seen.add(url.href);
    const answer = await client.ask(endpoint, {
      asked,
      method: "GET",
      url,
      accept: ["application/json"],
      limit: MAX_PAGE_BYTES,
    });
    for (const tag of parsePage(answer, asked)) tags.add(tag);
    if (seen.size > MAX_PAGES || tags.size > MAX_TAGS)
      throw cannotGet("limit-exceeded", asked, url, `it has more than ${MAX_PAGES} pages or ${MAX_TAGS} tags`);
    url = findNext(answer, url, endpoint, asked);
  }
  return [...tags].sort();
}

function parsePage(answer: HttpAnswer, asked: Asked): readonly string[] {
  if (answer.status === 404)
    throw new ContainerspecError(
      "reference-not-found",
      `Cannot get ${asked.subject} from ${answer.url.host}: it has no such repository${toReason(answer.body)}`,
      { image: asked.image },
    );
  const json = findJson(answer.body);
  const tags = isObject(json) ? json["tags"] : undefined;
  // A repository whose last tag was deleted has null.
  if (isObject(json) && tags === null) return [];
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === "string")) {
    const found = json === undefined ? describeForm(answer) : "JSON without a list of tags";
    throw cannotGet(
      "registry-answer",
      asked,
      answer.url,
      `it answered with ${found}, where {"tags": […]} was expected`,
    );
  }
  return tags.filter((tag) => TAG.test(tag));
}

/** The page that `Link: <…>; rel="next"` names. */
function findNext({ headers }: HttpAnswer, url: URL, endpoint: Endpoint, asked: Asked): URL | undefined {
  const link = [headers["link"] ?? ""].flat().join(",");
  const target = [...link.matchAll(/<([^>]*)>([^<]*)/g)].find(([, , parameters = ""]) =>
    /;\s*rel\s*=\s*"?next\b/i.test(parameters),
  )?.[1];
  if (target === undefined) return undefined;
  const next = URL.canParse(target, url.href) ? new URL(target, url) : undefined;
  // The next request has the login with it.
  if (next?.origin === endpoint.base.origin) return next;
  throw cannotGet(
    "registry-answer",
    asked,
    url,
    `its next page of tags is at ${next?.host ?? "no URL"}, and not at itself`,
  );
}
