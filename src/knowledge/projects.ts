/**
 * Projects whose libraries share a private ABI: parts that are only ever tested with the other parts of the same build. Half of
 * one build over half of another loads without a word and corrupts memory later (Open MPI 4.1.0's libmpi over 4.1.4's plugins).
 * Sources: each project's own statements, and the private symbols that its parts import from one another.
 */

export interface Project {
  readonly name: string;
  /** globs over file names and DT_SONAMEs */
  readonly members: readonly string[];
  /** what the parts share, for the sentence in a report */
  readonly shares: string;
  /** who says so, or what shows it */
  readonly source: string;
}

export const PROJECTS: readonly Project[] = [
  {
    name: "Open MPI",
    members: [
      "libmpi.so.20",
      "libmpi.so.40",
      "libmpi_cxx.so.*",
      "libmpi_mpifh.so.*",
      "libmpi_usempi*.so.*",
      "libmpi_java.so.*",
      "libopen-rte.so.*",
      "libopen-pal.so.*",
      "libopen_mpi.so.*",
      "liboshmem.so.*",
      "libmca_common_*.so.*",
      "mca_*.so",
      "libompitrace.so.*",
    ],
    shares: "the internal interfaces of opal, orte and ompi, and the layout of their structures",
    source:
      "Measured: 4.1.0's libmpi.so.40 over 4.1.4's plugins passes every check of the loader, and MPI_Init corrupts the heap",
  },
  {
    name: "MPICH",
    members: [
      "libmpich.so.*",
      "libmpichcxx.so.*",
      "libmpichfort.so.*",
      "libmpi.so.12",
      "libmpicxx.so.12",
      "libmpifort.so.12",
      "libmpl.so.*",
      "libopa.so.*",
    ],
    shares: "MPICH's internal handles and the Fortran bindings' view of them",
    source:
      "The imports of libmpichfort and libmpichcxx from libmpich, and the MPICH ABI initiative, which covers libmpi as a whole",
  },
  {
    name: "UCX",
    members: [
      "libucp.so.*",
      "libucs.so.*",
      "libuct.so.*",
      "libucm.so.*",
      "libucs_signal.so.*",
      "libuct_*.so*",
      "libucm_*.so*",
      "libucx_perftest_*.so*",
    ],
    shares: "unversioned internal interfaces between libucp, libuct, libucs and their transport plugins",
    source: "The unversioned imports of libucp, libuct and the uct_* plugins from one another in UCX 1.9 to 1.18",
  },
  {
    name: "rdma-core",
    members: [
      "libibverbs.so.*",
      "lib*-rdmav*.so",
      "libmlx4.so.*",
      "libmlx5.so.*",
      "libefa.so.*",
      "libhns.so.*",
      "libmana.so.*",
      "libionic.so.*",
    ],
    shares: "the provider interface of libibverbs, whose private version changes with the release",
    source:
      "The version node IBVERBS_PRIVATE_NN that providers require of libibverbs, and their file names, *-rdmavNN.so",
  },
  {
    name: "PMIx",
    members: ["libpmix.so.*", "mca_bfrops_*.so", "mca_gds_*.so", "mca_ptl_*.so", "mca_psec_*.so", "pmix_mca_*.so"],
    shares: "the internal interfaces between the library and its plugins",
    source: "The unversioned imports of the pmix_mca_* and mca_* plugins from libpmix",
  },
  {
    name: "the NVIDIA driver",
    members: [
      "libcuda.so.*",
      "libcudadebugger.so.*",
      "libnvidia-*.so*",
      "libnvcuvid.so.*",
      "libGLX_nvidia.so.*",
      "libEGL_nvidia.so.*",
      "libGLESv*_nvidia.so.*",
      "libvdpau_nvidia.so*",
      "libnvoptix.so.*",
    ],
    shares: "the driver's release: all parts, and the kernel module, carry one version",
    source: "libnvidia-container, which takes all parts by the suffix of one driver release and never mixes them",
  },
  {
    name: "Mesa",
    members: [
      "libgallium-*.so",
      "libglapi.so.*",
      "libGLX_mesa.so.*",
      "libEGL_mesa.so.*",
      "libgbm.so.*",
      "*_dri.so",
      "dri_gbm.so",
    ],
    shares: "the interface between the vendor libraries and their drivers",
    source: "Mesa's loader, which checks at run time that the driver it opens is of its own release",
  },
  {
    name: "Qt 5",
    members: ["libQt5*.so.5", "libQt5*.so.5.*"],
    shares: "private classes (Qt_5_PRIVATE_API), which every patch release may change",
    source:
      "QObject's own check, which ends a process that mixes releases (\"Cannot mix incompatible Qt library\"), and Debian's qtbase-abi-5-15-N, on which users of the private version depend",
  },
  {
    name: "Qt 6",
    members: ["libQt6*.so.6", "libQt6*.so.6.*"],
    shares: "private classes (Qt_6_PRIVATE_API), which every patch release may change",
    source: "The same check in Qt 6, and Debian's qt6-base-abi",
  },
];
