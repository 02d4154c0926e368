/** Whether the host's CPU runs the image's machine code at all, or somebody does it in its place. */
import { normalizeMachine } from "../cpu/description.js";
import type { Question } from "./question.js";
import type { Reason } from "./reason.js";

/** Machines whose programs a kernel of another runs too, where its CPU can: always, or on some. */
const ALSO_RUNS: Readonly<Record<string, Readonly<Record<string, "always" | "sometimes">>>> = {
  x86_64: { x86: "always", x32: "sometimes" },
  // Many cores since Neoverse V2 have no 32-bit state left.
  aarch64: { arm: "sometimes" },
  // Kernels can be built to run them.
  mips64: { mips: "sometimes" },
  ppc64: { ppc: "sometimes" },
  riscv64: { riscv32: "sometimes" },
  s390x: { s390: "sometimes" },
};

export interface MachineAnswer {
  readonly reasons: readonly Reason[];
  /** `own`: by the CPU itself; `emulated`: by a program in its place; `no`: not at all, or nobody knows */
  readonly by: "own" | "emulated" | "no";
}

/** What is looked at here of a question. */
export interface MachineQuestion {
  readonly need: Pick<Question["need"], "machine">;
  readonly target: Question["target"];
}

export function judgeMachine({ need, target }: MachineQuestion): MachineAnswer {
  const [of, on] = [need.machine, target.machine];
  if (of === undefined) {
    const message = "The image holds no program, so that there is nothing to start";
    return { by: "no", reasons: [{ id: "nothing-to-start", verdict: "unknown", message, subjects: [] }] };
  }
  if (on === undefined) {
    const message = `The image's programs are for ${of}, and the host's machine is not known`;
    return { by: "no", reasons: [{ id: "machine-unknown", verdict: "unknown", message, subjects: [] }] };
  }
  if (of === on) return { by: "own", reasons: [] };
  const also = ALSO_RUNS[on]?.[of];
  if (also === "always") return { by: "own", reasons: [] };
  const emulator = target.emulators.find(({ machine }) => normalizeMachine(machine) === of);
  if (emulator !== undefined) return judgeEmulator(of, on, emulator);
  if (also === "sometimes") {
    const message = `The image's programs are for ${of}: whether a host of ${on} runs them depends on its CPU and how its kernel was built`;
    return { by: "own", reasons: [{ id: "machine-unknown", verdict: "unknown", message, subjects: [] }] };
  }
  const message = `The image's programs are for ${of}, and the host is ${on}`;
  const loaderMessage = "exec format error";
  return {
    by: "no",
    reasons: [{ id: "machine-differs", verdict: "will-not-run", message, subjects: [], loaderMessage }],
  };
}

function judgeEmulator(
  of: string,
  on: string,
  { interpreter, isFixed }: Question["target"]["emulators"][number],
): MachineAnswer {
  const how = isFixed
    ? "slowly, and as far as it knows their instructions and system calls"
    : "where a container has it at that path: it was registered without the flag F";
  const message = `The image's programs are for ${of}, and the host is ${on}: its kernel starts ${interpreter} for them, which runs them ${how}`;
  const verdict = isFixed ? "runs" : "unknown";
  return { by: "emulated", reasons: [{ id: "machine-emulated", verdict, message, subjects: [] }] };
}
