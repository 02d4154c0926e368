/** Asked where companions are chosen and by rules, which must agree: what never travels is what must not be mounted. */
import type { ElfObject } from "../elf/object.js";
import { C_LIBRARY_FAMILY, PRIVATE_VERSION } from "../knowledge/c-library.js";
import { matchesAnyGlob } from "../rootfs/glob.js";

/** Whether a library belongs to the C library: by name, or because it requires or defines GLIBC_PRIVATE. */
export function isCLibraryPart(name: string, elf: ElfObject): boolean {
  return (
    matchesAnyGlob(C_LIBRARY_FAMILY, name) ||
    (elf.soname !== undefined && matchesAnyGlob(C_LIBRARY_FAMILY, elf.soname)) ||
    elf.versions.requirements.some((requirement) => requirement.name === PRIVATE_VERSION) ||
    elf.versions.definitions.some((definition) => definition.name === PRIVATE_VERSION)
  );
}
