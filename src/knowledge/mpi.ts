/**
 * The libraries that implement MPI. They define the same functions, and several share the name libmpi.so.12: which one a file is
 * shows in symbols of its own and in the text that MPI_Get_library_version makes. Order matters: members of MPICH's family hold its
 * texts too, and come first.
 */
import type { StackLibrary } from "./stack-library.js";

/** A profiling tool defines MPI_Init and calls PMPI_Init; who defines both is an implementation. */
const MPI = { role: "library", defines: ["MPI_Init", "PMPI_Init"] } as const;
/** Constants of src/mpi/init/initinfo.c, one behind the other: the ABI as libtool counts it, the date, the release. */
const DATE = String.raw`(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat) [A-Z][a-z]{2} {1,2}\d{1,8} [^\0]{1,30}`;
const MPICH_ABI = new RegExp(String.raw`\0(?<abi>\d{1,8}:\d{1,8}:\d{1,8})\0{1,64}${DATE}\0`);
const MPICH_VERSION = new RegExp(String.raw`\0${DATE}\0{1,64}(?<version>\d{1,8}\.\d{1,8}[\w.]{0,20})\0`);

export const MPI_LIBRARIES: readonly StackLibrary[] = [
  {
    ...MPI,
    family: "cray-mpich",
    name: "Cray MPICH",
    marks: { texts: [/CRAY MPICH version/] },
    version: {
      texts: [
        /CRAY MPICH version (?<version>\d{1,8}(?:\.\d{1,8}){1,4})/,
        /(?<version>\d{1,8}(?:\.\d{1,8}){1,4}) \(ANL base [^)\0]{0,40}\)/,
        MPICH_ABI,
      ],
    },
    source:
      "MPI_Get_library_version of Cray MPICH 7.7 to 9.0 as users report it: `CRAY MPICH version 8.1.25.17 (ANL base 3.4a2)`; not seen as a file",
  },
  {
    ...MPI,
    family: "intel-mpi",
    name: "Intel MPI",
    marks: { texts: [/Intel\(R\) MPI Library/] },
    version: { texts: [/Intel\(R\) MPI Library (?<version>\d{4}(?: Update \d{1,8}|(?:\.\d{1,8}){0,4}))/, MPICH_ABI] },
    source:
      "MPI_Get_library_version of Intel MPI 2017 to 2021 as users report it: `Intel(R) MPI Library 2021.9 for Linux* OS`; not seen as a file",
  },
  {
    ...MPI,
    family: "mvapich",
    name: "MVAPICH",
    marks: { texts: [/MVAPICH2?(?:[- ][A-Za-z]{1,20})? Version {0,9}:/] },
    version: { texts: [MPICH_VERSION, MPICH_ABI] },
    source: "src/mpi/init/initinfo.c and MPI_Get_library_version of MVAPICH2 2.3; not seen as a file",
  },
  {
    ...MPI,
    family: "open-mpi",
    name: "Open MPI",
    marks: { symbols: ["ompi_mpi_comm_world", "ompi_mpi_init"], texts: [/Open MPI v%d\.%d\.%d/] },
    version: {
      texts: [
        /\0(?<version>\d{1,8}\.\d{1,8}[\w.]{0,20})\0, ident: %s/,
        /%s:version:full\0v(?<version>\d{1,8}\.\d{1,8}[\w.]{0,20})\0/,
        /MCA component version (?<version>\d{1,8}\.\d{1,8}[\w.]{0,20})\0/,
      ],
    },
    source:
      "ompi/mpi/c/get_library_version.c and ompi_info; the libraries of Debian's 4.1.0, 4.1.4, 5.0.7 and 6.0.0rc2",
  },
  {
    ...MPI,
    family: "mpich",
    name: "MPICH",
    marks: { texts: [/MPICH Version:/] },
    version: { texts: [MPICH_VERSION, MPICH_ABI] },
    source: "src/mpi/init/initinfo.c of MPICH; the libraries of Debian's 3.4.1, 4.0.2, 4.2.1 and 5.0.2",
  },
  {
    ...MPI,
    family: "unknown-mpi",
    name: "an MPI of another name",
    source: "MPI 4.1, section 15.2: an implementation offers each function under both names",
  },
];
