/** A package of a distribution, as the database of whoever installed it tells of it. */

export type PackageManager = "dpkg" | "opkg" | "apk" | "rpm";

/** How a database keeps its packages. */
export type DatabaseFormat =
  "dpkg status" | "dpkg status.d" | "opkg status" | "apk installed" | "rpm sqlite" | "rpm ndb" | "rpm bdb";

export interface Package {
  readonly name: string;
  /** as the manager writes it: "2.36-9+deb12u10", "1.2.5-r0", "1:3.0.7-27.el9" */
  readonly version: string;
  /** "amd64", "x86_64", "noarch"; undefined where the database does not say */
  readonly architecture?: string;
  /** what it was built from, where that has a name of its own */
  readonly source?: string;
  /**
   * Its libraries and programs as its list of files has them, absolute byte paths; in dpkg's databases these lists are files of their
   * own.
   */
  readonly files?: readonly string[];
}

/** Linux' PATH_MAX: nobody opens a file by a longer name. */
export const MAX_PATH = 4096;

/** Of the files of a package only these are kept: libraries, and what lies where programs do. */
export function isKeptFile(path: string): boolean {
  return path.length <= MAX_PATH && /\.so(?:\.[^/]*)?$|(?:^|\/)s?bin\/[^/]+$/.test(path);
}
