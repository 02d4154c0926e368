/**
 * Whether what the image starts does start. Where that is a shell or an init, or nothing is named, whatever is in the image may be
 * meant, and every program counts; else what it starts decides, and others are told of.
 */
import type { Trouble } from "../spec/fate.js";
import type { Question, StoppedProgram } from "./question.js";
import type { MatchVerdict, Reason, ReasonId } from "./reason.js";

export function judgeStart(question: Question): readonly Reason[] {
  const { need, drivers } = question;
  const { start } = need;
  if (start.isRefused === true) return [judgeMissing(question)];
  const isMounted = ({ kind, library }: Trouble): boolean =>
    kind === "library" && drivers.some(({ name }) => name === library);
  const stopped = question.stopped.map((programs) =>
    programs
      .map(({ path, troubles }) => ({ path, troubles: troubles.filter((one) => !isMounted(one)) }))
      .filter(({ troubles }) => troubles.length > 0),
  );
  return [
    ...judgeUnknownStart(question),
    ...tellTroubles(stopped, ({ path }) => start.programs.includes(path), kernelOf(question)),
    ...(start.isOpen ? judgeAll(question, stopped) : judgeOthers(question, stopped)),
  ];
}

function judgeMissing({ need: { start, unreadLayers } }: Question): Reason {
  const message = `It starts ${start.command[0] ?? ""}, and cannot: ${start.trouble ?? ""}`;
  const isKnown = unreadLayers.length === 0;
  return { id: "start-missing", verdict: isKnown ? "will-not-run" : "unknown", message, subjects: [] };
}

function judgeUnknownStart({ need: { start } }: Question): readonly Reason[] {
  if (start.trouble === undefined) return [];
  const message = `What it starts is not known: ${start.trouble}`;
  return [{ id: "start-unknown", verdict: "unknown", message, subjects: [] }];
}

/** Every program may be started: what only this host refuses counts, and what starts nowhere is a note. */
function judgeAll(question: Question, stopped: Question["stopped"]): readonly Reason[] {
  const { start, programs } = question.need;
  const others = stopped.map((list) => list.filter(({ path }) => !start.programs.includes(path)));
  const refused = others.map((list) => pick(list, ({ byHost }) => byHost));
  const broken = others.map((list) => pick(list, ({ byHost }) => !byHost));
  const isAll = programs > 0 && stopped.every((list) => list.length === programs);
  if (isAll && start.programs.length === 0) return tellTroubles(stopped, () => true, kernelOf(question));
  return [...tellTroubles(refused, () => true, kernelOf(question)), ...tellBroken(broken)];
}

/** What the image starts is known: others may be started by it, or never. */
function judgeOthers({ need }: Question, stopped: Question["stopped"]): readonly Reason[] {
  const others = stopped.map((list) => list.filter(({ path }) => !need.start.programs.includes(path)));
  const refused = unite(others.map((list) => pick(list, ({ byHost }) => byHost)));
  const broken = others.map((list) => pick(list, ({ byHost }) => !byHost));
  const [first] = refused;
  if (first === undefined) return tellBroken(broken);
  const message = `What it starts does start, and ${count(refused.length)} of its other programs would not on this host: whether they are needed is not known`;
  const loaderMessage = first.troubles[0]?.words ?? "";
  return [
    {
      id: "other-programs-refused",
      verdict: "unknown",
      message,
      subjects: refused.map(({ path }) => path).sort(),
      ...(loaderMessage === "" ? {} : { loaderMessage }),
    },
    ...tellBroken(broken),
  ];
}

function tellBroken(broken: Question["stopped"]): readonly Reason[] {
  const all = unite(broken);
  if (all.length === 0) return [];
  const message = `${count(all.length)} of its programs start${all.length === 1 ? "s" : ""} on no host, which is the image's own trouble`;
  return [{ id: "other-programs-broken", verdict: "runs", message, subjects: all.map(({ path }) => path).sort() }];
}

function pick(programs: readonly StoppedProgram[], wants: (trouble: Trouble) => boolean): readonly StoppedProgram[] {
  return programs
    .map(({ path, troubles }) => ({ path, troubles: troubles.filter(wants) }))
    .filter(({ troubles }) => troubles.length > 0);
}

/** Programs that are stopped on some machine that the host may be, each once. */
function unite(stopped: Question["stopped"]): readonly StoppedProgram[] {
  return [...new Map(stopped.flat().map((one) => [one.path, one])).values()];
}

/** The kernel as sentences speak of it. */
interface AskedKernel {
  /** the oldest that the image's C library runs on */
  readonly floor?: string | undefined;
  /** whether the host's is known */
  readonly isKnown: boolean;
}

function kernelOf({ need, target }: Question): AskedKernel {
  return { floor: need.floors.kernel, isKnown: target.kernel?.isExact === true };
}

/** One reason for each sort of trouble. What is met on some machines that the host may be, and not on others, nobody knows. */
function tellTroubles(
  stopped: Question["stopped"],
  counts: (program: StoppedProgram) => boolean,
  kernel: AskedKernel,
): readonly Reason[] {
  const byId = new Map<ReasonId, { paths: Set<string>; trouble: Trouble; machines: Set<number> }>();
  for (const [machine, programs] of stopped.entries()) {
    for (const { path, troubles } of programs.filter(counts)) {
      for (const trouble of troubles) {
        const id = idOf(trouble);
        const known = byId.get(id) ?? { paths: new Set<string>(), trouble, machines: new Set<number>() };
        known.paths.add(path);
        known.machines.add(machine);
        byId.set(id, known);
      }
    }
  }
  return [...byId].map(([id, { paths, trouble, machines }]) => ({
    id,
    verdict: verdictOf(trouble, machines.size === stopped.length),
    message: sentenceOf(id, trouble, paths.size, kernel),
    subjects: [...paths].sort(),
    ...(trouble.words === "" ? {} : { loaderMessage: trouble.words }),
  }));
}

function verdictOf({ kind }: Trouble, isEverywhere: boolean): MatchVerdict {
  return kind === "unreadable" || !isEverywhere ? "unknown" : "will-not-run";
}

function idOf({ kind, byHost }: Trouble): ReasonId {
  switch (kind) {
    case "interpreter":
      return "interpreter-missing";
    case "isa":
      return "isa-too-low";
    case "kernel":
      return "kernel-too-old";
    case "unreadable":
      return "file-unreadable";
    case "library":
      // A loader up to 2.35 passes over a library that asks for a later kernel.
      return byHost ? "kernel-too-old" : "library-missing";
    case "other":
      return "load-fails";
  }
}

function sentenceOf(id: ReasonId, { library, level }: Trouble, programs: number, kernel: AskedKernel): string {
  const who = programs === 1 ? "a program of it" : `${programs} programs of it`;
  switch (id) {
    case "interpreter-missing":
      return `The image lacks the loader that ${who} name${programs === 1 ? "s" : ""}`;
    case "isa-too-low":
      return `The note of ${who}, or of what is loaded with it, asks for ${level ?? "a higher level"}, which the host's CPU is not`;
    case "kernel-too-old":
      return library === undefined
        ? `The loader of ${who} wants Linux ${kernel.floor ?? "of a later release"} or later`
        : `The loader of ${who} passes over ${library}, which wants a later kernel${kernel.isKnown ? "" : " than the host may have"}`;
    case "file-unreadable":
      return `What ${who} loads cannot be read, so that nobody knows whether it starts`;
    case "library-missing":
      return `The image lacks ${library ?? "a library"}, without which ${who} ${programs === 1 ? "does" : "do"} not start`;
    default:
      return `The image's loader refuses ${who}`;
  }
}

function count(number: number): string {
  return number === 1 ? "one" : `${number}`;
}
