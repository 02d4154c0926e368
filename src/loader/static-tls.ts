/**
 * Thread-local storage at fixed offsets. What is loaded when a process starts gets as much as it needs; what dlopen brings later
 * shares a small surplus, and a library that insists on it (DF_STATIC_TLS) and does not fit cannot be opened. Mirrors
 * _dl_try_allocate_static_tls of elf/dl-reloc.c and the default of TLS_STATIC_SURPLUS (elf/dl-tls.c).
 */
import type { LoadProblem } from "./problem.js";
import type { LoadedObject } from "./scope.js";

const DF_STATIC_TLS = 0x10;
/** Bytes that are left for dlopen by default; measured on 2.36, 2.41 and 2.43: 1664 always fit, 1728 never. */
const SURPLUS = 1664;

/** @param opened what one dlopen brought in: the first of them that does not fit ends it */
export function* checkStaticTls(opened: readonly LoadedObject[]): Generator<LoadProblem> {
  let used = 0;
  for (const { elf, path } of opened) {
    if (elf.tls === undefined || (elf.dynamicFlags & DF_STATIC_TLS) === 0) continue;
    const alignment = Math.max(elf.tls.alignment, 1);
    used = Math.ceil(used / alignment) * alignment + elf.tls.size;
    if (used <= SURPLUS) continue;
    yield { kind: "static-tls-exhausted", requiredBy: path, size: used, available: SURPLUS };
    return;
  }
}
