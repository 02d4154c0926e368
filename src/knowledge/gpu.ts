/**
 * The user-space halves of GPU drivers, and the loaders that find them. Drivers come from the host, in the release of its kernel
 * module; loaders are built by distributions and may come from either side.
 */
import type { StackLibrary } from "./stack-library.js";

/** The driver's release, which every file of one carries: 550.54.15. */
const NVIDIA_FILE = /\.so\.(?<version>\d{3,}\.\d{1,8}(?:\.\d{1,8})?)$/;
const MESA = /Mesa (?<version>\d{1,8}\.\d{1,8}\.\d{1,8}[\w.-]{0,20})/;

export const GPU_LIBRARIES: readonly StackLibrary[] = [
  {
    family: "nvidia",
    name: "NVIDIA",
    role: "driver",
    defines: ["cuInit", "cuDriverGetVersion"],
    version: {
      file: NVIDIA_FILE,
      texts: [/libnvidia-pkcs11[\w-]{0,20}\.so\.(?<version>\d{1,8}\.\d{1,8}(?:\.\d{1,8})?)\0/],
    },
    source: "libnvidia-container, which takes files by the suffix of one release; Debian's libcuda1 535 and 550",
  },
  {
    family: "nvidia",
    name: "NVIDIA",
    role: "library",
    defines: ["nvmlInit_v2", "nvmlSystemGetDriverVersion"],
    version: { file: NVIDIA_FILE },
    source: "NVML's reference; Debian's libnvidia-ml1 535 and 550",
  },
  {
    family: "rocm",
    name: "ROCm",
    role: "library",
    defines: ["hipInit", "hipRuntimeGetVersion"],
    version: { file: /libamdhip64\.so\.(?<version>\d{1,8}\.\d{1,8})\.\d{1,8}(?:-\w{1,40})?$/ },
    nodes: /^hip_(?<api>\d{1,8}\.\d{1,8})$/,
    source:
      "HIP's file name is its release and a build number; its first two numbers are those of ROCm. Debian's 5.2.3 and 5.7.1",
  },
  {
    family: "rocm",
    name: "ROCm",
    role: "driver",
    defines: ["hsa_init", "hsa_system_get_info"],
    source: "The HSA runtime specification; ROCR-Runtime, whose file name has the number of its own interface",
  },
  {
    family: "level-zero",
    name: "Level Zero",
    role: "loader",
    defines: ["zeInit", "zelLoaderGetVersions"],
    version: { file: /libze_loader\.so\.(?<version>\d{1,8}\.\d{1,8}\.\d{1,8})$/ },
    source: "The loader of oneapi-src/level-zero (source/loader); Debian's libze1",
  },
  {
    family: "level-zero",
    name: "Level Zero",
    role: "driver",
    defines: ["zeInit", "zeGetGlobalProcAddrTable"],
    version: { file: /libze_intel_gpu\.so\.(?<version>\d{1,8}\.\d{1,8}\.\d{1,8})$/ },
    source: "What the loader asks of a driver (zeGetGlobalProcAddrTable); libze_intel_gpu of Intel's compute runtime",
  },
  {
    family: "opencl",
    name: "OpenCL",
    role: "driver",
    defines: ["clGetExtensionFunctionAddress", "clGetPlatformInfo", "clGetExportTable"],
    version: { file: NVIDIA_FILE },
    source:
      "NVIDIA's OpenCL driver, which hands clIcdGetPlatformIDsKHR out by its address; Debian's nvidia-opencl-icd 535",
  },
  {
    family: "opencl",
    name: "OpenCL",
    role: "driver",
    defines: ["clIcdGetPlatformIDsKHR"],
    version: {
      texts: [
        MESA,
        /NEO \0(?<version>\d\d\.\d{1,8}\.\d{1,8})\0/,
        /\0(?<version>2\d\.\d{1,2}\.\d{4,6}(?:\.\d{1,8})?)\0/,
      ],
    },
    source: "cl_khr_icd: what a loader asks of a driver; Debian's intel-opencl-icd, and mesa-opencl-icd",
  },
  {
    family: "opencl",
    name: "OpenCL",
    role: "loader",
    defines: ["clGetPlatformIDs", "clGetDeviceIDs", "clCreateContext"],
    version: { texts: [/OpenCL ICD Loader\0(?<version>\d{1,8}\.\d{1,8}(?:\.\d{1,8}){0,4})\0/] },
    nodes: /^OPENCL_(?<api>\d{1,8}\.\d{1,8})$/,
    source: "ocl-icd and the loader of Khronos, which answer clGetICDLoaderInfoOCLICD so; Debian's ocl-icd-libopencl1",
  },
  {
    family: "vulkan",
    name: "Vulkan",
    role: "driver",
    defines: ["vk_icdGetInstanceProcAddr"],
    version: { file: NVIDIA_FILE, texts: [MESA] },
    source: "Vulkan's loader and driver interface; Debian's mesa-vulkan-drivers",
  },
  {
    family: "vulkan",
    name: "Vulkan",
    role: "loader",
    defines: ["vkCreateInstance", "vkEnumerateInstanceLayerProperties"],
    version: { file: /libvulkan\.so\.(?<version>\d{1,8}\.\d{1,8}\.\d{1,8})$/ },
    source: "Khronos' Vulkan-Loader, whose file name is its release; Debian's libvulkan1",
  },
];
