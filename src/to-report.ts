/** What the stages of analyze found, as the report: sorted, in text for people, and with nothing in it that changes between runs. */
import type { AnalyzeOptions } from "./analyze-options.js";
import { toCompanionMounts, toCompanionNames } from "./companion-rows.js";
import { findNamedCpu } from "./cpu/named-cpu.js";
import type { Host } from "./host/host.js";
import type { Platform } from "./image/documents.js";
import type { OpenedImage } from "./image/read-image.js";
import { toPlatformText } from "./image/platform.js";
import type { JudgedCandidate } from "./judge-candidate.js";
import type { JudgedSet } from "./judge-set.js";
import { toLayerReports } from "./layer-files.js";
import { abiOf } from "./loader/identity.js";
import type { FileFacts } from "./loader/facts.js";
import type { LibcIdentity } from "./loader/libc-identity.js";
import { findArchitecture } from "./loader/platform-abi.js";
import type { Machine } from "./mounts/launch.js";
import type { Side } from "./mounts/side.js";
import {
  VERDICTS,
  type Finding,
  type HostReport,
  type ImageReport,
  type LibcReport,
  type MountPlan,
  type MountReport,
  type Report,
  type Verdict,
} from "./report.js";
import { toDisplayTexts } from "./display-text.js";
import { toDisplayPath } from "./rootfs/path.js";
import { describeRules } from "./rules/judge.js";
import { toSetRows } from "./set-rows.js";
import { VERSION } from "./version.js";

const REPORT_VERSION = "1.0.0";

export interface Stages {
  readonly opened: OpenedImage<FileFacts>;
  readonly image: Side;
  readonly host: Host;
  /** what may run the image: one, where the CPU is known or makes no difference */
  readonly machines: readonly Machine[];
  readonly findings: readonly Finding[];
  readonly judged: readonly JudgedCandidate[];
  /** everything judged together, where that was asked for */
  readonly set?: JudgedSet;
  /** where one was asked for */
  readonly plan?: MountPlan;
  readonly options: AnalyzeOptions;
}

/** The report of one image and one host. */
export function toReport({ opened, image, host, machines, findings, judged, set, plan, options }: Stages): Report {
  const rows = set === undefined ? judged.map(toMountReport) : toSetRows(set);
  const mounts = [...rows].sort((a, b) => (a.soname < b.soname ? -1 : a.soname > b.soname ? 1 : 0));
  const all = [...findings, ...(set?.judgement.findings ?? []), ...mounts.flatMap((mount) => mount.findings)];
  return {
    schemaVersion: REPORT_VERSION,
    tool: { name: "containerspec", version: VERSION },
    image: toDisplayTexts({
      ...toImageReport(opened, image, findings),
      layers: toLayerReports(opened.image.layers, image.subject.objects, all),
    }),
    host: toDisplayTexts(toHostReport(host, machines, options.cpuLevel)),
    placement: options.placement ?? "over",
    companions: options.companions ?? "none",
    layerMode: options.layerMode ?? "overlay",
    ...toLdCache(options),
    mounts,
    set: set === undefined ? null : toSetReport(set),
    ...(plan === undefined ? {} : { plan }),
    rules: describeRules(all),
    summary: summarize(mounts),
  };
}

function toLdCache({ ldCache = "shipped" }: AnalyzeOptions): Pick<Report, "ldCache"> {
  return ldCache === "shipped" ? {} : { ldCache };
}

function toImageReport(
  { image }: OpenedImage<FileFacts>,
  side: Side,
  findings: readonly Finding[],
): Omit<ImageReport, "layers"> {
  return {
    source: image.source,
    ...(image.reference === undefined ? {} : { reference: image.reference }),
    digest: image.digest,
    platform: toPlatformText(findPlatform(image.platform, side)),
    libc: toLibcReport(side.facts.libc),
    findings,
  };
}

/** What the image says that it is for; where it does not, as a bare file system, what the programs are for by which it was judged. */
function findPlatform(platform: Platform, { subject: { like } }: Side): Platform {
  if (platform.architecture !== "") return platform;
  const found = like === undefined ? undefined : findArchitecture(abiOf(like));
  return { ...platform, ...(found ?? { architecture: "unknown" }) };
}

function toHostReport(host: Host, machines: readonly Machine[], cpuLevel: string | undefined): HostReport {
  const levels = [...new Set(machines.map(({ hwcaps }) => hwcaps[0] ?? "baseline"))];
  const { name = cpuLevel ?? "", level = cpuLevel } = findNamedCpu(cpuLevel ?? "") ?? {};
  const given = level === undefined ? {} : { cpu: { name, level } };
  return {
    source: host.source,
    name: host.osRelease.prettyName,
    libc: toLibcReport(host.libc),
    ...(host.kernel === undefined ? {} : { kernel: host.kernel }),
    ...(levels.length === 1 ? {} : { assumedCpuLevels: levels }),
    ...(host.cpu === undefined || cpuLevel !== undefined
      ? given
      : { cpu: { name: host.cpu.name, ...(host.cpu.level === undefined ? {} : { level: host.cpu.level }) } }),
  };
}

function toLibcReport({ family, version }: LibcIdentity): LibcReport {
  return { family, ...(version === undefined ? {} : { version }) };
}

function toMountReport({ candidate, mountCase, judgement, companions, suggested }: JudgedCandidate): MountReport {
  const { landings, consumers, broken, latent } = mountCase;
  const { soname } = candidate.elf;
  return {
    soname: toDisplayPath(candidate.name),
    ...(soname === undefined ? {} : { dtSoname: toDisplayPath(soname) }),
    source: toDisplayPath(candidate.realPath),
    target: toDisplayPath(landings[0]?.target ?? ""),
    loader: judgement.loader,
    verdict: judgement.verdict,
    companions: toCompanionNames(companions),
    companionMounts: toCompanionMounts(companions),
    suggested: toCompanionNames(suggested),
    suggestedMounts: toCompanionMounts(suggested),
    consumers: consumers.length,
    broken,
    latent,
    findings: judgement.findings,
  };
}

function toSetReport({ judgement, suggested }: JudgedSet): Report["set"] {
  const { loader, verdict, findings } = judgement;
  return {
    loader,
    verdict,
    findings,
    suggested: toCompanionNames(suggested),
    suggestedMounts: toCompanionMounts(suggested),
  };
}

function summarize(mounts: readonly MountReport[]): Readonly<Record<Verdict, number>> {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const { verdict } of mounts) counts[verdict] += 1;
  return counts;
}
