/** The packages of a root, by every database in it; and what of them could not be read, by name. */
import type { FileNode, RootFilesystem } from "../rootfs/filesystem.js";
import { baseName, joinPath, parentPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { DATABASE_PLACES, isFileList, MAX_DATABASE, type DatabaseFacts } from "./database.js";
import type { Package, PackageManager } from "./package.js";

/** What the facts of a root's files have to have. */
export interface WithDatabase {
  readonly kind: string;
  readonly extras?: { readonly database?: DatabaseFacts };
}

/** One database, and how reading it went. */
export interface PackageDatabase {
  readonly manager: string;
  /** how it is kept: "dpkg status", "rpm sqlite"; where it was not read, as far as that is known */
  readonly format: string;
  /** a byte path without links in it; of a folder with a file for each package the folder */
  readonly path: string;
  /** sorted by name, version and architecture */
  readonly packages: readonly Package[];
  /** why packages may be missing from the list */
  readonly problem?: string;
}

/** Databases that are known by their places, and that nobody reads here. */
const UNREAD: readonly { readonly manager: string; readonly path: string }[] = [
  { manager: "pacman", path: "/var/lib/pacman/local" },
  { manager: "portage", path: "/var/db/pkg" },
  { manager: "xbps", path: "/var/db/xbps" },
  { manager: "nix", path: "/nix/var/nix/db/db.sqlite" },
  { manager: "guix", path: "/var/guix/db/db.sqlite" },
  { manager: "slackpkg", path: "/var/lib/pkgtools/packages" },
  { manager: "swupd", path: "/usr/share/clear/bundles" },
];

/** Every database of a root that is known here, in a fixed order. */
export function listPackageDatabases(root: RootFilesystem<WithDatabase>): readonly PackageDatabase[] {
  const seen = new Set<unknown>();
  const found: PackageDatabase[] = [];
  for (const { manager, path } of DATABASE_PLACES) {
    const database = path.endsWith("/*")
      ? readFolder(root, manager, parentPath(path), seen)
      : readFile(root, manager, path, seen);
    if (database !== undefined) found.push(database);
  }
  const unread = UNREAD.filter(({ path }) => resolvePath(root, path) !== undefined).map(({ manager, path }) => ({
    ...{ manager, path, format: manager, packages: [] },
    problem: `the database of ${manager} is in a form that containerspec does not read`,
  }));
  return [...found, ...unread];
}

/** Who brought each library and program, by its real path (no links), as the databases' lists of files tell. */
export function findOwners(
  root: RootFilesystem<WithDatabase>,
  databases: readonly PackageDatabase[],
): ReadonlyMap<string, Package> {
  const owners = new Map<string, Package>();
  const add = (owner: Package, listed: readonly string[]): void => {
    for (const name of listed) {
      const real = resolvePath(root, parentPath(name));
      const path = real === undefined ? name : joinPath(real.path, baseName(name));
      if (!owners.has(path)) owners.set(path, owner);
    }
  };
  for (const { manager, packages } of databases)
    for (const one of packages) add(one, manager === "dpkg" ? listDpkgFiles(root, one) : (one.files ?? []));
  return owners;
}

/** dpkg keeps the list of a package that may be there for several machines under both names. */
function listDpkgFiles(root: RootFilesystem<WithDatabase>, { name, architecture }: Package): readonly string[] {
  const paths = [
    `/var/lib/dpkg/info/${name}:${architecture ?? ""}.list`,
    `/var/lib/dpkg/info/${name}.list`,
    `/var/lib/dpkg/status.d/${name}.md5sums`,
  ];
  for (const path of paths) {
    const node = resolvePath(root, path)?.node;
    const facts = node?.kind === "file" ? node.facts.extras?.database : undefined;
    if (facts?.kind === "files") return facts.files;
  }
  return [];
}

function readFolder(
  root: RootFilesystem<WithDatabase>,
  manager: PackageManager,
  folder: string,
  seen: Set<unknown>,
): PackageDatabase | undefined {
  const files = root
    .list(folder)
    .filter((name) => !isFileList(joinPath(folder, name)))
    .flatMap((name) => readFile(root, manager, joinPath(folder, name), seen) ?? []);
  const [first] = files;
  if (first === undefined) return undefined;
  const problem = files.find((one) => one.problem !== undefined);
  return {
    manager,
    format: first.format,
    path: folder,
    packages: sortPackages(files.flatMap(({ packages }) => packages)),
    ...(problem?.problem === undefined ? {} : { problem: `${problem.path}: ${problem.problem}` }),
  };
}

function readFile(
  root: RootFilesystem<WithDatabase>,
  manager: PackageManager,
  path: string,
  seen: Set<unknown>,
): PackageDatabase | undefined {
  const resolved = resolvePath(root, path);
  if (resolved === undefined || resolved.node.kind === "directory" || seen.has(resolved.node)) return undefined;
  seen.add(resolved.node);
  const { path: real, node } = resolved;
  const unread = (problem: string): PackageDatabase => ({
    manager,
    format: manager,
    path: real,
    packages: [],
    problem,
  });
  if (node.kind !== "file") return unread("it is no file that can be read");
  const facts = node.facts.extras?.database;
  if (facts === undefined || facts.kind === "files") return unread(whyUnread(node, path, real));
  if (facts.kind === "damaged") return { ...unread(facts.problem), format: facts.format };
  const log = resolvePath(root, `${real}-wal`)?.node;
  const hasLog = log?.kind === "file" && log.size > 0;
  return {
    manager,
    format: facts.format,
    path: real,
    packages: sortPackages(facts.packages),
    ...(hasLog ? { problem: "the latest changes are in a write-ahead log beside it, which is not read" } : {}),
  };
}

function whyUnread({ size }: FileNode<WithDatabase>, path: string, real: string): string {
  if (size > MAX_DATABASE) return `it has ${size} bytes, and no more than ${MAX_DATABASE} are read`;
  return path === real ? "its content could not be had" : "it lies behind a link, under a name that no database has";
}

function sortPackages(packages: readonly Package[]): readonly Package[] {
  const key = ({ name, version, architecture = "" }: Package): string => `${name}\0${version}\0${architecture}`;
  return packages
    .map((one) => ({ one, key: key(one) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ one }) => one);
}
