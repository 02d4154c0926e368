/**
 * Claims as attributes of our own, for forms whose attributes are anybody's: keys of texts, under a name that nobody else has. With them
 * such a form says as much as the claims do. Whoever does not know them passes over them.
 */
import { listLevelsBelow } from "../cpu/level.js";
import type { Bounds, Claims } from "./claims.js";
import { NO_CLAIMS } from "./format.js";

/** the domain, or the beginning of each key with a dot behind it */
export const OWN_DOMAIN = "io.containerspec";

/** of these attributes: what is written by a later one may mean something else */
const VERSION = "1";
const RELEASE = /^\d+(?:\.\d+){1,2}$/;

export type Attributes = Readonly<Record<string, string>>;

export function toOwnAttributes(claims: Claims): Attributes {
  const { subject, machine, libc, refusesBelow, madeFor, starts, needs } = claims;
  const all: Readonly<Record<string, string | undefined>> = {
    version: VERSION,
    "image.digest": subject.digest,
    "image.reference": subject.reference,
    "image.platform": subject.platform,
    machine,
    libc:
      libc === undefined ? undefined : [libc.family, ...(libc.version === undefined ? [] : [libc.version])].join(" "),
    "refuses-below.kernel": refusesBelow.kernel,
    "refuses-below.isa": refusesBelow.isa,
    "made-for.kernel": madeFor.kernel,
    "made-for.isa": madeFor.isa,
    starts,
    needs: needs.length === 0 ? undefined : needs.map(({ name, project }) => `${name} (${project})`).join(", "),
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The same behind their domain, for forms that have one list for everybody's keys. */
export function toPrefixed(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [`${OWN_DOMAIN}.${key}`, value]));
}

/** Those of our own among everybody's keys, without their domain. */
export function pickPrefixed(all: Readonly<Record<string, unknown>>): Attributes {
  const start = `${OWN_DOMAIN}.`;
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) =>
      key.startsWith(start) && typeof value === "string" ? [[key.slice(start.length), value]] : [],
    ),
  );
}

/** What such attributes say. One that makes no sense is as if it were not there, and then nothing says that the image starts. */
export function readOwnAttributes(attributes: Attributes): Claims {
  const get = (key: string): string | undefined => (Object.hasOwn(attributes, key) ? attributes[key] : undefined);
  if (get("version") !== VERSION) return NO_CLAIMS;
  const refusesBelow = readBounds(get("refuses-below.kernel"), get("refuses-below.isa"));
  const madeFor = readBounds(get("made-for.kernel"), get("made-for.isa"));
  const needs = readNeeds(get("needs"));
  const starts = get("starts");
  const makesSense = [refusesBelow, madeFor, needs].every((one) => one !== undefined);
  const [digest, reference, platform, machine] = [
    get("image.digest"),
    get("image.reference"),
    get("image.platform"),
    get("machine"),
  ];
  const [family, version] = get("libc")?.split(" ") ?? [];
  return {
    ...NO_CLAIMS,
    subject: {
      ...(digest === undefined ? {} : { digest }),
      ...(reference === undefined ? {} : { reference }),
      ...(platform === undefined ? {} : { platform }),
    },
    ...(machine === undefined ? {} : { machine }),
    ...(family !== "glibc" && family !== "musl"
      ? {}
      : { libc: { family, ...(version === undefined ? {} : { version }) } }),
    refusesBelow: refusesBelow ?? {},
    madeFor: madeFor ?? {},
    needs: needs ?? [],
    ...(makesSense && (starts === "yes" || starts === "no") ? { starts } : {}),
  };
}

/** @returns undefined where one of them is none */
function readBounds(kernel: string | undefined, isa: string | undefined): Bounds | undefined {
  if (kernel !== undefined && !RELEASE.test(kernel)) return undefined;
  if (isa !== undefined && listLevelsBelow(isa).length === 0) return undefined;
  return { ...(kernel === undefined ? {} : { kernel }), ...(isa === undefined ? {} : { isa }) };
}

function readNeeds(text: string | undefined): Claims["needs"] | undefined {
  if (text === undefined) return [];
  const needs = text.split(", ").map((one) => /^(\S+) \(([^()]+)\)$/.exec(one));
  return needs.every((one) => one !== null)
    ? needs.map(([, name = "", project = ""]) => ({ name, project }))
    : undefined;
}
