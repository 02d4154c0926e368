/**
 * What MPI projects promise of their binary interfaces: a program that was linked with one member of a contract runs with another. Each
 * is about C alone, and about the functions of the standard: extensions (MPIX_) and what Fortran's modules are made of are not promised.
 */
export interface MpiContract {
  /** as stacks/mpi-abi.ts tells it */
  readonly abi: string;
  readonly name: string;
  /** what is promised */
  readonly symbols: RegExp;
  /** who promises it, and where */
  readonly source: string;
}

const FUNCTIONS = /^P?MPI_[A-Z]\w{0,200}$/;

export const MPI_CONTRACTS: readonly MpiContract[] = [
  {
    abi: "mpich-12",
    name: "the MPICH ABI compatibility initiative",
    symbols: FUNCTIONS,
    source:
      "mpich.org, ABI compatibility initiative: MPICH from 3.1, Intel MPI from 5.0, Cray MPT from 7.0, MVAPICH2 from 2.0, ParaStation MPI from 5.1.7-1, RIKEN MPI from 1.0; Sarus' documentation, ABI compatibility",
  },
  {
    abi: "open-mpi-40",
    name: "Open MPI's promise for C from 4.0 on",
    symbols: /^(?:P?MPI_[A-Z]\w{0,200}|ompi_mpi_\w{1,200})$/,
    source: "Open MPI's documentation, Version numbers and compatibility: 5.0 runs C programs of 4.0 and 4.1",
  },
  {
    abi: "mpi-abi-1",
    name: "the ABI of MPI 5",
    symbols: FUNCTIONS,
    source: "MPI 5.0, chapter 20, Application Binary Interface: libmpi_abi.so.1 of every implementation",
  },
];
