/**
 * Which ABI an MPI offers: what a program that was linked with it asks of another. It is the number that the project counts in its
 * soname, and not the soname itself: Debian's libmpich.so.12 and Cray's libmpi_gnu_123.so.12 have the ABI of libmpi.so.12.
 */

/** Debian and others call the library of MPI 5's ABI so, whichever project it is of. Source: MPI 5.0, chapter 20. */
const STANDARD = /^libmpi_abi\.so\.(\d+)/;
const NUMBER = /\.so\.(\d+)/;

/**
 * @param triple MPICH's count in the way of libtool: current, revision and age, of which current - age is the soname's number
 * @returns "mpi-abi-1", "open-mpi-40" or "mpich-12"; undefined where neither name nor count tells it
 */
export function findMpiAbi(family: string, soname: string, triple: string | undefined): string | undefined {
  const standard = STANDARD.exec(soname)?.[1];
  if (standard !== undefined) return `mpi-abi-${standard}`;
  const number = NUMBER.exec(soname)?.[1];
  if (family === "open-mpi") return number === undefined ? undefined : `open-mpi-${number}`;
  if (family === "unknown-mpi") return undefined;
  const [current, , age] = (triple ?? "").split(":").map(Number);
  if (current !== undefined && age !== undefined) return `mpich-${current - age}`;
  return number === undefined ? undefined : `mpich-${number}`;
}
