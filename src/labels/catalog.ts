/** Every family of labels, in the order in which they are written. */
import { ARCHSPEC_LABELS } from "./archspec.js";
import { FABRIC_LABELS } from "./fabric.js";
import type { LabelFamily } from "./family.js";
import { GLIBC_LABELS } from "./glibc.js";
import { GPU_LABELS } from "./gpu.js";
import { MPI_LABELS } from "./mpi.js";
import { OS_LABELS } from "./os.js";

export const LABEL_FAMILIES: readonly LabelFamily[] = [
  MPI_LABELS,
  GPU_LABELS,
  GLIBC_LABELS,
  FABRIC_LABELS,
  OS_LABELS,
  ARCHSPEC_LABELS,
];
