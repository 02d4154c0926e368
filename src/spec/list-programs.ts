/** Everything in a root that a kernel starts: programs with the loader that they name, programs without one, and scripts. */
import { findMachineFacts } from "../loader/machine.js";
import { abiOf } from "../loader/identity.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { walk } from "../rootfs/walk.js";
import type { NeedFacts } from "./facts.js";
import { isExecutable, toProgram } from "./programs.js";

export interface ListedProgram {
  /** a byte path without links in it */
  readonly path: string;
  readonly kind: "dynamic" | "static" | "script";
  /** PT_INTERP, or the first word behind "#!", a byte string */
  readonly interpreter?: string;
  /** `uname -m` of the machine that it is for */
  readonly machine?: string;
}

/** Each once, by its first name, in the order of paths. */
export function listPrograms(root: RootFilesystem<NeedFacts>): readonly ListedProgram[] {
  const seen = new Set<object>();
  const programs: ListedProgram[] = [];
  for (const { path, node } of walk(root)) {
    if (node.kind !== "file" || seen.has(node)) continue;
    const script = node.facts.extras?.script;
    const program = toProgram(path, node);
    if (program === undefined && (script === undefined || !isExecutable(node))) continue;
    seen.add(node);
    programs.push(program === undefined ? toScript(path, script ?? "") : toListed(path, program.elf));
  }
  return programs.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function toScript(path: string, line: string): ListedProgram {
  const interpreter = line.split(/[ \t]/, 1)[0] ?? "";
  return { path, kind: "script", ...(interpreter === "" ? {} : { interpreter }) };
}

function toListed(path: string, elf: Parameters<typeof abiOf>[0] & { readonly interp?: string }): ListedProgram {
  const machine = findMachineFacts(abiOf(elf))?.name;
  return {
    path,
    kind: elf.interp === undefined ? "static" : "dynamic",
    ...(elf.interp === undefined ? {} : { interpreter: elf.interp }),
    ...(machine === undefined ? {} : { machine }),
  };
}
