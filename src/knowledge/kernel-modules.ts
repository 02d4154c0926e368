/**
 * Kernel modules that the user-space half of a driver talks to. Modules that come with the kernel carry no version of their own; those
 * that are built beside it do, and NVIDIA's must be the release of its libraries.
 */

export interface KernelModule {
  /** its folder in /sys/module */
  readonly module: string;
  /** the stack whose libraries talk to it */
  readonly family: string;
  readonly source: string;
}

const NVIDIA = "NVIDIA's open-gpu-kernel-modules: names of its modules, and /proc/driver/nvidia/version";
const RDMA = "Linux, drivers/infiniband, and the device tables of rdma-core's providers";

export const KERNEL_MODULES: readonly KernelModule[] = [
  { module: "nvidia", family: "nvidia", source: NVIDIA },
  { module: "nvidia_uvm", family: "nvidia", source: NVIDIA },
  { module: "nvidia_peermem", family: "nvidia", source: NVIDIA },
  { module: "gdrdrv", family: "nvidia", source: "NVIDIA's gdrcopy" },
  { module: "amdgpu", family: "rocm", source: "Linux, drivers/gpu/drm/amd; ROCm's amdgpu-dkms carries a version" },
  { module: "i915", family: "level-zero", source: "Linux, drivers/gpu/drm/i915; Intel's compute runtime opens it" },
  { module: "xe", family: "level-zero", source: "Linux, drivers/gpu/drm/xe; Intel's compute runtime opens it" },
  { module: "ib_uverbs", family: "rdma-core", source: RDMA },
  { module: "mlx4_ib", family: "rdma-core", source: RDMA },
  { module: "mlx5_ib", family: "rdma-core", source: RDMA },
  { module: "efa", family: "rdma-core", source: RDMA },
  { module: "irdma", family: "rdma-core", source: RDMA },
  { module: "bnxt_re", family: "rdma-core", source: RDMA },
  { module: "mana_ib", family: "rdma-core", source: RDMA },
  { module: "hfi1", family: "psm2", source: "Linux, drivers/infiniband/hw/hfi1, which opa-psm2 opens" },
  { module: "cxi_core", family: "cxi", source: "HPE's shs-cxi-driver; not seen" },
  { module: "cxi_ss1", family: "cxi", source: "HPE's shs-cxi-driver; not seen" },
  { module: "xpmem", family: "xpmem", source: "hpc/xpmem, kernel/" },
  { module: "knem", family: "mpi", source: "KNEM's documentation: MPI copies between processes through it" },
];
