/**
 * What one image may cost. An image is written by strangers; each limit is far above what real ones hold, and far below what
 * would hurt the machine that reads it. Whoever trusts an image raises one by its name, and the error that it causes says how.
 */
import { ContainerspecError } from "../errors.js";
import { splitPath } from "../rootfs/path.js";

export const DEFAULT_LIMITS = {
  /** bytes of index.json, a manifest or a config; peers stop between 1 and 20 MiB */
  documentBytes: 8 << 20,
  /** bytes of all JSON documents of one archive */
  documentsBytes: 64 << 20,
  /** indexes inside indexes */
  indexDepth: 8,
  /** descriptors over all indexes; objects of a SIF file */
  descriptors: 4096,
  /** layers of one image; moby stops at 125 */
  layers: 512,
  /** entries of one tar or one file system */
  entries: 5_000_000,
  /** bytes of a path or a link's text: Linux' PATH_MAX */
  pathBytes: 4096,
  /** names in a path; no real one has a hundred, and each may be a folder of its own */
  pathDepth: 1024,
  /** steps from name to name on the way through links, for all entries of an image; real ones take a few an entry */
  linkSteps: 50_000_000,
  /** bytes of one file that is kept for inspection; the tables of an ELF file lie within it */
  bodyBytes: 4 * 2 ** 30,
  /** Of a stream that inflates more than so many times, no more bytes of one file are kept than the next says. */
  bodyInflation: 100,
  inflatedBodyBytes: 256 << 20,
  /** bytes that one layer may inflate to: so many, or so many times its compressed size where that is more */
  inflatedBytes: 16 * 2 ** 30,
  inflationRatio: 1000,
  /** bytes of memory, estimated, for all that is kept of one archive: paths, symbols, texts */
  memory: 2 ** 30,
} as const;

export type LimitKey = keyof typeof DEFAULT_LIMITS;
export type Limits = Readonly<Record<LimitKey, number>>;

/** Keys by the names that the command line has for them: "path-bytes" is pathBytes. */
export const LIMIT_NAMES: ReadonlyMap<string, LimitKey> = new Map(
  (Object.keys(DEFAULT_LIMITS) as LimitKey[]).map((key) => [toLimitName(key), key]),
);

/** The defaults, with a caller's own in their place. @throws ContainerspecError usage for what no limit can be */
export function resolveLimits(own: Partial<Limits> = {}): Limits {
  for (const [key, value] of Object.entries(own)) {
    if (!(key in DEFAULT_LIMITS) || !Number.isSafeInteger(value) || value <= 0) {
      throw new ContainerspecError(
        "usage",
        `Cannot use the limit ${key}=${value}: expected a positive integer for one of ${Object.keys(DEFAULT_LIMITS).join(", ")}`,
      );
    }
  }
  return { ...DEFAULT_LIMITS, ...own };
}

/** The end of a limit's error: what it is, and how to raise it. */
export function describeLimit(limits: Limits, key: LimitKey): string {
  return `the limit is ${limits[key]} ${raiseHint(key)}`;
}

/** What is wrong with a path, or a link's text, that is too long, and how to raise the limit; undefined for all others. */
export function findLengthExcess(path: string, limits: Limits): string | undefined {
  if (path.length <= limits.pathBytes) return undefined;
  return `a path of ${path.length} bytes; ${describeLimit(limits, "pathBytes")}`;
}

/** The same of a path that is too long or too deep. */
export function findPathExcess(path: string, limits: Limits): string | undefined {
  const excess = findLengthExcess(path, limits);
  if (excess !== undefined) return excess;
  // A name and its slash have two bytes at least: nearly no path is split.
  if (path.length < 2 * limits.pathDepth) return undefined;
  const depth = splitPath(path).length;
  return depth > limits.pathDepth ? `a path of ${depth} names; ${describeLimit(limits, "pathDepth")}` : undefined;
}

/** What so many stored bytes may inflate to, and which of two limits says so: the larger one. */
export function findInflationLimit(limits: Limits, stored: number): { readonly bytes: number; readonly key: LimitKey } {
  const byRatio = stored * limits.inflationRatio;
  return byRatio > limits.inflatedBytes
    ? { bytes: byRatio, key: "inflationRatio" }
    : { bytes: limits.inflatedBytes, key: "inflatedBytes" };
}

export function raiseHint(key: LimitKey): string {
  return `(--limit ${toLimitName(key)}=N raises it)`;
}

function toLimitName(key: LimitKey): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** @throws ContainerspecError limit-exceeded */
export function checkDocumentSize(size: number, limits: Limits, what: string): void {
  if (size > limits.documentBytes) {
    throw new ContainerspecError(
      "limit-exceeded",
      `Cannot read ${what}: as a JSON document of an image it has ${size} bytes, and ${describeLimit(limits, "documentBytes")}`,
    );
  }
}
