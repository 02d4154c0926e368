/** Which C library an object was linked for, as far as it says so: by its interpreter, or by the names that it needs. */
import type { ElfObject } from "../elf/object.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import type { FileFacts } from "./facts.js";
import { findMuslLoader } from "./musl-identity.js";

export type LoaderFamily = "glibc" | "musl";

const MUSL_NAME = /^(?:libc\.musl-|ld-musl-)|^libc\.so$/;
const GLIBC_NAME = /^(?:libc\.so\.6|ld-linux.*\.so\.\d+|ld64\.so\.\d+)$/;

/** Whose loader an interpreter's name leads to in a root. */
export function familyOfInterpreter(root: RootFilesystem<FileFacts>, interp: string): LoaderFamily {
  return findMuslLoader(root, interp) === undefined ? "glibc" : "musl";
}

/** The C library of an object; undefined for one that needs neither of the two by name. */
export function findLinkedFamily(
  root: RootFilesystem<FileFacts>,
  { interp, needed }: Pick<ElfObject, "interp" | "needed">,
): LoaderFamily | undefined {
  if (interp !== undefined) return familyOfInterpreter(root, interp);
  if (needed.some((name) => MUSL_NAME.test(name))) return "musl";
  return needed.some((name) => GLIBC_NAME.test(name)) ? "glibc" : undefined;
}
