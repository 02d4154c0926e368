/**
 * What can be claimed of an image. Nothing is concluded from its floors: the image is asked about on machines that differ in one thing, a
 * CPU of each level and kernels of each release that its files name, and what match answers there is what is claimed.
 */
import type { Bounds, Claims } from "./artifacts/claims.js";
import type { CpuTable } from "./cpu/microarchitecture.js";
import { lowestLevel, X86_64_LEVELS } from "./cpu/level.js";
import { createHost, type Host } from "./host/host.js";
import { readOsRelease } from "./host/os-release.js";
import { toPlatformText } from "./image/platform.js";
import { findCpuChoices } from "./loader/find-cpu-choices.js";
import { compareKernels } from "./loader/machine-limits.js";
import { matchOpened } from "./match.js";
import type { MatchVerdict } from "./match/reason.js";
import { toMatchTarget } from "./to-match-target.js";
import type { OpenedNeeds } from "./open-needs.js";
import type { RootFilesystem } from "./rootfs/filesystem.js";
import { walk } from "./rootfs/walk.js";
import { isOptional } from "./spec/drivers.js";
import { describeStacks } from "./stacks/describe.js";
import type { FileFacts } from "./loader/facts.js";

/** newer than any that a file can ask for */
const NEWEST = "99.0.0";
/** older than any that a file does ask for */
const OLDEST = "1.0.0";
const BASE_NAME = "org.opencontainers.image.base.name";

const EMPTY_ROOT: RootFilesystem<FileFacts> = {
  lookup: (path) => (path === "/" ? { kind: "directory", mode: 0o755 } : undefined),
  list: () => [],
};

/** @param table the microarchitectures that names are compared by */
export function describeClaims(image: OpenedNeeds, table: CpuTable): Claims {
  const { opened, described, side } = image;
  const { need } = described;
  const { mpi, gpu, fabric } = describeStacks(opened.snapshot);
  const { config, digest, reference, platform } = opened.image;
  const { family, version } = side.facts.libc;
  const os = readOsRelease(opened.snapshot);
  const base = config.labels[BASE_NAME];
  return {
    subject: {
      digest,
      ...(reference === undefined ? {} : { reference }),
      platform: toPlatformText(platform),
      ...(base === undefined ? {} : { base }),
    },
    ...(need.machine === undefined ? {} : { machine: need.machine }),
    ...(family === "none" ? {} : { libc: { family, ...(version === undefined ? {} : { version }) } }),
    ...(os.id === "" ? {} : { os: { id: os.id, versionId: os.versionId, name: os.prettyName } }),
    mpi: mpi
      .filter((one) => one.family !== "unknown-mpi")
      .map((one) => ({
        family: one.family,
        ...(one.version === undefined ? {} : { version: one.version }),
        path: one.path,
      })),
    gpu: gpu.map((one) => one.family),
    fabric: fabric.map((one) => one.family),
    ...(need.target === undefined ? {} : { target: need.target.name }),
    ...describeBounds(image, table),
    needs: need.drivers
      .filter((driver) => !driver.isThere && !isOptional(driver))
      .map(({ name, project }) => ({ name, project })),
  };
}

/** What it starts on, and what refuses. Where more has a say than CPU and kernel, nothing is claimed. */
function describeBounds(image: OpenedNeeds, table: CpuTable): Pick<Claims, "refusesBelow" | "madeFor" | "starts"> {
  const { opened, described } = image;
  const { machine } = described.need;
  const nothing = { refusesBelow: {}, madeFor: {} };
  if (machine === undefined || opened.unreadLayers.length > 0) return nothing;
  const levels = listLevels(machine, described.need);
  const best = levels.at(-1);
  const ask = (kernel: string, level: string | undefined): MatchVerdict => {
    const host = createBlankHost(machine, kernel);
    const options = { hosts: [host], ...(level === undefined ? {} : { cpuLevel: level }) };
    return matchOpened(image, host, toMatchTarget(host, level), table, options).verdict;
  };
  const byLevel = levels.map((level) => ({ bound: level, verdict: ask(NEWEST, level) }));
  const byKernel = listKernels(opened.snapshot).map((bound) => ({ bound, verdict: ask(bound, best) }));
  const verdict = ask(NEWEST, best);
  const bounds = [findBounds(byLevel, verdict), findBounds(byKernel, verdict)] as const;
  if (bounds[0] === undefined || bounds[1] === undefined) return nothing;
  const of = (which: "refusesBelow" | "madeFor"): Bounds => {
    const [isa, kernel] = bounds.map((one) => one?.[which]);
    return { ...(isa === undefined ? {} : { isa }), ...(kernel === undefined ? {} : { kernel }) };
  };
  const isByModel = findCpuChoices(opened.snapshot).isByModel;
  const starts = isByModel || verdict === "unknown" ? {} : ({ starts: verdict === "runs" ? "yes" : "no" } as const);
  return { refusesBelow: of("refusesBelow"), madeFor: of("madeFor"), ...starts };
}

interface Asked {
  readonly bound: string;
  readonly verdict: MatchVerdict;
}

/**
 * Answers from the lowest bound up, each at least as good as the one before.
 *
 * @param best the answer above all of them
 * @returns undefined where they are not in that order
 */
function findBounds(asked: readonly Asked[], best: MatchVerdict) {
  const order: readonly MatchVerdict[] = ["will-not-run", "unknown", "runs-with-mounts", "runs"];
  const ranks = [...asked.map(({ verdict }) => order.indexOf(verdict)), order.indexOf(best)];
  if (ranks.some((rank, at) => rank < (ranks[at - 1] ?? 0))) return undefined;
  // What is so below all bounds has another cause than they.
  const from = (isSo: (verdict: MatchVerdict) => boolean): string | undefined => {
    const at = asked.findIndex(({ verdict }) => isSo(verdict));
    return at <= 0 ? undefined : asked[at]?.bound;
  };
  return { refusesBelow: from((verdict) => verdict !== "will-not-run"), madeFor: from((verdict) => verdict === best) };
}

/** The levels of a CPU that may make a difference, from the lowest up. */
function listLevels(machine: string, { floors, code }: OpenedNeeds["described"]["need"]): readonly string[] {
  if (machine === "x86_64") return X86_64_LEVELS;
  const named = [lowestLevel(machine), floors.isa, code?.level].filter((one) => one !== undefined);
  return [...new Set(named)];
}

/** Releases that notes of its files name, oldest first, behind one that is older than all. */
function listKernels(root: RootFilesystem<FileFacts>): readonly string[] {
  const found = new Map<string, readonly number[]>();
  for (const { node } of walk(root)) {
    if (node.kind !== "file" || node.facts.kind !== "elf") continue;
    const kernel = node.facts.elf.notes.abiTag?.kernel;
    if (kernel !== undefined) found.set(kernel.join("."), kernel);
  }
  return [OLDEST, ...[...found].sort(([, a], [, b]) => compareKernels(a, b)).map(([text]) => text)];
}

/** A machine with nothing on it. */
function createBlankHost(machine: string, kernel: string): Host {
  return createHost(EMPTY_ROOT, { source: "no host", machine, kernel });
}
