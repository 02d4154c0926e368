/** What a load leads to: glibc's link map and searchlist, and everything that went wrong on the way. */
import type { ElfObject } from "../elf/object.js";
import type { FileNode } from "../rootfs/filesystem.js";
import type { FileFacts } from "./facts.js";
import type { LoadProblem } from "./problem.js";
import type { Requester, SearchReason } from "./search-path.js";

/** Why an object is in the process. */
export type FoundBy = { readonly kind: "program" | "interpreter" | "opened" | "preload" | "path" } | SearchReason;

/** One entry of the link map. */
export interface LoadedObject {
  /** the path as found: what the loader prints, and what $ORIGIN is taken from */
  readonly path: string;
  /** the same with every link followed */
  readonly realPath: string;
  readonly node: FileNode<FileFacts>;
  readonly elf: ElfObject;
  readonly foundBy: FoundBy;
  /** what vn_file of others is compared with: the path, and every name that it was asked for by (DT_SONAME only if it was) */
  readonly names: ReadonlySet<string>;
  /** the object whose DT_NEEDED first asked for it */
  readonly requestedBy?: LoadedObject | undefined;
  /** what it adds to the search for the names that it asks for */
  readonly requester: Requester;
}

/** The breadth-first load of one program, or of one library opened alone. */
export interface LoadScope {
  /** the file that was started or opened, with links followed */
  readonly start: string;
  readonly kind: "program" | "library";
  /** whose loader it is */
  readonly family: "glibc" | "musl";
  /** in the order in which symbols are looked up */
  readonly objects: readonly LoadedObject[];
  /** every name that some object asked for, found or not */
  readonly requested: ReadonlySet<string>;
  readonly problems: readonly LoadProblem[];
}
