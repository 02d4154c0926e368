/** `containerspec inspect`: what an image holds, needs and offers, without any host. */
import { toDisplayTexts } from "./display-text.js";
import { listLibraries } from "./host/library-table.js";
import { findExactRelease, readOsRelease } from "./host/os-release.js";
import type { Limits } from "./image/limits.js";
import { toPlatformText } from "./image/platform.js";
import { INSPECT_VERSION, type InspectReport } from "./inspect-schema.js";
import { listHazards } from "./list-hazards.js";
import { findPreloads } from "./loader/root-settings.js";
import type { MatchOptions } from "./match-options.js";
import { createBaseline } from "./mounts/baseline.js";
import { openNeeds, type OpenedNeeds } from "./open-needs.js";
import { findOwners, listPackageDatabases, type PackageDatabase } from "./packages/list-packages.js";
import type { Package } from "./packages/package.js";
import { toDisplayPath } from "./rootfs/path.js";
import { findBaseImage } from "./spec/base-image.js";
import { listDependencies } from "./spec/dependencies.js";
import { listPrograms } from "./spec/list-programs.js";
import { listLoaderVariables } from "./spec/loader-environment.js";
import { describeStacks } from "./stacks/describe.js";
import { VERSION } from "./version.js";

export interface InspectOptions extends Pick<
  MatchOptions,
  "platform" | "reference" | "layerMode" | "verify" | "env" | "cache" | "stdin" | "onProgress"
> {
  readonly limits?: Partial<Limits>;
}

/** whose image is taken where an archive has several and none is named */
export const USUAL_MACHINE = "x86_64";

type Owners = ReadonlyMap<string, Package>;

/**
 * Describes the image at `source`: a file, a folder, or "-" for `options.stdin`.
 *
 * @throws ContainerspecError where the image cannot be read
 */
export async function inspect(source: string, options: InspectOptions = {}): Promise<InspectReport> {
  const needs = await openNeeds(source, USUAL_MACHINE, options);
  options.onProgress?.({ stage: "loading every program of the image", done: 0 });
  const { opened, side, described } = needs;
  const { need, libstdcxx } = described;
  const { family, version, evidence } = side.facts.libc;
  const { mpi, gpu, fabric } = describeStacks(opened.snapshot);
  const databases = listPackageDatabases(opened.snapshot);
  const owners = findOwners(opened.snapshot, databases);
  const baseline = createBaseline(side.subject, side.subject, () => true);
  return toDisplayTexts({
    schemaVersion: INSPECT_VERSION,
    tool: { name: "containerspec", version: VERSION },
    image: describeImage(needs),
    base: describeBase(needs),
    process: describeProcess(needs),
    ...(need.machine === undefined ? {} : { machine: need.machine }),
    libc: {
      family,
      ...(version === undefined ? {} : { version }),
      ...(evidence === undefined ? {} : { evidence }),
    },
    floors: { ...need.floors, ...libstdcxx },
    code: need.code === undefined ? null : pickCode(need.code),
    cuda: need.cuda === undefined ? null : pickCuda(need.cuda),
    mpi: mpi[0] ?? null,
    mpis: [...mpi],
    gpu: [...gpu],
    fabric: [...fabric],
    drivers: need.drivers.map((driver) => ({ ...driver, by: [...driver.by] })),
    libraries: listFound(needs, owners),
    programs: listPrograms(opened.snapshot).map(({ path, interpreter, ...program }) => ({
      ...program,
      path: toDisplayPath(path),
      ...(interpreter === undefined ? {} : { interpreter: toDisplayPath(interpreter) }),
      ...toOwner(owners.get(path)),
    })),
    dependencies: listDependencies(baseline.consumers).map(({ from, name, to }) => ({
      from: toDisplayPath(from),
      name: toDisplayPath(name),
      ...(to === undefined ? {} : { to: toDisplayPath(to) }),
    })),
    ...describePackages(databases),
    hazards: listHazards(needs, baseline).map(({ rule, severity, message, subjects, evidence }) => ({
      ...{ rule, severity, message },
      subjects: [...subjects],
      evidence: evidence.map((one) => ({ ...one })),
    })),
  });
}

function describeImage({ source, opened: { image, unreadLayers } }: OpenedNeeds): InspectReport["image"] {
  return {
    source,
    ...(image.reference === undefined ? {} : { reference: image.reference }),
    digest: image.digest,
    platform: toPlatformText(image.platform),
    layers: image.layers.length,
    unreadLayers: [...unreadLayers],
    labels: { ...image.config.labels },
    annotations: { ...image.annotations },
  };
}

function describeBase({ opened: { image, snapshot } }: OpenedNeeds): InspectReport["base"] {
  const { labels, history = [] } = image.config;
  const os = readOsRelease(snapshot);
  const release = findExactRelease(snapshot, os);
  const { annotations, layers } = image;
  return {
    ...(os.id === "" && os.prettyName === "" ? {} : { os: { ...os, ...(release === undefined ? {} : { release }) } }),
    ...findBaseImage({ labels, annotations, history, layers: layers.length }),
  };
}

function describeProcess({ opened: { image, snapshot }, env, described }: OpenedNeeds): InspectReport["process"] {
  const { entrypoint, cmd, workingDir, user } = image.config;
  const { programs, trouble, isOpen } = described.need.start;
  return {
    entrypoint: [...entrypoint],
    command: [...cmd],
    workingFolder: workingDir,
    ...(user === undefined ? {} : { user }),
    programs: [...programs],
    ...(trouble === undefined ? {} : { trouble }),
    isOpen,
    variables: listLoaderVariables(env).map(({ name, value }) => ({ name, value: toDisplayPath(value) })),
    preload: findPreloads(snapshot).map(toDisplayPath),
  };
}

function pickCode({ level, confidence, by }: NonNullable<OpenedNeeds["described"]["need"]["code"]>) {
  return { level, confidence, by: [...by] };
}

function pickCuda({ requirements, isDisabled }: NonNullable<OpenedNeeds["described"]["need"]["cuda"]>) {
  return { requirements: [...requirements], isDisabled };
}

function listFound({ opened, side: { subject } }: OpenedNeeds, owners: Owners): InspectReport["libraries"] {
  const { like, loader } = subject;
  if (like === undefined) return [];
  return listLibraries(opened.snapshot, loader, like).map(({ name, realPath, elf }) => ({
    name: toDisplayPath(name),
    path: toDisplayPath(realPath),
    ...(elf.soname === undefined ? {} : { soname: toDisplayPath(elf.soname) }),
    versions: elf.versions.definitions.filter(({ base }) => !base).map((node) => toDisplayPath(node.name)),
    ...toOwner(owners.get(realPath)),
  }));
}

function toOwner(owner: Package | undefined) {
  if (owner === undefined) return {};
  return { package: { name: toDisplayPath(owner.name), version: toDisplayPath(owner.version) } };
}

function describePackages(databases: readonly PackageDatabase[]): Pick<InspectReport, "databases" | "packages"> {
  return {
    databases: databases.map(({ manager, format, path, packages, problem }) => ({
      ...{ manager, format, path: toDisplayPath(path), packages: packages.length },
      ...(problem === undefined ? {} : { problem: toDisplayPath(problem) }),
    })),
    packages: databases.flatMap(({ manager, packages }) =>
      packages.map(({ name, version, architecture, source }) => ({
        ...{ manager, name: toDisplayPath(name), version: toDisplayPath(version) },
        ...(architecture === undefined ? {} : { architecture: toDisplayPath(architecture) }),
        ...(source === undefined ? {} : { source: toDisplayPath(source) }),
      })),
    ),
  };
}
