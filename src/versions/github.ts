/**
 * Releases and branches of GitHub's projects, by its REST API.
 *
 * https://docs.github.com/en/rest/releases/releases, https://docs.github.com/en/rest/git/refs; version 2022-11-28.
 */
import { cannotGet, isObject, type Asked } from "../registry/asked.js";
import { askJson, type AskOptions, type JsonAnswer, type ServiceQuestion } from "./ask-json.js";

export interface GithubOptions extends AskOptions {
  /** the root of its API: https://api.github.com/, or that of a server of one's own */
  readonly github: URL;
  /** raises the limit of requests, and opens what is not public; it goes to no other host */
  readonly token?: string;
}

const PAGE_SIZE = 100;
/** Newest first: who has more releases has older ones behind. */
const MAX_PAGES = 10;

/** The tags of what was released: no drafts, and nothing that its project calls a pre-release. */
export async function listReleases(project: string, options: GithubOptions): Promise<readonly string[]> {
  const subject = `the releases of ${project}`;
  const tags: string[] = [];
  let url: URL | undefined = toUrl(options, `repos/${encodePath(project)}/releases?per_page=${PAGE_SIZE}`);
  for (let page = 1; url !== undefined && page <= MAX_PAGES; page += 1) {
    const { json, answer }: JsonAnswer = await askJson(toQuestion(subject, project, url, options), options);
    if (!Array.isArray(json) || !json.every(isRelease))
      throw cannotGet(
        "registry-answer",
        { subject, image: project },
        url,
        "it answered with JSON that is no list of releases",
      );
    tags.push(...json.flatMap(({ tag_name, draft, prerelease }) => (draft || prerelease ? [] : [tag_name])));
    url = findNext(answer.headers.link, url);
  }
  return tags;
}

interface Release {
  readonly tag_name: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
}

function isRelease(value: unknown): value is Release {
  return (
    isObject(value) &&
    typeof value["tag_name"] === "string" &&
    typeof value["draft"] === "boolean" &&
    typeof value["prerelease"] === "boolean"
  );
}

/** The commit that a branch is at. @param name `org/repo@branch` */
export async function findCommit(name: string, options: GithubOptions): Promise<string> {
  const at = name.indexOf("@");
  const [project, branch] = [name.slice(0, at), name.slice(at + 1)];
  const subject = `the branch ${branch} of ${project}`;
  const url = toUrl(options, `repos/${encodePath(project)}/git/ref/heads/${encodeURIComponent(branch)}`);
  const { json } = await askJson(toQuestion(subject, project, url, options), options);
  const object = isObject(json) ? json["object"] : undefined;
  const sha = isObject(object) ? object["sha"] : undefined;
  if (typeof sha === "string" && /^[0-9a-f]{40,64}$/.test(sha)) return sha;
  throw cannotGet("registry-answer", { subject, image: project }, url, "it answered with JSON that names no commit");
}

function toQuestion(subject: string, image: string, url: URL, { token }: GithubOptions): ServiceQuestion {
  const asked: Asked = { subject, image };
  const headers = { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };
  return {
    ...{ asked, url },
    headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` },
    absent:
      token === undefined
        ? "there is none, or none that is shown without a GITHUB_TOKEN"
        : "there is none, or none that GITHUB_TOKEN may see",
    hint:
      token === undefined
        ? "; a GITHUB_TOKEN in the environment may help"
        : ", with the GITHUB_TOKEN of the environment",
  };
}

function toUrl({ github }: GithubOptions, path: string): URL {
  return new URL(path, github.href.endsWith("/") ? github : `${github.href}/`);
}

function encodePath(project: string): string {
  return project.split("/").map(encodeURIComponent).join("/");
}

/** The page that `Link: <…>; rel="next"` names, where it is of the same host: the token goes with it. RFC 8288 */
function findNext(link: string | readonly string[] | undefined, url: URL): URL | undefined {
  const target = /<([^>]*)>\s*;\s*rel="?next\b/i.exec([link ?? ""].flat().join(","))?.[1];
  const next = target !== undefined && URL.canParse(target, url.href) ? new URL(target, url) : undefined;
  return next?.origin === url.origin ? next : undefined;
}
