/** The machine that this program runs on, and root folders of other machines. */
import { readFile, stat } from "node:fs/promises";
import { release, arch } from "node:os";
import type { CpuTable } from "../cpu/microarchitecture.js";
import { ContainerspecError } from "../errors.js";
import { toDisplayPath } from "../rootfs/path.js";
import { parseCpuInfo } from "./cpu-info.js";
import { readEmulators } from "./emulators.js";
import { findRuntimes, listRuntimePackages, type FoundProgram } from "../stacks/runtimes.js";
import type { Runtime } from "../stacks/schema.js";
import type { FileReading } from "./disk-reader.js";
import { createHost, type Host } from "./host.js";
import { readLoaderFeatures } from "./loader-levels.js";
import { readKernelModules } from "./kernel-modules.js";
import { readPackageVersions } from "./package-versions.js";
import { scanRoot } from "./scan-root.js";

const MACHINES: Readonly<Record<string, string>> = {
  x64: "x86_64",
  arm64: "aarch64",
  ia32: "i386",
  ppc64: "ppc64le",
  s390x: "s390x",
  riscv64: "riscv64",
  arm: "armhf",
  loong64: "loongarch64",
};

/** What a user names of a host beyond what its loader searches; byte strings. */
export interface ExtraPaths {
  /** folders whose libraries are to be known, with all that is in them */
  readonly folders: readonly string[];
  /** files and folders that are to be mounted */
  readonly trees: readonly string[];
}

/**
 * The live machine as a host.
 *
 * @param extra more folders to look for libraries in, and what is to be mounted
 * @param cpuTable the microarchitectures that its CPU may be, where not ours
 * @param reading how files are read
 * @throws ContainerspecError not-a-host where it is no Linux with glibc
 */
export async function readLiveHost(
  extra: ExtraPaths,
  { cpuTable, ...reading }: FileReading & { readonly cpuTable?: CpuTable } = {},
): Promise<Host> {
  if (process.platform !== "linux") {
    throw new ContainerspecError(
      "not-a-host",
      `Cannot use this machine as host: it runs ${process.platform}, and libraries are mounted from Linux; give --host a profile that \`containerspec host -o\` wrote on the target machine`,
    );
  }
  const cpuInfo = await readFile("/proc/cpuinfo", "utf8").catch(() => "");
  const machine = liveMachine();
  const cpu = parseCpuInfo(cpuInfo, machine, { table: cpuTable, proven: await readLoaderFeatures(machine) });
  const { root, whole, programs } = await scanRoot("/", extra.folders, extra.trees, reading);
  const emulators = await readEmulators();
  const host = createHost(root, {
    source: "live",
    kernel: release(),
    ...(emulators.length === 0 ? {} : { emulators }),
    kernelModules: readKernelModules(),
    runtimes: findRuntimesOf("/", programs),
    whole,
    ...extra,
    ...(cpu === undefined ? {} : { cpu }),
    ...(machine === undefined ? {} : { machine }),
  });
  if (host.libc.family !== "glibc") {
    throw new ContainerspecError(
      "not-a-host",
      `Cannot use this machine as host: no glibc was found on it${tellUnread(host)}; give --host a profile that \`containerspec host -o\` wrote on the target machine`,
    );
  }
  return host;
}

/** The runtimes of a root on disk, with their releases by its package database, which is read only where there are any. */
function findRuntimesOf(base: string, programs: readonly FoundProgram[]): readonly Runtime[] {
  const runtimes = findRuntimes(programs);
  return runtimes.length === 0 ? runtimes : findRuntimes(programs, readPackageVersions(base, listRuntimePackages()));
}

/** `uname -m` of the machine that this program runs on, where it is one that Linux runs on. */
export function liveMachine(): string | undefined {
  return MACHINES[arch()];
}

/** A folder that holds the root of a machine. @throws ContainerspecError not-a-host, file-not-found */
export async function readRootFolder(folder: string, extra: ExtraPaths, reading?: FileReading): Promise<Host> {
  const info = await stat(folder).catch(() => undefined);
  if (info?.isDirectory() !== true)
    throw new ContainerspecError("not-a-host", `Cannot use ${folder} as host: it is no folder`);
  const { root, whole, programs } = await scanRoot(
    folder.replace(/\/+$/, "") || "/",
    extra.folders,
    extra.trees,
    reading,
  );
  const host = createHost(root, { source: folder, runtimes: findRuntimesOf(folder, programs), whole, ...extra });
  if (host.libc.family === "none") {
    throw new ContainerspecError(
      "not-a-host",
      `Cannot use ${folder} as host: no C library was found in it${tellUnread(host)}; expected the root of a Linux system, with /lib and /etc`,
    );
  }
  return host;
}

/** Where part of a host could not be read: what was not found may be there. */
function tellUnread({ unread: [first] }: Host): string {
  return first === undefined ? "" : `, and ${toDisplayPath(first.path)} could not be read: ${first.reason}`;
}
