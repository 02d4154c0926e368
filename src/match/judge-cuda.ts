/** NVIDIA_REQUIRE_*: what NVIDIA's container toolkit checks before it starts a container that asks for a GPU. */
import { holdsAll } from "../spec/cuda.js";
import { isCompatUsed, type CudaCompat } from "../spec/cuda-compat.js";
import type { Question } from "./question.js";
import type { Reason } from "./reason.js";

export function judgeCuda({ need: { cuda }, cuda: known }: Question): readonly Reason[] {
  if (cuda === undefined || cuda.isDisabled || cuda.requirements.length === 0) return [];
  const holds = holdsAll(cuda.requirements, known);
  if (holds === true) return [];
  const subjects = cuda.requirements;
  const driver = known.get("driver");
  if (driver === undefined) {
    const message =
      "It says what it needs of an NVIDIA driver, and none is known on the host: it starts without a GPU, and does what it can without";
    return [{ id: "cuda-unknown", verdict: "unknown", message, subjects }];
  }
  if (holds === undefined) {
    const message = `Whether the host's driver ${driver} is what it says that it needs depends on the GPU, which is not known`;
    return [{ id: "cuda-unknown", verdict: "unknown", message, subjects }];
  }
  const { compat } = cuda;
  const brought =
    compat === undefined ? "" : `the libcuda in ${compat.folder}, of driver ${compat.driver}${tellCuda(compat)}`;
  if (compat !== undefined && isCompatUsed(compat, known)) {
    const message = `It needs another NVIDIA driver than ${driver}, and brings ${brought}, which works with that one on data centre GPUs`;
    return [{ id: "cuda-unknown", verdict: "unknown", message, subjects }];
  }
  const but = compat === undefined ? "" : `, ${brought}, is not for that one`;
  const message = `It needs another NVIDIA driver than the host's ${driver}${but}, and NVIDIA's container toolkit refuses to start it`;
  return [
    {
      id: "cuda-unsatisfied",
      verdict: "will-not-run",
      message,
      subjects,
      loaderMessage: "nvidia-container-cli: requirement error: unsatisfied condition",
    },
  ];
}

function tellCuda({ note }: CudaCompat): string {
  return note?.cuda === undefined ? "" : ` and CUDA ${note.cuda}`;
}
