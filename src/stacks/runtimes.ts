/** Which programs are there that start containers, and where each puts libraries of the host. */
import { CONTAINER_RUNTIMES, type ContainerRuntime, type Injection } from "../knowledge/container-runtimes.js";
import type { FileFacts } from "../loader/facts.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { Runtime } from "./schema.js";

/** Where programs are; what a user installs for himself is not a property of the host. */
const FOLDERS = ["/usr/bin", "/usr/local/bin", "/usr/sbin", "/usr/local/sbin", "/opt/bin"];

/** Every path where one may be. */
export function listRuntimePaths(): readonly string[] {
  return CONTAINER_RUNTIMES.flatMap(({ programs }) => programs.flatMap(pathsOf));
}

/** The packages whose releases are those of runtimes. */
export function listRuntimePackages(): ReadonlySet<string> {
  return new Set(CONTAINER_RUNTIMES.flatMap(({ packages }) => packages));
}

/** What is at one of those paths. */
export interface FoundProgram {
  readonly path: string;
  /** the same for every path that leads to the file */
  readonly file: unknown;
  readonly isElf: boolean;
}

/** What a root that was read has at those paths. */
export function listPrograms(root: RootFilesystem<FileFacts>): readonly FoundProgram[] {
  return listRuntimePaths().flatMap((path): FoundProgram[] => {
    const node = resolvePath(root, path)?.node;
    return node?.kind === "file" ? [{ path, file: node, isElf: node.facts.kind === "elf" }] : [];
  });
}

/**
 * @param programs what is at `listRuntimePaths()`
 * @param versions releases by the name of a package, where they are known
 */
export function findRuntimes(
  programs: readonly FoundProgram[],
  versions: ReadonlyMap<string, string> = new Map(),
): readonly Runtime[] {
  const byPath = new Map(programs.map((program) => [program.path, program]));
  const seen = new Set<unknown>();
  return CONTAINER_RUNTIMES.flatMap((runtime): Runtime[] => {
    const path = runtime.programs.flatMap(pathsOf).find((one) => isProgram(byPath.get(one), runtime, seen));
    if (path === undefined) return [];
    const version = runtime.packages.map((name) => versions.get(name)).find((one) => one !== undefined);
    return [
      {
        name: runtime.name,
        path,
        ...(version === undefined ? {} : { version }),
        injections: listInjections(runtime, version),
      },
    ];
  });
}

/** Apptainer has a link by Singularity's name: a program is told once. */
function isProgram(found: FoundProgram | undefined, { isScript }: ContainerRuntime, seen: Set<unknown>): boolean {
  if (found === undefined || seen.has(found.file) || found.isElf === (isScript === true)) return false;
  seen.add(found.file);
  return true;
}

function pathsOf(program: string): readonly string[] {
  return FOLDERS.map((folder) => `${folder}/${program}`);
}

/** Those of the release; where it is not known, those of each. */
function listInjections({ injections }: ContainerRuntime, version: string | undefined): Runtime["injections"] {
  return injections
    .filter(
      ({ since, until }) =>
        version === undefined || (isFrom(version, since) && !(until !== undefined && isFrom(version, until))),
    )
    .map(({ source: _, ...injection }: Injection) => injection);
}

function isFrom(version: string, first: string | undefined): boolean {
  return first === undefined || version.localeCompare(first, "en", { numeric: true }) >= 0;
}
