/**
 * What one layer says, learned from its bytes alone: entries in order, whiteouts told apart from files, and the facts of every
 * file that was worth reading. It knows nothing of its neighbours, so it can be computed anywhere and kept under its diffID.
 */

/** What an entry of any kind may say of who owns it. */
interface Owned {
  /** "uid:gid" in numbers, "?" for one that cannot be read; absent where it is "0:0" */
  readonly owner?: string;
}

export type LayerEntry<Facts> =
  | (Owned & { readonly kind: "directory"; readonly path: string; readonly mode: number })
  | (Owned & {
      readonly kind: "file";
      readonly path: string;
      readonly mode: number;
      readonly size: number;
      readonly facts: Facts;
      /** it has file capabilities */
      readonly isPrivileged?: true;
      /** SHA-256 of its content in hex, where the inspector asks for it and the content is no larger than can be read */
      readonly digest?: string;
    })
  | (Owned & { readonly kind: "symlink"; readonly path: string; readonly target: string })
  /** `target` is the path of the file that it is another name of */
  | { readonly kind: "hardlink"; readonly path: string; readonly target: string }
  /** a device, pipe or socket; overlayfs takes a character device 0/0 for a whiteout */
  | (Owned & {
      readonly kind: "special";
      readonly path: string;
      readonly isNullDevice?: true;
      /** which: "character device 1:3", "pipe", "socket" */
      readonly device: string;
    })
  /** removes `path` of lower layers */
  | { readonly kind: "whiteout"; readonly path: string }
  /** hides what lower layers have in the folder `path` */
  | {
      readonly kind: "opaque";
      readonly path: string;
      /** says so by an attribute, which overlayfs alone knows of, and not by a name */
      readonly isAttribute?: true;
    };

/** Something odd in a layer that a user should know of. */
export interface LayerRemark {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
  /** of the environment, whose values would settle it: whoever gives them all need not be told */
  readonly variables?: readonly string[];
}

export interface LayerFacts<Facts> {
  readonly entries: readonly LayerEntry<Facts>[];
  readonly remarks: readonly LayerRemark[];
}
