import type { MountRule } from "../rule.js";

/** One MPI takes the place of another whose handles and constants are others: the loader binds the same names to other meanings. */
export const mpiAbiDiffers: MountRule = {
  id: "mpi-abi-differs",
  title: "The host's MPI has another ABI than the image's",
  severity: "error",
  *check({ mpi, isReached }) {
    if (!isReached) return;
    for (const { landing, host, image } of mpi) {
      if (host.abi === undefined || image.abi === undefined || host.abi === image.abi) continue;
      yield {
        message: `${landing.candidate.name} of the host is ${host.name} (${host.abi}), and the image's programs were built with ${image.name} (${image.abi}): the names of the functions are the same, and what is handed to them is not`,
        subjects: [landing.target],
        evidence: [{ kind: "value", what: "ABI of MPI", found: host.abi, expected: image.abi }],
      };
    }
  },
};
