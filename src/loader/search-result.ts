/** What a search for a name comes to, in the loader of glibc as in that of musl. */
import type { ElfObject } from "../elf/object.js";
import type { FileNode } from "../rootfs/filesystem.js";
import type { FileFacts } from "./facts.js";
import type { Requester, SearchReason } from "./search-path.js";

export type SearchResult =
  | {
      readonly kind: "found";
      readonly path: string;
      readonly realPath: string;
      readonly node: FileNode<FileFacts>;
      readonly elf: ElfObject;
      readonly reason: SearchReason;
    }
  | { readonly kind: "missing"; readonly skipped?: string }
  | {
      readonly kind: "fatal";
      readonly path: string;
      readonly message: string;
      readonly while: "opening" | "mapping";
    }
  | {
      readonly kind: "unknown";
      readonly path: string;
      readonly why: string;
      /** what the search comes to where the loader does not look at that path */
      readonly otherwise?: SearchResult;
    };

/** A place that a search looked at, for the report: what it was and what was there. */
export interface ConsideredPlace {
  readonly path: string;
  readonly reason: SearchReason;
  /** "nothing", "taken", or why the file there was passed over */
  readonly found: string;
}

export interface Search {
  /** Finds `name` (without a slash) for a requester. */
  find(name: string, requester: Requester): SearchResult;
  /** The same search once more, telling every place that it looks at. */
  consider(name: string, requester: Requester): readonly ConsideredPlace[];
  /** Opens a path as dlopen with a slash does: no search. */
  open(path: string): SearchResult;
}

/** What was found at a place, for people. */
export function describeResult(result: SearchResult): string {
  switch (result.kind) {
    case "found":
      return "taken";
    case "fatal":
      return result.message;
    case "unknown":
      return result.why;
    case "missing":
      return "nothing";
  }
}
