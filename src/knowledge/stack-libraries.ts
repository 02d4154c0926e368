/** All libraries that are recognised, in the order in which they are tried. */
import { FABRIC_LIBRARIES } from "./fabric.js";
import { GPU_LIBRARIES } from "./gpu.js";
import { MPI_LIBRARIES } from "./mpi.js";
import type { StackLibrary } from "./stack-library.js";

export const STACK_LIBRARIES: readonly StackLibrary[] = [...MPI_LIBRARIES, ...GPU_LIBRARIES, ...FABRIC_LIBRARIES];
