/**
 * Mounted MPI libraries, and the image's that they take the place of: which two they are is told by what is in them. Open MPI 1 and MPICH
 * share the name libmpi.so.12 and every function of the standard, so that a loader takes one for the other.
 */
import { MPI_CONTRACTS, type MpiContract } from "../knowledge/mpi-contracts.js";
import { MPI_LIBRARIES } from "../knowledge/mpi.js";
import type { FileFacts } from "../loader/facts.js";
import { baseName } from "../rootfs/path.js";
import { findMpiAbi } from "../stacks/mpi-abi.js";
import { recognize } from "../stacks/recognize.js";
import type { Landing } from "./landing.js";

export interface MpiLibrary {
  /** "Open MPI 4.1.4" */
  readonly name: string;
  /** what programs that were linked with it ask for; absent where it is not known */
  readonly abi?: string;
}

export interface MpiPair {
  readonly landing: Landing;
  readonly host: MpiLibrary;
  readonly image: MpiLibrary;
  /** what both projects promise, where they promise the same */
  readonly contract?: MpiContract;
}

/** The pairs among what is mounted. */
export function findMpiPairs(landings: readonly Landing[]): readonly MpiPair[] {
  return landings.flatMap((landing): readonly MpiPair[] => {
    const { candidate, replaced } = landing;
    const host = describeMpi(candidate.realPath, candidate.node.facts);
    const image = replaced === undefined ? undefined : describeMpi(replaced.path, replaced.node.facts);
    if (host === undefined || image === undefined) return [];
    const contract = MPI_CONTRACTS.find(({ abi }) => abi === host.abi && abi === image.abi);
    return [{ landing, host, image, ...(contract === undefined ? {} : { contract }) }];
  });
}

function describeMpi(path: string, facts: FileFacts): MpiLibrary | undefined {
  const found = facts.kind === "elf" ? recognize(baseName(path), facts) : undefined;
  if (found === undefined || facts.kind !== "elf" || !MPI_LIBRARIES.includes(found.is)) return undefined;
  const { is, version, abi: triple } = found;
  const abi = findMpiAbi(is.family, facts.elf.soname ?? baseName(path), triple);
  return { name: version === undefined ? is.name : `${is.name} ${version}`, ...(abi === undefined ? {} : { abi }) };
}
