/** Whether a file's name says that it is a shared library: libz.so, libz.so.1, ld-linux-x86-64.so.2. */
export function isLibraryName(name: string): boolean {
  return /\.so(?:\.|$)/.test(name);
}
