/** An opened image as one side of a comparison: its libraries, programs, floors and hazards. */
import type { ElfObject } from "./elf/object.js";
import type { ImagePart } from "./compare/images/image-parts.js";
import type { ImageSide, SideLibrary, SidePackage } from "./compare/images/image-side.js";
import { listLibraries } from "./host/library-table.js";
import { listHazards } from "./list-hazards.js";
import { hasLoadableType, sameAbi } from "./loader/abi.js";
import type { FileFacts } from "./loader/facts.js";
import { abiOf } from "./loader/identity.js";
import { isLibraryName } from "./loader/library-name.js";
import { findMachineFacts } from "./loader/machine.js";
import { createBaseline, type Baseline } from "./mounts/baseline.js";
import type { OpenedNeeds } from "./open-needs.js";
import { findOwners, listPackageDatabases, type PackageDatabase } from "./packages/list-packages.js";
import type { Package } from "./packages/package.js";
import type { FileNode } from "./rootfs/filesystem.js";
import { baseName, toDisplayPath } from "./rootfs/path.js";
import { walk } from "./rootfs/walk.js";
import { findPrograms } from "./spec/programs.js";

/** @param parts what will be compared: what is asked for nothing is not looked for */
export function toImageSide(needs: OpenedNeeds, parts: ReadonlySet<ImagePart>): ImageSide {
  const { opened, described } = needs;
  const { snapshot, unreadLayers, image } = opened;
  const programs = findPrograms(snapshot);
  const databases = listPackageDatabases(snapshot);
  return {
    image,
    root: snapshot,
    libraries: parts.has("libraries") ? listSideLibraries(needs, new Set(programs.map(({ node }) => node))) : [],
    programs,
    floors: { ...described.need.floors, ...described.libstdcxx },
    hazards: parts.has("hazards") ? listHazards(needs, loadAll(needs)) : [],
    packages: databases.flatMap(toPackages),
    owners: nameOwners(findOwners(snapshot, databases)),
    unknown: [
      ...unreadLayers.map((layer) => `layer ${layer + 1} of ${image.layers.length}, which cannot be read`),
      ...(parts.has("packages") ? databases.flatMap(tellProblem) : []),
    ],
  };
}

function loadAll({ side: { subject } }: OpenedNeeds): Baseline {
  return createBaseline(subject, subject, () => true);
}

function toPackages({ manager, packages }: PackageDatabase): readonly SidePackage[] {
  return packages.map(({ name, version, architecture }) => ({
    ...{ manager, name: toDisplayPath(name), version: toDisplayPath(version) },
    ...(architecture === undefined ? {} : { architecture: toDisplayPath(architecture) }),
  }));
}

function nameOwners(owners: ReadonlyMap<string, Package>): ReadonlyMap<string, string> {
  return new Map([...owners].map(([path, { name, version }]) => [path, toDisplayPath(`${name} ${version}`)]));
}

function tellProblem({ path, problem }: PackageDatabase): readonly string[] {
  return problem === undefined ? [] : [`packages of ${toDisplayPath(path)}: ${toDisplayPath(problem)}`];
}

/** Every shared library once: what has a DT_SONAME, and what a loader finds by its name. Plugins that have neither are files. */
function listSideLibraries(needs: OpenedNeeds, programs: ReadonlySet<object>): readonly SideLibrary[] {
  const { snapshot } = needs.opened;
  const objects: { readonly path: string; readonly node: FileNode<FileFacts>; readonly elf: ElfObject }[] = [];
  const seen = new Set<object>(programs);
  for (const { path, node } of walk(snapshot)) {
    if (node.kind !== "file" || node.facts.kind !== "elf" || seen.has(node)) continue;
    const { elf } = node.facts;
    if (elf.segments.dynamic !== "present" || !hasLoadableType(elf)) continue;
    seen.add(node);
    objects.push({ path, node, elf });
  }
  const found = findByName(needs, objects);
  return objects
    .filter(
      ({ node, elf, path }) =>
        elf.soname !== undefined || found.has(node) || (elf.damage !== undefined && isLibraryName(baseName(path))),
    )
    .map((one) => ({
      ...one,
      name: one.elf.soname ?? baseName(one.path),
      machine: findMachineFacts(abiOf(one.elf))?.name ?? `machine ${one.elf.machine}`,
      isFound: found.has(one.node),
    }));
}

/** The files that the image's loaders find by the names that programs have for them, for each machine that has libraries here. */
function findByName(
  { opened, side: { subject } }: OpenedNeeds,
  objects: readonly { readonly elf: ElfObject }[],
): ReadonlySet<object> {
  const likes: ElfObject[] = [];
  for (const { elf } of objects) if (!likes.some((one) => sameAbi(abiOf(one), abiOf(elf)))) likes.push(elf);
  const found = likes.flatMap((like) => listLibraries(opened.snapshot, subject.loader, like));
  return new Set(found.flatMap(({ name, node, elf }) => ((elf.soname ?? name) === name ? [node] : [])));
}
