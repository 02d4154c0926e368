/**
 * What another base means for hosts: `match` is asked about the base as it is and as it would be, where the bytes of both are at hand, and
 * what got worse is told. Nothing else judges here: what `match` says of an image on a host is what counts.
 */
import { toDisplayText } from "./display-text.js";
import type { ImageAtHand } from "./fill-lock.js";
import type { Host } from "./host/host.js";
import { normalizePlatform, toPlatformText } from "./image/platform.js";
import { match } from "./match.js";
import type { MatchOptions } from "./match-options.js";
import type { MatchCell } from "./match/matrix.js";
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

/** That a host has a reason not to want a change. */
export interface HostDoubt {
  /** `source` of the host; absent where no host could be asked */
  readonly host?: string;
  readonly verdict: "unknown" | "will-not-run";
  /** of the base as it is; absent where its bytes are not at hand */
  readonly before?: MatchVerdict;
  /** what speaks against it and not against the base as it is, worst first; none where the newer one's bytes are not at hand */
  readonly reasons: readonly Reason[];
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
    return hosts.flatMap((host, index) => {
      const source = toDisplayText(host.source);
      const [before, after] = [now?.[index], then[index]];
      const told = before === undefined ? {} : { before: before.verdict };
      if (after === undefined) return [{ host: source, verdict: "unknown", ...told, reasons: [] } as const];
      const { verdict } = after;
      const reasons = findWorse(after, before);
      if (reasons.length === 0 || (verdict !== "unknown" && verdict !== "will-not-run")) return [];
      return [{ host: source, verdict, ...told, reasons }];
    });
  };
}

/** Of each host; undefined for one whose platform the image has, and not here. */
type Answers = readonly (MatchCell | undefined)[];

async function matchAtHand(
  image: ImageAtHand,
  platform: string | undefined,
  options: BaseJudgeOptions,
): Promise<Answers> {
  const hosts = options.hosts.filter((host) => isAtHand(image, platform, host));
  if (hosts.length === 0) return options.hosts.map(() => undefined);
  const { cells } = await match([image.source], {
    ...options,
    hosts,
    reference: image.digest,
    ...(platform === undefined ? {} : { platform }),
  });
  return options.hosts.map((host) => cells[hosts.indexOf(host)]);
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
