/**
 * A host's profile: plain JSON that can be saved, carried, and used where the host is not. It holds what the loader of the host
 * would see and nothing of its users: no names, no environment, no addresses.
 */
import { ContainerspecError } from "../errors.js";
import { createLoader } from "../loader/loader.js";
import { describeStacks } from "../stacks/describe.js";
import { baseName, toDisplayPath } from "../rootfs/path.js";
import { checkProfile } from "./check-profile.js";
import type { CpuFacts } from "./cpu-info.js";
import { createHost, hostSettings, type Host } from "./host.js";
import { listLibraries } from "./library-table.js";
import { decodeNodes, encodeNodes } from "./node-codec.js";
import { PROFILE_KIND, PROFILE_VERSION, type HostProfile } from "./profile-schema.js";

/** A profile without its files: what people read of it. */
export type HostSummary = Omit<HostProfile, "files">;

/** A host as a profile. */
export function toProfile(host: Host): HostProfile {
  return { ...toSummary(host), files: [...encodeNodes(host.root)] };
}

/** What a profile tells of a host, without the files that it would carry. */
export function toSummary(host: Host): HostSummary {
  return {
    schemaVersion: PROFILE_VERSION,
    kind: PROFILE_KIND,
    source: baseName(host.source.replace(/\/+$/, "")),
    name: host.osRelease.prettyName,
    libc: { family: host.libc.family, ...(host.libc.version === undefined ? {} : { version: host.libc.version }) },
    ...(host.kernel === undefined ? {} : { kernel: host.kernel }),
    ...(host.machine === undefined ? {} : { machine: host.machine }),
    ...(host.cpu === undefined ? {} : { cpu: toPlain(host.cpu) }),
    ...(host.emulators === undefined ? {} : { emulators: host.emulators.map((one) => ({ ...one })) }),
    ...toPlainStacks(host),
    libraries: [...listTable(host)],
    folders: [...host.folders],
    ...(host.whole.length === 0 ? {} : { companionFolders: [...host.whole] }),
  };
}

/**
 * A saved profile as the host that it describes.
 *
 * @param source the file's name, for the report and for errors
 * @throws ContainerspecError not-a-host
 */
export function parseProfile(text: string, source: string): Host {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new ContainerspecError(
      "not-a-host",
      `Cannot use ${source} as host: it is no JSON; expected a profile that \`containerspec host -o\` wrote`,
      {},
      { cause: error },
    );
  }
  const profile = checkProfile(json, source);
  const { kernel, machine, cpu, emulators, folders, companionFolders = [], runtimes = [], kernelModules } = profile;
  return createHost(decodeNodes(profile.files), {
    source,
    folders,
    whole: companionFolders,
    runtimes,
    ...(kernelModules === undefined ? {} : { kernelModules }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(machine === undefined ? {} : { machine }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(emulators === undefined ? {} : { emulators }),
  });
}

/** The stacks of its root, and what is known beside it. */
function toPlainStacks({ root, kernelModules, runtimes }: Host) {
  const { mpi, gpu, fabric } = describeStacks(root);
  return {
    mpi: [...mpi],
    gpu: [...gpu],
    fabric: [...fabric],
    ...(kernelModules === undefined ? {} : { kernelModules: [...kernelModules] }),
    runtimes: [...runtimes],
  };
}

/** Lists that may be written to, as the profile's schema has them. */
function toPlain({ features, missing, ...cpu }: CpuFacts): NonNullable<HostProfile["cpu"]> {
  return { ...cpu, features: [...features], ...(missing === undefined ? {} : { missing: [...missing] }) };
}

function* listTable(host: Host) {
  const loader = createLoader(host.root, hostSettings(host));
  for (const like of host.examples.slice(0, 1)) {
    for (const { name, path, realPath, elf } of listLibraries(host.root, loader, like, host.folders)) {
      yield {
        name: toDisplayPath(name),
        path: toDisplayPath(path),
        realPath: toDisplayPath(realPath),
        ...(elf.soname === undefined ? {} : { soname: toDisplayPath(elf.soname) }),
      };
    }
  }
}
