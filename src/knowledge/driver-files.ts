/** Names of the files of NVIDIA's driver, which belong to the machine: what an image should not hold. */
export interface DriverFiles {
  readonly name: string;
  /** the kernel module that its libraries talk to, and whose release they must be of */
  readonly module: string;
  /** a file of a release, which its name tells in the group `release` */
  readonly released: RegExp;
  /** any file or link of it, whatever follows */
  readonly any: RegExp;
  /** libraries of which the toolkit brings stand-ins to link with, in a folder called "stubs" */
  readonly stubs: readonly string[];
  readonly source: string;
}

/** Not libnvidia-container, which starts containers and is no driver, nor what distributions build (libnvidia-egl-*). */
const LIBRARY = String.raw`lib(?:cuda|cudadebugger|nvcuvid|nvoptix|nvidia-(?!container|egl-)[\w-]{1,40}|(?:GLX|EGL|GLESv1_CM|GLESv2)_nvidia|vdpau_nvidia)\.so`;

export const DRIVER_FILES: readonly DriverFiles[] = [
  {
    name: "NVIDIA's driver",
    module: "nvidia",
    released: new RegExp(String.raw`^${LIBRARY}\.(?<release>\d{3}\.\d{1,4}(?:\.\d{1,4})?)$`),
    any: new RegExp(String.raw`^${LIBRARY}(?:\.\d{1,4}){0,3}$`),
    stubs: ["libcuda.so.1", "libcuda.so", "libnvidia-ml.so.1", "libnvidia-ml.so"],
    source:
      'libnvidia-container, src/nvc_info.c: names, and the suffix of the release; NVIDIA/nvidia-docker#825 and #1551 on files that are there already; the folder stubs of CUDA\'s toolkit; open-gpu-kernel-modules, which refuses clients of another release (an "API mismatch")',
  },
];
