/**
 * Which libraries get their verdict for one reason. Where a hundred libraries need a newer C library, the reader wants to be told
 * once, and not a hundred times.
 */
import type { Finding, MountReport } from "../report.js";

export interface MountGroup {
  readonly mounts: readonly MountReport[];
  /** why all of them get their verdict; undefined for names of one file, which are told like one library */
  readonly reason?: string;
}

/** As many that lack something in one file are told one by one. */
const MAX_APART = 3;

/** Mounts in their order, put together where one reason serves for several. */
export function groupMounts(mounts: readonly MountReport[]): readonly MountGroup[] {
  return [...groupBy(mounts, causeOf).values()].flatMap((alike) => {
    const files = [...groupBy(alike, fileOf).values()];
    const isRefused = alike[0] !== undefined && isRefusal(alike[0]);
    return files.length > (isRefused ? 1 : MAX_APART)
      ? [{ mounts: alike, reason: describeCause(alike) }]
      : files.map((same) => ({ mounts: same }));
  });
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/**
 * A rule that refuses a library without a word of the loader refuses all of its kind; libraries that lack nothing but versions of
 * one file lack them for one reason. Everything else is a cause of its own, and so is what companions mend.
 */
function causeOf(mount: MountReport): string {
  const own = `own: ${fileOf(mount)}`;
  const [first] = mount.findings;
  if (first === undefined || mount.suggested.length > 0) return own;
  if (isRefusal(mount)) return `refused: ${first.rule} ${roleOf(first)}`;
  const serious = mount.findings.filter(({ severity }) => severity !== "note");
  const lacks = new Set(serious.map((finding) => lackOf(finding)));
  const [only] = lacks;
  return only === undefined || lacks.size > 1 ? own : `lacks: ${only}`;
}

/** The file that lacks a version which a mounted one requires. */
function lackOf(finding: Finding): string | undefined {
  const version = versionOf(finding);
  const isHosts = version !== undefined && sideOf(finding, version.requiredBy) === "host";
  return isHosts ? `${finding.rule} ${version.provider}` : undefined;
}

function isRefusal({ findings: [first] }: MountReport): boolean {
  return first !== undefined && first.loaderMessage === undefined;
}

/** Names of one file that fare alike. */
function fileOf({ source, findings }: MountReport): string {
  return `${source} ${findings.map(({ rule }) => rule).join(" ")}`;
}

/** The reason as the end of a sentence. */
function describeCause(mounts: readonly MountReport[]): string {
  const finding = mounts[0]?.findings[0];
  const version = finding === undefined ? undefined : versionOf(finding);
  if (finding === undefined || version === undefined) return finding?.message ?? "";
  const names = new Set(mounts.flatMap(({ findings }) => findings.flatMap((one) => versionOf(one)?.name ?? [])));
  const owner = sideOf(finding, version.provider) === "image" ? "the image's " : "";
  return `${owner}${version.provider} does not define versions that they need (${[...names].sort(compareVersions).join(", ")})`;
}

function versionOf({ evidence }: Finding) {
  return evidence.find((one) => one.kind === "version");
}

function sideOf({ evidence }: Finding, path: string): "image" | "host" | undefined {
  return evidence.flatMap((one) => (one.kind === "file" && one.path === path ? [one.side] : []))[0];
}

/** Files that play different parts make different reasons: half of one project is not half of another. */
function roleOf({ evidence }: Finding): string {
  return evidence.flatMap((one) => (one.kind === "file" ? [one.role] : [])).sort()[0] ?? "";
}

/** 2.9 before 2.10, in every locale alike. */
function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((name) => name.replace(/\d+/g, (digits) => digits.padStart(8, "0")));
  return (a ?? "") < (b ?? "") ? -1 : 1;
}
