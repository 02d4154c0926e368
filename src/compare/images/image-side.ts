/** One of two images that are compared, with what was found in it: values, whoever found them. */
import type { Image } from "../../image/read-image.js";
import type { FileNode, RootFilesystem } from "../../rootfs/filesystem.js";
import type { FileFacts } from "../../loader/facts.js";
import type { ElfObject } from "../../elf/object.js";
import type { Finding } from "../../report.js";

/** A library as a root has it. */
export interface SideLibrary {
  /** DT_SONAME, or the name of its file; a byte string */
  readonly name: string;
  /** a byte path without links in it */
  readonly path: string;
  /** `uname -m` of its machine */
  readonly machine: string;
  readonly isFound: boolean;
  readonly node: FileNode<FileFacts>;
  readonly elf: ElfObject;
}

export interface SideProgram {
  /** a byte path without links in it */
  readonly path: string;
  readonly node: FileNode<FileFacts>;
  readonly elf: ElfObject;
}

export interface SidePackage {
  readonly manager: string;
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
}

export interface ImageSide {
  readonly image: Image;
  readonly root: RootFilesystem<FileFacts>;
  readonly libraries: readonly SideLibrary[];
  readonly programs: readonly SideProgram[];
  /** by name; those that nothing asks for are left out */
  readonly floors: Readonly<Record<string, string>>;
  readonly hazards: readonly Finding[];
  readonly packages: readonly SidePackage[];
  /** "name version" of the package that brought a file, by the file's real byte path */
  readonly owners: ReadonlyMap<string, string>;
  /** why more may be in it than is known */
  readonly unknown: readonly string[];
}

/** A pair of values of the two images. */
export interface BothSides<Value> {
  readonly before: Value;
  readonly after: Value;
}
