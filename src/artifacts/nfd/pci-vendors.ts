/** Whose devices the libraries of a driver are for. Source: pci.ids. */
const VENDORS: Readonly<Record<string, string>> = {
  "NVIDIA's driver": "10de",
  "AMD's ROCm runtime": "1002",
  "Intel's Level Zero runtime": "8086",
};

/** @param project as knowledge/drivers.ts has it */
export function findPciVendor(project: string): string | undefined {
  return VENDORS[project];
}
