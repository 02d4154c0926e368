/** Where libraries of a stack look for parts that no loader searches for: folders beside them, and texts that name drivers. */

/** Folders beside the library that opens what is in them, in the same folder of libraries. */
export const PLUGIN_FOLDERS: readonly { readonly folder: string; readonly family: string; readonly source: string }[] =
  [
    { folder: "libfabric", family: "libfabric", source: "libfabric's fi_provider(7): <libdir>/libfabric" },
    { folder: "libibverbs", family: "rdma-core", source: "libibverbs/dynamic_driver.c: VERBS_PROVIDER_DIR" },
    { folder: "ucx", family: "ucx", source: "src/ucs/sys/module.c: <libdir>/ucx" },
  ];

/** Folders of texts, each of which names a driver by its path or name. */
export const DRIVER_TEXTS: readonly { readonly folder: string; readonly ending: string; readonly source: string }[] = [
  { folder: "/etc/OpenCL/vendors", ending: ".icd", source: "cl_khr_icd" },
  { folder: "/etc/vulkan/icd.d", ending: ".json", source: "Vulkan's loader and driver interface" },
  { folder: "/usr/share/vulkan/icd.d", ending: ".json", source: "Vulkan's loader and driver interface" },
  { folder: "/etc/libibverbs.d", ending: ".driver", source: "libibverbs/dynamic_driver.c" },
];
