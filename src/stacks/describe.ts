/** Which MPI, GPU drivers and networks a root has: every file in it is looked at once, wherever it lies and whatever it is called. */
import { FABRIC_LIBRARIES } from "../knowledge/fabric.js";
import { GPU_LIBRARIES } from "../knowledge/gpu.js";
import { MPI_LIBRARIES } from "../knowledge/mpi.js";
import type { StackLibrary } from "../knowledge/stack-library.js";
import type { FileFacts } from "../loader/facts.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { baseName, toDisplayPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { walk } from "../rootfs/walk.js";
import { findMpiAbi } from "./mpi-abi.js";
import { isProviderName, recognize, type Recognized } from "./recognize.js";
import type { Mpi, Stack } from "./schema.js";

export interface Stacks {
  readonly mpi: readonly Mpi[];
  readonly gpu: readonly Stack[];
  readonly fabric: readonly Stack[];
}

interface Found extends Recognized {
  readonly path: string;
  readonly soname?: string;
}

const ROLES = ["library", "loader", "driver", "provider"] as const;

/** What a root has of them, in the order of the knowledge and of paths. */
export function describeStacks(root: RootFilesystem<FileFacts>): Stacks {
  const found = [...findLibraries(root)];
  const of = (known: readonly StackLibrary[]): readonly Found[] => found.filter(({ is }) => known.includes(is));
  return {
    mpi: sortByFamily(of(MPI_LIBRARIES), MPI_LIBRARIES).map(toMpi),
    gpu: toStacks(of(GPU_LIBRARIES), GPU_LIBRARIES),
    fabric: toStacks(of(FABRIC_LIBRARIES), FABRIC_LIBRARIES),
  };
}

function* findLibraries(root: RootFilesystem<FileFacts>): Generator<Found> {
  const seen = new Set<unknown>();
  for (const { path: name, node: entry } of walk(root)) {
    // A provider is opened by its name, which may be a link: libefa-rdmav34.so leads to libefa.so.1.
    const isLink = entry.kind === "symlink" && isProviderName(baseName(name));
    const { path, node } = (isLink ? resolvePath(root, name) : undefined) ?? { path: name, node: entry };
    // Names of one file are one library.
    if (node.kind !== "file" || node.facts.kind !== "elf" || seen.has(node)) continue;
    const recognized = recognize(baseName(isLink ? name : path), node.facts);
    if (recognized === undefined) continue;
    seen.add(node);
    const { soname } = node.facts.elf;
    yield { ...recognized, path, ...(soname === undefined ? {} : { soname }) };
  }
}

function toMpi({ is, version, abi: triple, path, soname }: Found): Mpi {
  const abi = findMpiAbi(is.family, soname ?? baseName(path), triple);
  return {
    family: is.family,
    name: is.name,
    ...(version === undefined ? {} : { version }),
    ...(abi === undefined ? {} : { abi }),
    ...toPlace({ path, ...(soname === undefined ? {} : { soname }) }),
  };
}

function toStacks(found: readonly Found[], known: readonly StackLibrary[]): readonly Stack[] {
  const families = [...new Set(known.map(({ family }) => family))];
  return families.flatMap((family): Stack[] => {
    const parts = sortByFamily(
      found.filter(({ is }) => is.family === family),
      known,
    ).sort((a, b) => ROLES.indexOf(a.is.role) - ROLES.indexOf(b.is.role));
    const [first] = parts;
    if (first === undefined) return [];
    const version = parts.find((part) => part.version !== undefined)?.version;
    const api = parts.find((part) => part.api !== undefined)?.api;
    return [
      {
        family,
        name: first.is.name,
        ...(version === undefined ? {} : { version }),
        ...(api === undefined ? {} : { api }),
        parts: parts.map(({ is, version: own, provider, ...place }) => ({
          role: is.role,
          ...toPlace(place),
          ...(own === undefined ? {} : { version: own }),
          ...(provider === undefined ? {} : { provider }),
        })),
      },
    ];
  });
}

function toPlace({ path, soname }: Pick<Found, "path" | "soname">): { path: string; soname?: string } {
  return { path: toDisplayPath(path), ...(soname === undefined ? {} : { soname: toDisplayPath(soname) }) };
}

/** A copy in the order of the knowledge; what is of one kind stays in the order of paths. */
function sortByFamily(found: readonly Found[], known: readonly StackLibrary[]): Found[] {
  return [...found].sort((a, b) => known.indexOf(a.is) - known.indexOf(b.is));
}
