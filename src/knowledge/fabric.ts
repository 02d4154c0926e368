/**
 * Libraries that reach a network of the machine, or the processes that start a job on it, and the parts that they open when the
 * hardware is there. A library without its own providers falls back to TCP without a word.
 */
import type { StackLibrary } from "./stack-library.js";

export const FABRIC_LIBRARIES: readonly StackLibrary[] = [
  {
    family: "libfabric",
    name: "libfabric",
    role: "library",
    defines: ["fi_getinfo", "fi_fabric"],
    version: { texts: [/FI_[A-Z_]{1,40}\0(?<version>\d{1,8}\.\d{1,8}\.\d{1,8}\w{0,20})\0FI_[A-Z_]{1,40}\0/] },
    nodes: /^FABRIC_(?<api>\d{1,8}\.\d{1,8})$/,
    source: "src/fi_tostr.c (FI_TYPE_VERSION) and libfabric.map.in; Debian's 1.11.0, 1.17.0 and 2.1.0",
  },
  {
    family: "libfabric",
    name: "libfabric",
    role: "provider",
    defines: ["fi_prov_ini"],
    provider: /^lib(?<provider>\w{1,40})-fi\.so/,
    source: "include/ofi_prov.h: the one function of a provider that is a file of its own",
  },
  {
    family: "rdma-core",
    name: "RDMA verbs",
    role: "library",
    defines: ["ibv_get_device_list", "ibv_open_device"],
    version: { file: /libibverbs\.so\.1\.\d{1,8}\.(?<version>\d{1,8}\.\d{1,8})$/ },
    nodes: /^IBVERBS_(?<api>\d{1,8}\.\d{1,8})$/,
    source: "rdma-core's CMakeLists.txt (rdma_library): interface, then release; Debian's 33, 44 and 56",
  },
  {
    family: "rdma-core",
    name: "RDMA verbs",
    role: "provider",
    defines: [],
    marks: { asksFor: /^IBVERBS_PRIVATE_\d{1,8}$/ },
    provider: /^lib(?<provider>.{1,40})-rdmav\d{1,8}\.so/,
    source:
      "libibverbs/init.c opens lib%s-rdmav34.so, and each asks for IBVERBS_PRIVATE_34; Debian's ibverbs-providers",
  },
  {
    family: "rdma-cm",
    name: "RDMA connection manager",
    role: "library",
    defines: ["rdma_create_id", "rdma_create_event_channel"],
    version: { file: /librdmacm\.so\.1\.\d{1,8}\.(?<version>\d{1,8}\.\d{1,8})$/ },
    nodes: /^RDMACM_(?<api>\d{1,8}\.\d{1,8})$/,
    source: "rdma-core's CMakeLists.txt; Debian's librdmacm1",
  },
  {
    family: "ucx",
    name: "UCX",
    role: "library",
    defines: ["ucp_init_version", "ucp_get_version_string"],
    version: {
      texts: [
        /(?<version>\d{1,8}\.\d{1,8}\.\d{1,8})\0%s\n\0<unable to get ip>/,
        /ucp_worker_iface\0(?<version>\d{1,8}\.\d{1,8}\.\d{1,8})\0/,
      ],
    },
    source: "src/ucp/core/ucp_version.c; Debian's 1.10.0, 1.13.1, 1.18.1 and 1.23.0",
  },
  {
    family: "ucx",
    name: "UCX",
    role: "provider",
    defines: [],
    marks: { file: /^libuct_\w{1,40}\.so/ },
    provider: /^libuct_(?<provider>\w{1,40})\.so/,
    source: "src/uct/base/uct_component.c: the transports in the folder ucx beside libuct",
  },
  {
    family: "psm2",
    name: "PSM2",
    role: "library",
    defines: ["psm2_init", "psm2_ep_open"],
    nodes: /^PSM2_(?<api>\d{1,8}\.\d{1,8})$/,
    source: "psm2.h of opa-psm2; Debian's libpsm2-2, whose file tells its interface and not its release",
  },
  {
    family: "psm",
    name: "PSM",
    role: "library",
    defines: ["psm_init", "psm_ep_open"],
    source: "psm.h of infinipath-psm; Debian's libpsm-infinipath1",
  },
  {
    family: "cxi",
    name: "CXI",
    role: "library",
    defines: ["cxil_open_device", "cxil_alloc_lni"],
    source: "libcxi.h of HPE's shs-libcxi, as libfabric's provider calls it; not seen as a file",
  },
  {
    family: "xpmem",
    name: "XPMEM",
    role: "library",
    defines: ["xpmem_make", "xpmem_attach"],
    source: "xpmem.h of hpc/xpmem; not seen as a file",
  },
  {
    family: "pmix",
    name: "PMIx",
    role: "library",
    defines: ["PMIx_Init", "PMIx_Get_version"],
    version: {
      texts: [
        /PMIx (?<version>\d{1,8}\.\d{1,8}[\w.]{0,20}) \(PMIx Standard/,
        /PMIX_HOSTNAME\0(?<version>\d{1,8}\.\d{1,8}[\w.]{0,20})\0PMIX_VERSION/,
      ],
    },
    source: "PMIx_Get_version (src/client/pmix_client.c); Debian's 4.0.0, 4.2.2 and 5.0.7",
  },
  {
    family: "pmi",
    name: "PMI",
    role: "library",
    defines: ["PMI_Init", "PMI_Get_rank"],
    source: "pmi.h of Slurm and of Cray; Debian's libpmi0",
  },
  {
    family: "pmi2",
    name: "PMI 2",
    role: "library",
    defines: ["PMI2_Init", "PMI2_Job_GetId"],
    source: "pmi2.h of Slurm and of Cray; Debian's libpmi2-0",
  },
  {
    family: "munge",
    name: "MUNGE",
    role: "library",
    defines: ["munge_encode", "munge_decode"],
    version: { texts: [/\d{4}-\d\d-\d\d\0(?<version>\d{1,8}(?:\.\d{1,8}){1,4})\0/] },
    source: "src/libcommon/version.c: the date, then the release; Debian's 0.5.14, 0.5.15 and 0.5.16",
  },
];
