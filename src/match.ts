/**
 * Several images on several hosts: which runs where, why not, and how well it suits the CPU. Each image is read once for each platform
 * that the hosts want of it.
 */
import { analyzeOpened } from "./analyze.js";
import type { CpuTable } from "./cpu/microarchitecture.js";
import { MICROARCHITECTURES } from "./cpu/microarchitectures.js";
import { describeKernels, describeMachines } from "./describe-machines.js";
import { toDisplayTexts } from "./display-text.js";
import { ContainerspecError } from "./errors.js";
import type { Host } from "./host/host.js";
import { findArtifact } from "./read-artifact.js";
import type { ReadArtifact } from "./artifacts/formats.js";
import { judgeClaims } from "./match/judge-claims.js";
import { judgeCell } from "./match/judge-cell.js";
import type { MatchCell, MatchReport } from "./match/matrix.js";
import type { DriverMount, Question } from "./match/question.js";
import { rankCells } from "./match/rank.js";
import { MATCH_VERDICTS, type MatchVerdict } from "./match/reason.js";
import type { MatchTarget } from "./match/target.js";
import type { MatchOptions } from "./match-options.js";
import { openNeeds, type OpenedNeeds } from "./open-needs.js";
import { readCpuTable } from "./read-cpu.js";
import { compareKernels, parseKernel } from "./loader/machine-limits.js";
import { toDisplayPath } from "./rootfs/path.js";
import { isOptional } from "./spec/drivers.js";
import type { ImageNeed } from "./spec/need.js";
import { countCopies } from "./spec/fate.js";
import { findCuda, findDriver, namedCpuOf, toMatchTarget } from "./to-match-target.js";
import { toClaimedImage, toMatchedHost, toMatchedImage } from "./to-matrix.js";
import { VERSION } from "./version.js";

const MATRIX_VERSION = "1.0.0";
/** whose image is taken for a host of which no machine is known */
const ANY_MACHINE = "x86_64";

/**
 * Matches each image, a file, a folder or "-" for `options.stdin`, with each host. In the place of an image there may be its compatibility
 * artifact.
 *
 * @throws ContainerspecError where an image cannot be read
 */
export async function match(sources: readonly string[], options: MatchOptions): Promise<MatchReport> {
  const table = options.cpuTable === undefined ? MICROARCHITECTURES : await readCpuTable(options.cpuTable);
  const targets = options.hosts.map((host) => toMatchTarget(host, options.cpuLevel));
  const images = [];
  const cells: MatchCell[] = [];
  for (const source of sources) {
    const artifact = await findArtifact(source);
    const opened = artifact === undefined ? await openForHosts(source, targets, options) : [];
    images.push(artifact === undefined ? toMatchedImage(opened[0] as OpenedNeeds) : toClaimedImage(source, artifact));
    for (const [index, host] of options.hosts.entries()) {
      const target = targets[index] as MatchTarget;
      options.onProgress?.({ stage: `matching ${source} with ${host.source}`, done: index, total: targets.length });
      cells.push(
        artifact === undefined
          ? matchOpened(opened[index] as OpenedNeeds, host, target, table, options)
          : matchArtifact(source, artifact, host, target),
      );
    }
  }
  return toDisplayTexts({
    schemaVersion: MATRIX_VERSION,
    tool: { name: "containerspec", version: VERSION },
    images,
    hosts: options.hosts.map((host, index) => toMatchedHost(host, targets[index] as MatchTarget)),
    cells,
    ranking: toRanking(cells),
    summary: summarize(cells),
  });
}

/**
 * The image as each host gets it: of an index its own platform's. A host that has no image there is asked with that of another, which
 * says what is wrong.
 */
async function openForHosts(
  source: string,
  targets: readonly MatchTarget[],
  options: MatchOptions,
): Promise<readonly OpenedNeeds[]> {
  const byMachine = new Map<string, OpenedNeeds | undefined>();
  let first: OpenedNeeds | undefined;
  let failure: unknown;
  for (const { machine = ANY_MACHINE } of targets) {
    if (byMachine.has(machine)) continue;
    // What is no choice is read once; a stream can be read only once.
    if (first !== undefined && (first.isOnly || source === "-")) byMachine.set(machine, first);
    else {
      const opened = await openNeeds(source, machine, options).catch((error: unknown) => {
        if (!(error instanceof ContainerspecError) || error.code !== "platform-not-found") throw error;
        failure = error;
        return undefined;
      });
      first ??= opened;
      byMachine.set(machine, opened);
    }
  }
  if (first === undefined) throw failure;
  const other = first;
  return targets.map(({ machine = ANY_MACHINE }) => byMachine.get(machine) ?? other);
}

/** An image of which there is an artifact alone, on one host. */
function matchArtifact(source: string, { format, claims }: ReadArtifact, host: Host, target: MatchTarget): MatchCell {
  const hasLibrary = (name: string): boolean => findDriver(host, name, host.examples[0]) !== undefined;
  return { image: source, host: host.source, ...judgeClaims({ claims, title: format.title, target, hasLibrary }) };
}

/** One image that was read, on one host. */
export function matchOpened(
  image: OpenedNeeds,
  host: Host,
  target: MatchTarget,
  table: CpuTable,
  options: MatchOptions,
): MatchCell {
  const { cpuLevel, ...others } = options;
  const named = namedCpuOf(target.machine, cpuLevel);
  const question = ask(image, host, target, { ...others, ...(named === undefined ? {} : { cpuLevel: named }) });
  return { image: image.source, host: host.source, ...judgeCell(question, table) };
}

/** Everything that the verdict follows from, found by the simulated loader on each machine that the host may be. */
function ask(image: OpenedNeeds, host: Host, target: MatchTarget, options: MatchOptions): Question {
  const { need, programs } = image.described;
  const isOwn = need.machine === target.machine;
  const { cpuLevel } = options;
  const level = cpuLevel === undefined ? {} : { cpuLevel };
  const { snapshot } = image.opened;
  const machines = describeKernels(
    describeMachines({ host, ...level }, snapshot, image.env),
    findOldestKernel(need, target),
    snapshot,
  );
  const fates = machines.map((machine) => {
    const side = image.sideOn(machine);
    return programs.map((program) => image.foretell(program, { loader: side.subject.loader, limits: machine.limits }));
  });
  return {
    need,
    target,
    stopped: fates.map((all) =>
      all.flatMap(({ program, troubles }) =>
        troubles.length === 0 ? [] : [{ path: toDisplayPath(program.path), troubles }],
      ),
    ),
    drivers: isOwn ? judgeDriverMounts(image, host, options) : [],
    cuda: findCuda(host),
    // Only what is certain to be taken.
    copies: machines.length === 1 && isOwn ? countCopies(fates[0] ?? []) : [],
  };
}

/** What the host's C library runs on, or the image's own, of which judge-kernel.ts says whether the host has that. */
function findOldestKernel({ floors }: ImageNeed, { kernel }: MatchTarget): readonly number[] {
  const [own, asked] = [kernel?.release ?? [], parseKernel(floors.kernel) ?? []];
  return compareKernels(own, asked) > 0 ? own : asked;
}

/** What `analyze` says of mounting the machine's libraries that the image asks for and lacks. */
function judgeDriverMounts(image: OpenedNeeds, host: Host, options: MatchOptions): readonly DriverMount[] {
  const asked = image.described.need.drivers.filter(({ isThere }) => !isThere);
  const present = asked.filter(({ name }) => findDriver(host, name, image.like) !== undefined);
  const judged = present.filter((need) => !isOptional(need)).map(({ name }) => name);
  const verdicts = new Map<string, DriverMount>();
  if (judged.length > 0) {
    const { env, cpuLevel } = options;
    const report = analyzeOpened(image.opened, {
      host,
      libraries: judged,
      ...(env === undefined ? {} : { env }),
      ...(cpuLevel === undefined ? {} : { cpuLevel }),
    });
    for (const { soname, verdict, suggested } of report.mounts)
      verdicts.set(soname, { name: soname, verdict, companions: suggested });
  }
  return asked.map((need) => {
    const { name } = need;
    if (!present.some((one) => one.name === name)) return { name, verdict: "absent", companions: [] };
    return verdicts.get(name) ?? { name, verdict: isOptional(need) ? "loads" : "unknown", companions: [] };
  });
}

function toRanking(cells: readonly MatchCell[]): MatchReport["ranking"] {
  const rankBy = (key: "image" | "host", other: "image" | "host") =>
    [...new Set(cells.map((cell) => cell[key]))].map((of) => ({
      of,
      places: rankCells(
        cells.filter((cell) => cell[key] === of),
        (cell) => cell,
      ).map((place) => place.map((cell) => cell[other])),
    }));
  return { images: rankBy("host", "image"), hosts: rankBy("image", "host") };
}

function summarize(cells: readonly MatchCell[]): MatchReport["summary"] {
  const counts = Object.fromEntries(MATCH_VERDICTS.map((verdict) => [verdict, 0])) as Record<MatchVerdict, number>;
  for (const { verdict } of cells) counts[verdict] += 1;
  return counts;
}
