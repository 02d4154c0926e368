/** The host's libraries that a profile stands for: by what they are, by what the image asks for, or by a site's own list. */
import type { HostLibrary } from "./host/library-table.js";
import type { Host } from "./host/host.js";
import { ContainerspecError } from "./errors.js";
import { LIBRARY_PROFILES, type LibraryProfile } from "./knowledge/profiles.js";
import { PROJECTS } from "./knowledge/projects.js";
import type { RootObject } from "./mounts/subject.js";
import type { ListEntry } from "./profiles/site-list.js";
import type { AskedProfile } from "./read-profile.js";
import { matchesAnyGlob, matchesGlob } from "./rootfs/glob.js";
import { baseName, toBytePath, toDisplayPath } from "./rootfs/path.js";
import { resolvePath } from "./rootfs/resolve.js";
import { findDrivers, type Asking } from "./spec/drivers.js";
import { readDlopenNotes } from "./spec/dlopen-notes.js";
import type { NeedFacts } from "./spec/facts.js";
import { recognize } from "./stacks/recognize.js";

/** What an image says of what it wants. */
export interface AskingImage {
  readonly objects: readonly RootObject[];
  readonly env: ReadonlyMap<string, string>;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The libraries of these profiles, one a DT_SONAME.
 *
 * @param tell hears of entries of a list that nothing on the host matches
 * @throws ContainerspecError usage, where the host has nothing of what was named
 */
export function chooseByProfiles(
  libraries: readonly HostLibrary[],
  profiles: readonly AskedProfile[],
  image: AskingImage,
  host: Host,
  tell: (text: string) => void,
): readonly HostLibrary[] {
  const chosen = new Set<HostLibrary>();
  for (const profile of profiles) {
    const found =
      profile.kind === "list"
        ? chooseByList(libraries, profile, host, tell)
        : chooseByName(libraries, profile.name, image);
    const mayBeEmpty = profile.kind === "named" && (profile.name === "auto" || profile.name === "all");
    if (found.length === 0 && !mayBeEmpty) {
      const what = profile.kind === "named" ? profile.name : profile.source;
      throw new ContainerspecError(
        "usage",
        `Cannot judge --profile ${what}: the loader of the host (${host.source}) finds no library of it; \`containerspec host\` lists what it finds, and --host-folder adds folders`,
      );
    }
    for (const library of found) chosen.add(library);
  }
  return [...chosen];
}

function chooseByName(libraries: readonly HostLibrary[], name: string, image: AskingImage): readonly HostLibrary[] {
  const sets = LIBRARY_PROFILES.filter((profile) => ["all", "auto", profile.name].includes(name));
  return sets.flatMap((profile) => {
    const members = onePerSoname(libraries.filter((library) => isMember(library, profile)));
    return name === "auto" ? members.filter(findAsked(profile, members, image)) : members;
  });
}

function isMember({ name, realPath, node, elf }: HostLibrary, profile: LibraryProfile): boolean {
  const names = [name, ...(elf.soname === undefined ? [] : [elf.soname])];
  if (names.some((one) => matchesAnyGlob(profile.libraries, one) || projectsOf(one, profile).length > 0)) return true;
  const is = node.facts.kind === "elf" ? recognize(baseName(realPath), node.facts)?.is : undefined;
  return is !== undefined && is.role !== "provider" && profile.families.includes(is.family);
}

function projectsOf(name: string, profile: LibraryProfile): readonly string[] {
  return PROJECTS.filter(
    (project) => profile.projects.includes(project.name) && matchesAnyGlob(project.members, name),
  ).map((project) => project.name);
}

/** A file has several names in a folder; it is asked for by its DT_SONAME, where it has one that the loader finds. */
function onePerSoname(libraries: readonly HostLibrary[]): readonly HostLibrary[] {
  const names = new Set(libraries.map(({ name }) => name));
  return libraries.filter(({ name, elf: { soname } }) => soname === undefined || soname === name || !names.has(soname));
}

/** Which members the image asks for: those that it needs, or opens by a name in a note or a text, and what goes with them; all, where it says so otherwise. */
function findAsked(
  profile: LibraryProfile,
  members: readonly HostLibrary[],
  { objects, env, labels }: AskingImage,
): (library: HostLibrary) => boolean {
  const says =
    profile.variables.some((name) => ![undefined, "", "void", "none"].includes(env.get(name))) ||
    Object.keys(labels).some((label) => matchesAnyGlob(profile.labels, label));
  if (says) return () => true;
  const has = (name: string): boolean => members.some((member) => member.name === name);
  const asked = new Set([
    ...objects.flatMap(({ elf }) => [...elf.needed, ...readDlopenNotes(elf.notes.dlopen, has).map(({ name }) => name)]),
    ...findDrivers(objects.map(toAsking), has).map(({ name }) => toBytePath(name)),
  ]);
  const direct = members.filter(({ name }) => asked.has(name));
  const projects = new Set(direct.flatMap(({ name }) => projectsOf(name, profile)));
  return (library) => direct.includes(library) || projectsOf(library.name, profile).some((one) => projects.has(one));
}

/** What was learned of a file beside its loader's facts, where the image was opened so. */
function toAsking({ path, elf, node }: RootObject): Asking {
  const { extras } = node.facts as NeedFacts;
  return { path, elf, ...(extras === undefined ? {} : { extras }) };
}

function chooseByList(
  libraries: readonly HostLibrary[],
  { source, list }: Extract<AskedProfile, { kind: "list" }>,
  host: Host,
  tell: (text: string) => void,
): readonly HostLibrary[] {
  const found = new Set<HostLibrary>();
  const missing: string[] = [];
  for (const entry of list.entries) {
    const matches = onePerSoname(libraries.filter((library) => stands(entry, library, host)));
    for (const library of matches) found.add(library);
    if (matches.length === 0 && isLibraryEntry(entry)) missing.push(entry.text);
  }
  if (missing.length > 0) {
    tell(
      `${source}, a ${list.format}, names what the loader of the host does not find: ${missing.map((text) => toDisplayPath(text)).join(", ")}`,
    );
  }
  return [...found];
}

/** Whether an entry of a list means a library. A link and what it leads to are one file. */
function stands({ kind, value }: ListEntry, { name, path, realPath }: HostLibrary, host: Host): boolean {
  if (kind === "prefix") return name.startsWith(value);
  if (matchesGlob(value, path) || matchesGlob(value, realPath)) return true;
  return resolvePath(host.root, value)?.path === realPath && (name === baseName(value) || value === realPath);
}

/** Folders, programs and devices are no candidates, and nobody is told of them. */
function isLibraryEntry({ kind, value }: ListEntry): boolean {
  return kind === "prefix" || /\.so(?:\.|$|\*)/.test(baseName(value));
}
