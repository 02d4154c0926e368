/** The runtimes that a plan is written for, and how one is asked for: `--emit docker`, `--emit cdi=/etc/cdi/libraries.json`. */
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import type { Report } from "../index.js";
import type { Emitter } from "../reporters/emit/emission.js";
import { ContainerspecError } from "../vocabulary.js";
import type { Output } from "./formats.js";

/** Each is loaded where it is asked for. */
const EMITTERS: Readonly<Record<string, () => Promise<Emitter>>> = {
  apptainer: async () => (await import("../reporters/emit/apptainer.js")).emitApptainer,
  "apptainer-bind": async () => (await import("../reporters/emit/apptainer.js")).emitApptainerBind,
  bubblewrap: async () => (await import("../reporters/emit/bubblewrap.js")).emitBubblewrap,
  cdi: async () => (await import("../reporters/emit/cdi.js")).emitCdi,
  charliecloud: async () => (await import("../reporters/emit/charliecloud.js")).emitCharliecloud,
  docker: async () => (await import("../reporters/emit/docker.js")).emitDocker,
  kubernetes: async () => (await import("../reporters/emit/kubernetes.js")).emitKubernetes,
  podman: async () => (await import("../reporters/emit/podman.js")).emitPodman,
  sarus: async () => (await import("../reporters/emit/sarus.js")).emitSarus,
  shifter: async () => (await import("../reporters/emit/shifter.js")).emitShifter,
  singularity: async () => (await import("../reporters/emit/apptainer.js")).emitSingularity,
};

/** Their names, for people. */
export const EMITTER_NAMES = Object.keys(EMITTERS).join(", ");

/** One --emit option. */
export function collectEmitter(value: string, before: readonly Output[] = []): readonly Output[] {
  const equals = value.indexOf("=");
  const format = equals === -1 ? value : value.slice(0, equals);
  const file = equals === -1 ? undefined : value.slice(equals + 1);
  if (!Object.hasOwn(EMITTERS, format))
    throw new InvalidArgumentError(`Expected one of ${EMITTER_NAMES}, or one with a file, as in cdi=libraries.json.`);
  if (file === "") throw new InvalidArgumentError("Expected a file name behind the equals sign.");
  const isTaken = (other: Output): boolean =>
    file === undefined ? other.file === undefined : other.file !== undefined && resolve(other.file) === resolve(file);
  if (before.some(isTaken))
    throw new InvalidArgumentError("Only one runtime's text can go to one place; name another file for the other.");
  return [...before, { format, ...(file === undefined ? {} : { file }) }];
}

/**
 * The plan of a report in the words of a runtime; undefined where there is none that works.
 *
 * @throws ContainerspecError usage where the runtime has no words for it
 */
export async function renderEmission(report: Report, { format }: Output): Promise<string | undefined> {
  const { plan } = report;
  const emit = await EMITTERS[format]?.();
  if (plan?.works !== true || emit === undefined) return undefined;
  const { toEmission } = await import("../reporters/emit/emission.js");
  return emit(toEmission(report, plan));
}

/** @throws ContainerspecError usage where what is emitted would meet something else in one place, or is of several reports */
export function checkEmitters(
  emitters: readonly Output[],
  formats: readonly Output[] | undefined,
  images: readonly string[],
  hosts: readonly string[] | undefined,
): void {
  if (emitters.length === 0) return;
  if (images.length > 1 || (hosts?.length ?? 1) > 1) {
    throw new ContainerspecError(
      "usage",
      "Cannot emit for several images or hosts: each has a plan of its own; ask for one image on one host",
    );
  }
  const places = (outputs: readonly Output[]): readonly string[] =>
    outputs.map(({ file }) => (file === undefined ? "standard output" : resolve(file)));
  const taken = new Set(places(formats ?? []));
  const twice = places(emitters).find((place) => taken.has(place));
  if (twice === undefined) return;
  throw new ContainerspecError(
    "usage",
    `Cannot write a report and a runtime's text to ${twice}: name another file for one of them, as in --emit docker=run.sh`,
  );
}
