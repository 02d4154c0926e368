/** Sets of host libraries by what they are for: which families and projects each takes, and what in an image asks for it. */

export interface LibraryProfile {
  readonly name: string;
  /** families of MPI, GPU and fabric whose libraries, loaders and drivers it takes (StackLibrary.family) */
  readonly families: readonly string[];
  /** projects whose libraries go together, and come with them (Project.name) */
  readonly projects: readonly string[];
  /** further libraries, as globs over names */
  readonly libraries: readonly string[];
  /** variables in an image's configuration by which it asks */
  readonly variables: readonly string[];
  /** labels of an image by which it asks, as globs */
  readonly labels: readonly string[];
  readonly source: string;
}

export const LIBRARY_PROFILES: readonly LibraryProfile[] = [
  {
    name: "mpi",
    families: ["cray-mpich", "intel-mpi", "mvapich", "open-mpi", "mpich", "unknown-mpi"],
    projects: ["Open MPI", "MPICH"],
    libraries: ["libmpi_gtl_*.so.*"],
    variables: [],
    labels: ["org.supercontainers.mpi*"],
    source: "knowledge/mpi.ts and knowledge/projects.ts; what the MPI hooks of Sarus, Shifter and podman-hpc take",
  },
  {
    name: "nvidia",
    families: ["nvidia"],
    projects: ["the NVIDIA driver"],
    libraries: [],
    variables: ["NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES", "CUDA_VERSION"],
    labels: ["com.nvidia.volumes.needed", "com.nvidia.cuda.*"],
    source: "libnvidia-container, src/nvc_info.c: files of one release of the driver, and no loaders of distributions",
  },
  {
    name: "rocm",
    families: ["rocm"],
    projects: [],
    libraries: ["libamd_comgr.so.*", "libhsakmt.so.*", "libamdocl64.so*", "libdrm_amdgpu.so.*", "librocm_smi64.so.*"],
    variables: ["ROCM_VERSION", "ROCM_PATH"],
    labels: [],
    source: "apptainer, etc/rocmliblist.conf before and after its 1.4; ROCm's list of components",
  },
  {
    name: "level-zero",
    families: ["level-zero"],
    projects: [],
    libraries: ["libigdgmm.so.*", "libigc.so.*", "libigdfcl.so.*"],
    variables: [],
    labels: [],
    source: "knowledge/gpu.ts; the packages of Intel's compute runtime",
  },
  {
    name: "opencl",
    families: ["opencl"],
    projects: [],
    libraries: [],
    variables: [],
    labels: [],
    source: "knowledge/gpu.ts: the loader, and the drivers that texts name",
  },
  {
    name: "vulkan",
    families: ["vulkan"],
    projects: [],
    libraries: [],
    variables: [],
    labels: [],
    source: "knowledge/gpu.ts: the loader, and the drivers that texts name",
  },
  {
    name: "fabric",
    families: [
      ...["libfabric", "rdma-core", "rdma-cm", "ucx", "psm2", "psm", "cxi", "xpmem"],
      ...["pmix", "pmi", "pmi2", "munge"],
    ],
    projects: ["UCX", "rdma-core", "PMIx"],
    libraries: [],
    variables: [],
    labels: [],
    source: "knowledge/fabric.ts and knowledge/projects.ts; what the hooks of Sarus, Charliecloud and podman-hpc take",
  },
];

/** What `--profile` takes beside files: those, all of them together, and those that the image asks for. */
export const PROFILE_NAMES: readonly string[] = [...LIBRARY_PROFILES.map(({ name }) => name), "all", "auto"];
