/** What an uptodate.yaml asks for: folders that follow the tags of an image, and builds over lists of ARG. */

/** Which of the versions that there are are taken. */
export interface VersionChoice {
  /** one of these has to match somewhere; where there is none, all do */
  readonly filter: readonly RegExp[];
  /** the first and the last by the order of versions, both taken */
  readonly startAt?: string;
  readonly endAt?: string;
  readonly skips: readonly string[];
  /** taken whatever the others say */
  readonly includes: readonly string[];
}

/** A folder whose folders are the tags of an image. */
export interface Hierarchy {
  /** the image, without tag and digest, as written */
  readonly name: string;
  readonly choice: VersionChoice;
}

/** Where the values of an ARG come from. */
export type ArgValues =
  | { readonly kind: "manual"; readonly values: readonly string[] }
  /** tags of an image; with a tag of its own it is that one alone, with its digest */
  | { readonly kind: "container"; readonly name: string; readonly tag?: string; readonly choice: VersionChoice }
  | { readonly kind: "spack"; readonly name: string; readonly choice: VersionChoice }
  /** those that the matrix has for it: what else is said of it is not asked */
  | { readonly kind: "matrix"; readonly isContainer: boolean };

export interface BuildArg {
  readonly arg: string;
  /** what it is called in names of containers */
  readonly slug: string;
  readonly values: ArgValues;
}

/** A value for each of some ARG. */
export type Combination = ReadonlyMap<string, string>;

export interface BuildMatrix {
  readonly isActive: boolean;
  /** in the order of the file */
  readonly args: readonly BuildArg[];
  /** the combinations that are built; every one of all values where it is absent */
  readonly matrix?: readonly Combination[];
  readonly exclude: readonly Combination[];
  /** what containers are called, in place of the folder's name and the image's */
  readonly basename?: string;
}

export interface UptodateFile {
  /** its path */
  readonly source: string;
  readonly hierarchy?: Hierarchy;
  readonly builds?: BuildMatrix;
}
