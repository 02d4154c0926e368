/** Which files are databases of packages, by their places, and what is kept of each while its layer passes. */
import { ContainerspecError } from "../errors.js";
import { parseApkInstalled } from "./apk.js";
import { withReadLimit, type DatabaseFile } from "./database-bytes.js";
import { parseDpkgStatus, parseFileList } from "./dpkg.js";
import type { DatabaseFormat, Package, PackageManager } from "./package.js";
import { isBdbHash, readRpmBdb } from "./rpm-bdb.js";
import { parseRpmHeader } from "./rpm-header.js";
import { NDB_MAGIC, readRpmNdb } from "./rpm-ndb.js";
import { readRpmSqlite } from "./rpm-sqlite.js";
import { SQLITE_MAGIC } from "./sqlite-table.js";
import { MAX_PACKAGES } from "./stanzas.js";

/** What one file of a database says. */
export type DatabaseFacts =
  | { readonly kind: "packages"; readonly format: DatabaseFormat; readonly packages: readonly Package[] }
  /** of one package of dpkg: its libraries and programs, absolute byte paths */
  | { readonly kind: "files"; readonly files: readonly string[] }
  | { readonly kind: "damaged"; readonly format: string; readonly problem: string };

/** A larger database is not read, and said not to be: the whole of it lies in memory while it is. */
export const MAX_DATABASE = 128 << 20;
/** The list of a package with a hundred thousand files has less. */
const MAX_LIST = 16 << 20;

interface Place {
  readonly manager: PackageManager;
  /** absolute byte path, with `*` for what a name in a folder may be */
  readonly path: string;
}

/** Where databases lie, the usual place of each manager first. */
export const DATABASE_PLACES: readonly Place[] = [
  { manager: "dpkg", path: "/var/lib/dpkg/status" },
  { manager: "dpkg", path: "/var/lib/dpkg/status.d/*" },
  { manager: "apk", path: "/lib/apk/db/installed" },
  { manager: "apk", path: "/usr/lib/apk/db/installed" },
  // sqlite, ndb and bdb, in the folder of old, in that of SUSE and Fedora, and in that of rpm-ostree
  ...["/var/lib/rpm", "/usr/lib/sysimage/rpm", "/usr/share/rpm"].flatMap((folder) =>
    ["rpmdb.sqlite", "Packages.db", "Packages"].map((name): Place => ({ manager: "rpm", path: `${folder}/${name}` })),
  ),
  { manager: "opkg", path: "/usr/lib/opkg/status" },
  { manager: "opkg", path: "/var/lib/opkg/status" },
];

const LISTS = /^\/var\/lib\/dpkg\/(?:info\/([^/]+)\.list|status\.d\/([^/]+)\.md5sums)$/;

/** Whether a file is worth reading for its packages. @param path absolute byte path */
export function isPackageDatabase(path: string, size: number): boolean {
  return isFileList(path) ? size <= MAX_LIST : size <= MAX_DATABASE && findManager(path) !== undefined;
}

/** Whether a file names the files of one package of dpkg. */
export function isFileList(path: string): boolean {
  return LISTS.test(path);
}

/** What a database says; one that contradicts itself says what is wrong with it. */
export function readPackageDatabase(path: string, body: DatabaseFile): DatabaseFacts {
  if (isFileList(path)) return { kind: "files", files: parseFileList(readText(body)) };
  const format = findFormat(path, body);
  try {
    return { kind: "packages", ...readPackages(path, body) };
  } catch (error) {
    if (!(error instanceof ContainerspecError)) throw error;
    return { kind: "damaged", format, problem: error.message };
  }
}

function findManager(path: string): PackageManager | undefined {
  return DATABASE_PLACES.find((place) =>
    place.path.endsWith("/*")
      ? path.startsWith(place.path.slice(0, -1)) && !path.includes("/", place.path.length - 1)
      : place.path === path,
  )?.manager;
}

function readPackages(path: string, body: DatabaseFile): { format: DatabaseFormat; packages: readonly Package[] } {
  const format = findFormat(path, body);
  switch (format) {
    case "dpkg status":
    case "dpkg status.d":
    case "opkg status":
      return { format, packages: parseDpkgStatus(readText(body)) };
    case "apk installed":
      return { format, packages: parseApkInstalled(readText(body)) };
    case "rpm sqlite":
      return { format, packages: parseHeaders(readRpmSqlite(withReadLimit(body))) };
    case "rpm ndb":
      return { format, packages: parseHeaders(readRpmNdb(withReadLimit(body))) };
    case "rpm bdb":
      return { format, packages: parseHeaders(readRpmBdb(withReadLimit(body))) };
    case "rpm":
      throw new ContainerspecError("corrupt-image", "it is in none of the forms sqlite, ndb and Berkeley DB's hash");
  }
}

/** rpm's forms are told by their first bytes, whatever the file is called. */
function findFormat(path: string, body: DatabaseFile): DatabaseFormat | "rpm" {
  const manager = findManager(path);
  if (manager === "dpkg") return path.endsWith("/dpkg/status") ? "dpkg status" : "dpkg status.d";
  if (manager === "apk") return "apk installed";
  if (manager === "opkg") return "opkg status";
  const head = Buffer.from(body.read(0, Math.min(body.size, 16))).toString("latin1");
  if (head === SQLITE_MAGIC) return "rpm sqlite";
  if (head.startsWith(NDB_MAGIC)) return "rpm ndb";
  return isBdbHash(Buffer.from(head, "latin1")) ? "rpm bdb" : "rpm";
}

function parseHeaders(headers: Iterable<Buffer>): readonly Package[] {
  const packages: Package[] = [];
  for (const header of headers) {
    if (packages.length === MAX_PACKAGES)
      throw new ContainerspecError("limit-exceeded", `it has more than ${MAX_PACKAGES} packages`);
    packages.push(...[parseRpmHeader(header)].filter((one) => one !== undefined));
  }
  return packages;
}

function readText(body: DatabaseFile): string {
  return Buffer.from(body.read(0, body.size)).toString("latin1");
}
