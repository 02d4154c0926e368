/** A library of the machine that an image asks for and has not. */
export interface MachineLibrary {
  /** "libcuda.so.1" */
  readonly name: string;
  /** whose it is: "NVIDIA's driver" */
  readonly project: string;
}
