/**
 * The parts of an image's name, and where each stands in it: `[registry[:port]/]path[:tag][@digest]`.
 *
 * https://github.com/distribution/reference/blob/main/reference.go has the grammar; what is familiar by Docker's rules (`debian`) is
 * made whole by toFullName.
 */
import type { Span } from "./span.js";

export interface ImageReference {
  /** without tag and digest, as written */
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly nameSpan: Span;
  readonly tagSpan?: Span;
  readonly digestSpan?: Span;
}

const NAME =
  /^(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** The parts of a name; undefined where it is none. */
export function parseReference(text: string): ImageReference | undefined {
  const at = text.indexOf("@");
  const beforeDigest = at === -1 ? text.length : at;
  // The colon of a registry's port comes before a slash.
  const colon = text.lastIndexOf(":", beforeDigest - 1);
  const hasTag = colon > text.lastIndexOf("/", beforeDigest - 1);
  const nameEnd = hasTag ? colon : beforeDigest;
  const name = text.slice(0, nameEnd);
  const tag = hasTag ? text.slice(colon + 1, beforeDigest) : undefined;
  const digest = at === -1 ? undefined : text.slice(at + 1);
  if (!NAME.test(name)) return undefined;
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  if (digest !== undefined && !DIGEST.test(digest)) return undefined;
  return {
    name,
    nameSpan: { start: 0, end: nameEnd },
    ...(tag === undefined ? {} : { tag, tagSpan: { start: colon + 1, end: beforeDigest } }),
    ...(digest === undefined ? {} : { digest, digestSpan: { start: at + 1, end: text.length } }),
  };
}

/** The name of the hub of Docker, where no registry is named. */
const DEFAULT_REGISTRY = "docker.io";

/** Registry and repository of a name: `debian` is docker.io's library/debian. */
export function toFullName(name: string): { readonly registry: string; readonly repository: string } {
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  const isRegistry = first === "localhost" || /[.:]/.test(first) || first !== first.toLowerCase();
  if (isRegistry) {
    const registry = first === "index.docker.io" ? DEFAULT_REGISTRY : first;
    return { registry, repository: withLibrary(registry, name.slice(slash + 1)) };
  }
  return { registry: DEFAULT_REGISTRY, repository: withLibrary(DEFAULT_REGISTRY, name) };
}

function withLibrary(registry: string, repository: string): string {
  return registry === DEFAULT_REGISTRY && !repository.includes("/") ? `library/${repository}` : repository;
}

/** A name and tag in the one form that lock files and labels have: `docker.io/library/debian:12`. */
export function toCanonicalName(name: string, tag: string): string {
  const { registry, repository } = toFullName(name);
  return `${registry}/${repository}:${tag}`;
}

/** Whether two names without tags are one repository's: `ubuntu` and `docker.io/library/ubuntu`. */
export function isSameName(one: string, other: string): boolean {
  const [a, b] = [toFullName(one), toFullName(other)];
  return a.registry === b.registry && a.repository === b.repository;
}
