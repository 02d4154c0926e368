/**
 * Libraries that belong to a machine and not to an image: the user-space half of a kernel driver, which must be of the kernel module's
 * release, and what stands for the machine's interconnect. Programs ask for them by these names, and sites mount them.
 * Sources: the file lists of NVIDIA's container toolkit, of ROCm's and Intel's runtimes, the Khronos loaders' own names, the MPI ABIs of
 * MPICH and Open MPI, and rdma-core's and libfabric's packages.
 */
export interface DriverProject {
  readonly name: string;
  /** names that a program asks for, as globs */
  readonly libraries: readonly string[];
  /** what all of those names begin with, for a look through a file's text */
  readonly beginnings: readonly string[];
}

export const DRIVER_PROJECTS: readonly DriverProject[] = [
  {
    name: "NVIDIA's driver",
    libraries: [
      "libcuda.so",
      "libcuda.so.1",
      "libnvidia-ml.so",
      "libnvidia-ml.so.1",
      "libnvidia-encode.so.1",
      "libnvidia-opencl.so.1",
      "libnvidia-ptxjitcompiler.so.1",
      "libnvidia-opticalflow.so.1",
      "libnvcuvid.so.1",
      "libnvoptix.so.1",
      "libGLX_nvidia.so.0",
      "libEGL_nvidia.so.0",
    ],
    beginnings: ["libcuda.so", "libnvidia-", "libnvcuvid.so", "libnvoptix.so", "libGLX_nvidia.so", "libEGL_nvidia.so"],
  },
  {
    name: "AMD's ROCm runtime",
    libraries: ["libamdhip64.so", "libamdhip64.so.?", "libhsa-runtime64.so.1", "librocm_smi64.so.?", "libamd_smi.so*"],
    beginnings: ["libamdhip64.so", "libhsa-runtime64.so", "librocm_smi64.so", "libamd_smi.so"],
  },
  {
    name: "Intel's Level Zero runtime",
    libraries: ["libze_loader.so.1", "libze_intel_gpu.so.1"],
    beginnings: ["libze_loader.so", "libze_intel_gpu.so"],
  },
  { name: "OpenCL", libraries: ["libOpenCL.so", "libOpenCL.so.1"], beginnings: ["libOpenCL.so"] },
  { name: "Vulkan", libraries: ["libvulkan.so.1"], beginnings: ["libvulkan.so"] },
  {
    name: "MPI",
    libraries: ["libmpi.so.12", "libmpi.so.40", "libmpi_cray.so.12", "libmpi_gnu_*.so.12", "libmpi_intel.so.12"],
    beginnings: ["libmpi.so", "libmpi_"],
  },
  {
    name: "the fabric",
    libraries: ["libfabric.so.1", "libibverbs.so.1", "librdmacm.so.1", "libcxi.so.1", "libucp.so.0", "libpsm2.so.2"],
    beginnings: ["libfabric.so", "libibverbs.so", "librdmacm.so", "libcxi.so", "libucp.so", "libpsm2.so"],
  },
];

/**
 * The release of NVIDIA's driver from which on programs of a CUDA release run, without forward compatibility: of each release the first
 * row (GA) of "CUDA Toolkit and Corresponding Driver Versions", table 3 of the CUDA Toolkit 13.2 Update 2 release notes, column Linux
 * (docs.nvidia.com/cuda/cuda-toolkit-release-notes). That of 13.3 is what others report of it, and was not seen in such a table. No
 * toolkit was released as 12.7.
 */
export const CUDA_DRIVERS: readonly (readonly [cuda: string, driver: string])[] = [
  ["7.0", "346.46"],
  ["7.5", "352.31"],
  ["8.0", "367.48"],
  ["9.0", "384.81"],
  ["9.1", "390.46"],
  ["9.2", "396.26"],
  ["10.0", "410.48"],
  ["10.1", "418.39"],
  ["10.2", "440.33"],
  ["11.0", "450.51.05"],
  ["11.1", "455.23"],
  ["11.2", "460.27.03"],
  ["11.3", "465.19.01"],
  ["11.4", "470.42.01"],
  ["11.5", "495.29.05"],
  ["11.6", "510.39.01"],
  ["11.7", "515.43.04"],
  ["11.8", "520.61.05"],
  ["12.0", "525.60.13"],
  ["12.1", "530.30.02"],
  ["12.2", "535.54.03"],
  ["12.3", "545.23.06"],
  ["12.4", "550.54.14"],
  ["12.5", "555.42.02"],
  ["12.6", "560.28.03"],
  ["12.8", "570.26"],
  ["12.9", "575.51.03"],
  ["13.0", "580.65.06"],
  ["13.1", "590.44.01"],
  ["13.2", "595.45.04"],
  ["13.3", "610.43.02"],
];
