/**
 * Whether musl's loader answers to an interpreter's name in a root, and what it believes. Usually the name says so. A name of
 * glibc's may lead to it too: as a link (Alpine's libc6-compat), or through the stub of gcompat, which starts musl's loader with
 * libgcompat.so.0 preloaded. Mirrors load_library's search for /etc/ld-musl-ARCH.path (ldso/dynlink.c) and gcompat's loader.c.
 */
import type { ElfObject } from "../elf/object.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { baseName } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { FileFacts } from "./facts.js";
import { parseMuslPath } from "./musl-search-path.js";
import type { MuslVersion } from "./musl-release.js";

const LOADER_NAME = /^ld-musl-(.+)\.so\.1$/;
const GCOMPAT_LIBRARY = "/lib/libgcompat.so.0";
const DEFAULT_FOLDERS = "/lib:/usr/local/lib:/usr/lib";

export interface MuslLoader {
  /** the file that is loader and C library in one, by the name under which it runs */
  readonly path: string;
  readonly version?: MuslVersion;
  /** libgcompat.so.0, where gcompat's stub starts the loader */
  readonly gcompat?: string;
}

/** musl's loader, where it is what runs programs that name this interpreter. */
export function findMuslLoader(
  root: RootFilesystem<FileFacts>,
  interp: string,
): Pick<MuslLoader, "path" | "gcompat"> | undefined {
  const found = resolvePath(root, interp);
  const facts = found?.node.kind === "file" && found.node.facts.kind === "elf" ? found.node.facts : undefined;
  if (facts?.strings !== undefined) return facts.strings.family === "musl" ? { path: interp } : undefined;
  if (LOADER_NAME.test(baseName(interp)) || LOADER_NAME.test(baseName(found?.path ?? ""))) return { path: interp };
  return facts === undefined ? undefined : findGcompat(root, facts.elf);
}

/** gcompat's stub is a static program without a name of its own, beside musl's loader and its library. */
function findGcompat(root: RootFilesystem<FileFacts>, stub: ElfObject): MuslLoader | undefined {
  if (stub.soname !== undefined || stub.versions.hasDefinitions || stub.needed.length > 0) return undefined;
  if (findElf(root, GCOMPAT_LIBRARY) === undefined) return undefined;
  const path = findMuslInterpreter(root, stub);
  return path === undefined ? undefined : { path, gcompat: GCOMPAT_LIBRARY };
}

/** The file of musl's loader for objects like this one, where the root has it in its usual place. */
export function findMuslInterpreter(
  root: RootFilesystem<FileFacts>,
  like: Pick<ElfObject, "machine" | "class" | "data">,
): string | undefined {
  const folder = resolvePath(root, "/lib")?.path;
  const names = folder === undefined ? [] : root.list(folder).filter((name) => LOADER_NAME.test(name));
  return names
    .map((name) => `/lib/${name}`)
    .find((path) => {
      const elf = findElf(root, path);
      return elf?.machine === like.machine && elf.class === like.class && elf.data === like.data;
    });
}

/**
 * The folders that the loader searches last: those of /etc/ld-musl-ARCH.path, whose folder is found two steps above the loader, and
 * where there is no such file musl's own three.
 *
 * @param arch musl's word for the machine, where the loader's name does not tell it
 */
export function readMuslFolders(
  root: RootFilesystem<FileFacts>,
  loader: string,
  arch: string | undefined,
): readonly string[] {
  const word = LOADER_NAME.exec(baseName(loader))?.[1] ?? arch;
  const prefix = loader.startsWith("/") ? loader.split("/").slice(0, -2).join("/") : "";
  const node = word === undefined ? undefined : resolvePath(root, `${prefix}/etc/ld-musl-${word}.path`)?.node;
  if (node === undefined) return parseMuslPath(DEFAULT_FOLDERS);
  // A folder, or a file whose text is not known, gives nothing to search.
  if (node.kind !== "file" || node.facts.kind !== "data") return [];
  const text = Buffer.from(node.facts.bytes).toString("latin1");
  return parseMuslPath(text.split("\0", 1)[0] ?? "");
}

function findElf(root: RootFilesystem<FileFacts>, path: string): ElfObject | undefined {
  const node = resolvePath(root, path)?.node;
  return node?.kind === "file" && node.facts.kind === "elf" ? node.facts.elf : undefined;
}
