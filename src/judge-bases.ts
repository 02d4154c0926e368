/**
 * What another base means for hosts: `match` is asked about the base as it is and as it would be, where the bytes of both are at hand, and
 * what got worse is told. Nothing else judges here: what `match` says of an image on a host is what counts. A glibc that is newer than the
 * host's keeps no image from running; it is told, and never counts.
 */
import { toDisplayText } from "./display-text.js";
import type { ImageAtHand } from "./fill-lock.js";
import type { Host } from "./host/host.js";
import { normalizePlatform, toPlatformText } from "./image/platform.js";
import { match } from "./match.js";
import type { MatchOptions } from "./match-options.js";
import type { MatchCell } from "./match/matrix.js";
import type { Floors } from "./spec/need.js";
import { compareReleases } from "./spec/releases.js";
import { MATCH_VERDICTS, type MatchVerdict, type Reason } from "./match/reason.js";

export type BaseJudgeOptions = Omit<MatchOptions, "platform" | "reference" | "stdin" | "env">;

export interface BaseChange {
  /** what is there today; absent where its bytes are not at hand */
  readonly today?: ImageAtHand;
  /** what would be there, likewise */
  readonly next?: ImageAtHand;
  /** os/arch[/variant] where FROM names one; else each host has its own */
  readonly platform?: string;
}

/** What speaks against a change: a reason of `match`, or a floor that it raises past the host. */
export interface BaseReason {
  readonly id: Reason["id"] | "glibc-floor-raised";
  readonly message: string;
}

/** That a host has a reason not to want a change. */
export interface HostDoubt {
  /** `source` of the host; absent where no host could be asked */
  readonly host?: string;
  /** `runs` where a floor is raised and nothing else is worse */
  readonly verdict: "unknown" | "will-not-run" | "runs";
  /** of the base as it is; absent where its bytes are not at hand */
  readonly before?: MatchVerdict;
  /** what speaks against it and not against the base as it is, worst first; none where the newer one's bytes are not at hand */
  readonly reasons: readonly BaseReason[];
}

/** The doubts about a change; none where it makes nothing worse. @throws ContainerspecError where an image cannot be read */
export type BaseJudge = (change: BaseChange) => Promise<readonly HostDoubt[]>;

/** A judge that asks about each image once. */
export function createBaseJudge(options: BaseJudgeOptions): BaseJudge {
  const { hosts } = options;
  const known = new Map<string, Promise<Answers>>();
  const ask = (image: ImageAtHand, platform: string | undefined): Promise<Answers> => {
    const key = `${image.digest} ${platform ?? ""}`;
    const answers = known.get(key) ?? matchAtHand(image, platform, options);
    known.set(key, answers);
    return answers;
  };
  return async ({ today, next, platform }) => {
    if (next === undefined) return [{ verdict: "unknown", reasons: [] }];
    const now = today === undefined ? undefined : await ask(today, platform);
    const then = await ask(next, platform);
    return hosts.flatMap((host, index) => judgeHost(host, now?.[index], then[index]) ?? []);
  };
}

interface Answer {
  readonly cell: MatchCell;
  readonly floors: Floors;
}

/** Of each host; undefined for one whose platform the image has, and not here. */
type Answers = readonly (Answer | undefined)[];

/** What a host has against the newer base and not against that of today. */
function judgeHost(host: Host, before: Answer | undefined, after: Answer | undefined): HostDoubt | undefined {
  const source = toDisplayText(host.source);
  const told = before === undefined ? {} : { before: before.cell.verdict };
  if (after === undefined) return { host: source, verdict: "unknown", ...told, reasons: [] };
  const { verdict } = after.cell;
  const worse = RUNS.has(verdict) ? [] : findWorse(after.cell, before?.cell);
  const reasons = [...worse, ...findRaisedFloor(after, before, host)];
  if (reasons.length === 0) return undefined;
  const isWorse = worse.length > 0 && verdict !== "runs-with-mounts";
  return { host: source, verdict: isWorse ? verdict : "runs", ...told, reasons };
}

async function matchAtHand(
  image: ImageAtHand,
  platform: string | undefined,
  options: BaseJudgeOptions,
): Promise<Answers> {
  const hosts = options.hosts.filter((host) => isAtHand(image, platform, host));
  if (hosts.length === 0) return options.hosts.map(() => undefined);
  const { cells, images } = await match([image.source], {
    ...options,
    hosts,
    reference: image.digest,
    ...(platform === undefined ? {} : { platform }),
  });
  const floors = images[0]?.floors ?? {};
  return options.hosts.map((host) => {
    const cell = cells[hosts.indexOf(host)];
    return cell && { cell, floors };
  });
}

/**
 * The glibc that a base's files require, where the host's is older and was new enough for those of before. An image brings its own along, so
 * that it runs; what is built on the base and taken out of it does not.
 */
function findRaisedFloor(
  { floors: { glibc } }: Answer,
  before: Answer | undefined,
  { libc }: Host,
): readonly BaseReason[] {
  if (glibc === undefined || libc.family !== "glibc" || libc.version === undefined) return [];
  const isPast = (floor: string): boolean => compareReleases(floor, libc.version ?? "") > 0;
  if (!isPast(glibc) || isPast(before?.floors.glibc ?? "0")) return [];
  const message = `its files require glibc ${glibc}, and the host has ${libc.version}: what is built on it runs there in a container alone`;
  return [{ id: "glibc-floor-raised", message }];
}

/** An image that is for other platforms alone, and lacks none, is an answer, too: it does not run there. */
function isAtHand({ platforms, absent }: ImageAtHand, platform: string | undefined, { machine }: Host): boolean {
  if (platform !== undefined) return platforms.includes(platform);
  if (machine === undefined) return true;
  return !absent.includes(toPlatformText(normalizePlatform({ os: "linux", architecture: machine })));
}

/** What speaks against an image, and does not speak against the one before. What ran nowhere before loses nothing. */
function findWorse(after: MatchCell, before: MatchCell | undefined): readonly Reason[] {
  const against = after.reasons.filter(({ verdict }) => !RUNS.has(verdict));
  if (before === undefined) return against;
  if (before.verdict === "will-not-run" || rank(after) < rank(before)) return [];
  return against.filter((reason) => !before.reasons.some((one) => isSameReason(one, reason)));
}

const RUNS: ReadonlySet<MatchVerdict> = new Set(["runs", "runs-with-mounts"]);

function rank({ verdict }: MatchCell): number {
  return MATCH_VERDICTS.indexOf(verdict);
}

function isSameReason(one: Reason, other: Reason): boolean {
  return one.id === other.id && one.verdict === other.verdict && one.message === other.message;
}
