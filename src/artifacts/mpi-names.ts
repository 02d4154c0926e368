/**
 * What compspec and the labels that it grew from call MPIs. Names that have one there are spelled so.
 * Source: the JSON graphs of compspec/schemas, and the artifacts of rse-ops/lammps-matrix.
 */

/** "open-mpi" is theirs as "openmpi". */
export function toImplementation(family: string): string {
  return family === "open-mpi" ? "openmpi" : family;
}

/** However it is spelled: "OpenMPI", "openmpi". */
export function toFamily(implementation: string): string {
  const word = implementation.toLowerCase();
  return word === "openmpi" ? "open-mpi" : word;
}
