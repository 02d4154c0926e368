/** What a host has of MPI, GPU drivers, networks and container runtimes, for people: a row for each. */
import type { HostSummary } from "../host/profile.js";

/** The name of a row, empty where it goes on from the row before, and its text. */
export type Row = readonly [name: string, value: string];

type Stack = NonNullable<HostSummary["gpu"]>[number];
type LoadedModule = NonNullable<HostSummary["kernelModules"]>[number];
type Runtime = NonNullable<HostSummary["runtimes"]>[number];

/** The rows of a profile; of what a host has none of there is no row. */
export function listStackRows({
  mpi = [],
  gpu = [],
  fabric = [],
  kernelModules = [],
  runtimes = [],
}: HostSummary): Row[] {
  const modulesOf = ({ family, version }: Stack): readonly string[] =>
    kernelModules
      .filter((one) => one.family === family)
      .map(
        (one) =>
          withVersion(one.name, one.version) +
          (isOutOfStep(family, version, one) ? " (NOT the libraries' release)" : ""),
      );
  return [
    ...toRows("MPI", mpi.map(describeMpi)),
    ...toRows(
      "GPU",
      gpu.map((stack) => describeStack(stack, modulesOf(stack))),
    ),
    ...toRows(
      "Fabric",
      fabric.map((stack) => describeStack(stack, modulesOf(stack))),
    ),
    ...toRows("Runtimes", runtimes.flatMap(describeRuntime)),
  ];
}

/** "Open MPI 4.1.4 (ABI open-mpi-40) at /usr/lib/libmpi.so.40.30.4" */
export function describeMpi({ name, version, abi, path }: NonNullable<HostSummary["mpi"]>[number]): string {
  return `${withVersion(name, version)}${abi === undefined ? "" : ` (ABI ${abi})`} at ${path}`;
}

/** Values of which the first has the name of the row. */
export function toRows(name: string, values: readonly string[]): Row[] {
  return values.map((value, index) => [index === 0 ? name : "", value]);
}

/** "RDMA verbs 44.0, interface 1.14; providers efa, mlx5; kernel modules mlx5_ib" */
export function describeStack({ name, version, api, parts }: Stack, modules: readonly string[]): string {
  const own = api === undefined ? withVersion(name, version) : `${withVersion(name, version)}, interface ${api}`;
  const drivers = parts.filter(({ role }) => role === "driver" && parts[0]?.role !== "driver");
  const providers = parts.flatMap(({ provider }) => provider ?? []);
  return [
    own,
    ...(drivers.length === 0 ? [] : [`drivers ${drivers.map((one) => withVersion(one.path, one.version)).join(", ")}`]),
    ...(providers.length === 0 ? [] : [`providers ${[...new Set(providers)].join(", ")}`]),
    ...(modules.length === 0 ? [] : [`kernel modules ${modules.join(", ")}`]),
  ].join("; ");
}

/** The program, and for each way in which it puts files of the host into a container what `analyze` has to be told of it. */
function describeRuntime({ name, version, path, injections }: Runtime): readonly string[] {
  return [
    `${withVersion(name, version)} at ${path}`,
    ...injections.flatMap(({ what, by, placement, folder, ldCache, since, until }): string[] => {
      const when = since !== undefined ? ` from ${since} on` : until !== undefined ? ` before ${until}` : "";
      const options = [
        ...(placement === "over" ? [] : [`--placement ${placement}`]),
        ...(folder === undefined ? [] : [`--mount-folder ${folder}`]),
        ...(ldCache === "shipped" ? [] : [`--ld-cache ${ldCache}`]),
      ];
      // What analyze takes anyhow need not be said.
      if (options.length === 0) return [];
      return [`- ${what} by ${by}${version === undefined ? when : ""}: analyze ${options.join(" ")}`];
    }),
  ];
}

/** NVIDIA's libraries refuse a kernel module of another release: "Driver/library version mismatch". */
function isOutOfStep(family: string, version: string | undefined, module: LoadedModule): boolean {
  if (family !== "nvidia" || module.name !== "nvidia") return false;
  return version !== undefined && module.version !== undefined && version !== module.version;
}

function withVersion(name: string, version: string | undefined): string {
  return version === undefined ? name : `${name} ${version}`;
}
