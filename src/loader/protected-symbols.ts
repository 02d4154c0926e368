/**
 * Protected symbols that a program goes round. A library uses its own protected data and functions directly, and so sees neither
 * the copy that a program holds of the data (a copy relocation) nor the PLT entry that a program takes for the function's address.
 * Since 2.36 the loader warns of either. Where the library is marked as relying on it (GNU_PROPERTY_1_NEEDED, indirect external
 * access), the program does not run: since 2.35, and there only if the program has not the mark itself.
 * Mirrors _dl_check_protected_symbol of sysdeps/generic/dl-protected.h, which do_lookup_x calls.
 */
import { EM_AARCH64 } from "../elf/machine-numbers.js";
import type { ElfObject } from "../elf/object.js";
import { findBinding } from "./bind-symbols.js";
import { isAtLeast, type LoaderIdentity } from "./identity.js";
import type { LoadProblem } from "./problem.js";
import type { LoadScope } from "./scope.js";
import { symbolTableOf } from "./symbol-table.js";

const GNU_PROPERTY_1_NEEDED = 0xb0008000;
const INDIRECT_EXTERN_ACCESS = 1;

/** What the loader says of the program's uses of protected symbols; those of libraries it does not look at. */
export function* checkProtectedSymbols({ objects }: LoadScope, identity: LoaderIdentity): Generator<LoadProblem> {
  const program = objects.find(({ foundBy }) => foundBy.kind === "program");
  if (program === undefined || !isAtLeast(identity.version, 2, 35)) return;
  const warns = isAtLeast(identity.version, 2, 36);
  const accepts = !warns && needsIndirectAccess(program.elf);
  const { references, copies, canonical } = symbolTableOf(program.elf);
  for (const index of [...copies, ...canonical].sort((a, b) => a - b)) {
    const use = copies.includes(index) ? "copy" : "address";
    const bound = findBinding(program, index, { objects });
    if (bound?.definition.protected !== true) continue;
    const binding = use === "copy" || program.elf.bindNow ? "eager" : "lazy";
    const symbol = references.at(index)?.name ?? "";
    const about = { symbol, use, provider: bound.provider.path, requiredBy: program.path } as const;
    if (warns) yield { kind: "protected-symbol-bypassed", ...about };
    if (!accepts && needsIndirectAccess(bound.provider.elf))
      yield { kind: "protected-symbol-refused", ...about, binding, loader: warns ? "since 2.36" : "2.35" };
  }
}

/** l_1_needed. The loader for AArch64 reads properties of its own alone. */
function needsIndirectAccess({ machine, notes }: ElfObject): boolean {
  if (machine === EM_AARCH64) return false;
  const needed = notes.properties.find(({ type }) => type === GNU_PROPERTY_1_NEEDED)?.value ?? 0;
  return (needed & INDIRECT_EXTERN_ACCESS) !== 0;
}
