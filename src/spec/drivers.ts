/**
 * Libraries of the machine that an image asks for: by DT_NEEDED, without which nothing that needs them starts; by a note about dlopen,
 * which says how badly they are wanted; or by a name that stands in a program as text, which says only that it may ask.
 */
import { DRIVER_PROJECTS } from "../knowledge/drivers.js";
import type { ElfObject } from "../elf/object.js";
import { matchesAnyGlob } from "../rootfs/glob.js";
import { toDisplayPath } from "../rootfs/path.js";
import type { NeedExtras } from "./facts.js";

export interface DriverNeed {
  /** "libcuda.so.1" */
  readonly name: string;
  /** whose library it is */
  readonly project: string;
  /** the strongest way in which it is asked for */
  readonly how: "needed" | "note" | "text";
  /** who asks so, sorted */
  readonly by: readonly string[];
  /** whether the image has one of its own that the loader finds */
  readonly isThere: boolean;
}

export interface Asking {
  readonly path: string;
  readonly elf: ElfObject;
  readonly extras?: NeedExtras;
}

const STRENGTH = ["text", "note", "needed"] as const;

/** @param has whether the image's loader finds a name */
export function findDrivers(objects: Iterable<Asking>, has: (name: string) => boolean): readonly DriverNeed[] {
  const found = new Map<string, { project: string; how: DriverNeed["how"]; by: Set<string> }>();
  for (const { path, elf, extras } of objects) {
    const asked = [
      ...elf.needed.map((name) => ["needed", name] as const),
      ...elf.notes.dlopen.flatMap(readDlopenNote).map((name) => ["note", name] as const),
      ...(extras?.driverNames ?? []).map((name) => ["text", name] as const),
    ];
    for (const [how, name] of asked) {
      const project = findProject(name);
      // A driver's libraries name themselves, and one another.
      if (project === undefined || (how === "text" && findProject(elf.soname ?? "") === project)) continue;
      const known = found.get(name);
      if (known === undefined || STRENGTH.indexOf(how) > STRENGTH.indexOf(known.how))
        found.set(name, { project, how, by: new Set([toDisplayPath(path)]) });
      else if (known.how === how) known.by.add(toDisplayPath(path));
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { project, how, by }]) => ({
      name: toDisplayPath(name),
      project,
      how,
      by: [...by].sort(),
      isThere: has(name),
    }));
}

/** Whose library a name is; undefined for one that is no machine's. */
export function findProject(name: string): string | undefined {
  return DRIVER_PROJECTS.find(({ libraries }) => matchesAnyGlob(libraries, name))?.name;
}

/** The names in a note: a list of objects with `soname`, a list itself. "required" counts as well as what is only recommended. */
function readDlopenNote(json: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(json);
    return (Array.isArray(list) ? list : []).flatMap((one: unknown) => {
      const names = typeof one === "object" && one !== null && "soname" in one ? one.soname : [];
      return Array.isArray(names) ? names.filter((name): name is string => typeof name === "string") : [];
    });
  } catch {
    return []; // whoever wrote no JSON said nothing
  }
}
