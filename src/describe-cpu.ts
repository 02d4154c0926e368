/** `containerspec host --cpuinfo`: a CPU alone, from what somebody saved of its machine. */
import type { HostProfile } from "./host/profile-schema.js";
import { PROFILE_VERSION } from "./host/profile-schema.js";
import { readCpu, type ReadCpuOptions } from "./read-cpu.js";
import { baseName, toBytePath, toDisplayPath } from "./rootfs/path.js";

export { findCompilerFlags, type Compiler } from "./cpu/compiler-flags.js";

/** A CPU as plain JSON; `cpu` is what a host's profile has under that name. */
export interface CpuProfile {
  readonly schemaVersion: string;
  readonly kind: "containerspec-cpu";
  /** the name of the capture, without its folder */
  readonly source: string;
  /** `uname -m` */
  readonly machine: string;
  readonly cpu: NonNullable<HostProfile["cpu"]>;
}

/** The CPU that the capture at `source` describes, a file or "-" for `options.stdin`. @throws ContainerspecError */
export async function describeCpu(source: string, options: ReadCpuOptions = {}): Promise<CpuProfile> {
  const { machine, features, missing, ...cpu } = await readCpu(source, options);
  return {
    schemaVersion: PROFILE_VERSION,
    kind: "containerspec-cpu",
    source: toDisplayPath(baseName(toBytePath(source))),
    machine,
    cpu: { ...cpu, features: [...features], missing: [...missing] },
  };
}
