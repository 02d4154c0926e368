/**
 * An image of which there is an artifact alone, on one host. It is asked what the image would be asked, as far as the artifact says it; where
 * it is silent, nobody knows. So no artifact makes an image run that would not, unless it says so itself, and then it is believed.
 */
import { listLevelsBelow } from "../cpu/level.js";
import type { Claims } from "../artifacts/claims.js";
import type { CellAnswer } from "./judge-cell.js";
import { judgeMachine } from "./judge-machine.js";
import { MATCH_VERDICTS, worstOf, type Reason } from "./reason.js";
import type { MatchTarget } from "./target.js";

export interface ClaimQuestion {
  readonly claims: Claims;
  /** whose form it is in, for sentences */
  readonly title: string;
  readonly target: MatchTarget;
  /** the host's loader finds a library of this name */
  readonly hasLibrary: (name: string) => boolean;
}

export function judgeClaims(asked: ClaimQuestion): CellAnswer {
  const reasons = listReasons(asked).sort(
    (a, b) => MATCH_VERDICTS.indexOf(b.verdict) - MATCH_VERDICTS.indexOf(a.verdict),
  );
  return { verdict: worstOf(reasons), optimal: null, reasons };
}

function listReasons(asked: ClaimQuestion): Reason[] {
  const { claims, title, target } = asked;
  if (claims.machine === undefined) return [silent(title, "for which machine its programs are"), ...judgeBounds(asked)];
  const machine = judgeMachine({ need: { machine: claims.machine }, target });
  if (machine.by === "no") return [...machine.reasons];
  if (machine.by === "emulated") return [silent(title, "what an emulator makes of it")];
  return [...machine.reasons, ...judgeBounds(asked), ...judgeKernel(asked), ...judgeCpu(asked), ...judgeStart(asked)];
}

/** What nothing in it starts below. */
function judgeBounds({ claims: { refusesBelow }, target }: ClaimQuestion): Reason[] {
  const { kernel, isa } = refusesBelow;
  const { level } = target.cpu;
  const isOlder = kernel !== undefined && target.kernel?.isExact === true && isBelow(target.kernel.release, kernel);
  const isLower = isa !== undefined && level?.isExact === true && !listLevelsBelow(level.name).includes(isa);
  return [
    ...(isOlder
      ? [
          refusal(
            "kernel-too-old",
            `Nothing of it starts on a kernel older than Linux ${kernel}, and the host has ${target.kernel.release.join(".")}`,
          ),
        ]
      : []),
    ...(isLower
      ? [refusal("isa-too-low", `Nothing of it starts below ${isa}, which the host's CPU (${level.name}) is not`)]
      : []),
  ];
}

/** The kernel that it was made for. */
function judgeKernel({ claims: { madeFor, refusesBelow }, target: { kernel } }: ClaimQuestion): Reason[] {
  const floors = [madeFor.kernel, refusesBelow.kernel].filter((one) => one !== undefined);
  const missed = floors.find((floor) => kernel === undefined || isBelow(kernel.release, floor));
  if (missed === undefined) return [];
  if (kernel?.isExact !== true) {
    const message = `It was made for Linux ${missed} and later, and the host's kernel is not known`;
    return [{ id: "kernel-unknown", verdict: "unknown", message, subjects: [] }];
  }
  const message = `It was made for Linux ${missed} and later, and the host has ${kernel.release.join(".")}`;
  return [{ id: "kernel-unsupported", verdict: "unknown", message, subjects: [] }];
}

/** The instruction set that it was made for. */
function judgeCpu({ claims: { madeFor, refusesBelow }, target: { cpu } }: ClaimQuestion): Reason[] {
  const known = cpu.level === undefined ? [] : listLevelsBelow(cpu.level.name);
  const missed = [madeFor.isa, refusesBelow.isa].find((isa) => isa !== undefined && !known.includes(isa));
  if (missed === undefined) return [];
  const words = cpu.level?.isExact === true ? `the host's CPU is ${cpu.level.name}` : "the host's CPU is not known";
  return [{ id: "isa-unknown", verdict: "unknown", message: `It was made for ${missed}, and ${words}`, subjects: [] }];
}

function judgeStart({ claims: { starts, needs }, title, hasLibrary }: ClaimQuestion): Reason[] {
  if (starts === undefined) return [silent(title, "whether what it starts does start")];
  const there = needs.map(({ name }) => name).filter(hasLibrary);
  if (there.length > 0) {
    const message = `It lacks ${there.join(", ")}, which the host has: whether the host's may be mounted only the image itself tells`;
    return [{ id: "driver-unknown", verdict: "unknown", message, subjects: [] }];
  }
  if (starts === "yes") {
    const message = `That what it starts does start is what its artifact says (${title}); the image itself was not looked at`;
    return [{ id: "artifact-believed", verdict: "runs", message, subjects: [] }];
  }
  const lack =
    needs.length === 0 ? "" : `, without ${needs.map(({ name }) => name).join(", ")}, which the host has not`;
  return [refusal("artifact-refuses", `What it starts does not start, as its artifact says (${title})${lack}`)];
}

function silent(title: string, what: string): Reason {
  const message = `Its artifact (${title}) does not say ${what}`;
  return { id: "artifact-silent", verdict: "unknown", message, subjects: [] };
}

function refusal(id: Reason["id"], message: string): Reason {
  return { id, verdict: "will-not-run", message, subjects: [] };
}

function isBelow(release: readonly number[], floor: string): boolean {
  const numbers = floor.split(".").map(Number);
  const at = [0, 1, 2].find((i) => (release[i] ?? 0) !== (numbers[i] ?? 0));
  return at !== undefined && (release[at] ?? 0) < (numbers[at] ?? 0);
}
