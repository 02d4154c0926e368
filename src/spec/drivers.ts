/**
 * Libraries of the machine that an image asks for: by DT_NEEDED, without which nothing that needs them starts; by a note about dlopen,
 * which says how badly they are wanted; or by a name that stands in a program as text, which says only that it may ask.
 */
import { DRIVER_PROJECTS } from "../knowledge/drivers.js";
import type { ElfObject } from "../elf/object.js";
import { matchesAnyGlob } from "../rootfs/glob.js";
import { toDisplayPath } from "../rootfs/path.js";
import { readDlopenNotes, type DlopenPriority } from "./dlopen-notes.js";
import type { NeedExtras } from "./facts.js";

export interface DriverNeed {
  /** "libcuda.so.1" */
  readonly name: string;
  /** whose library it is */
  readonly project: string;
  /** the strongest way in which it is asked for */
  readonly how: "needed" | "note" | "text";
  /** of a note: how badly it is wanted */
  readonly priority?: DlopenPriority;
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

const STRENGTH = ["text", "suggested", "recommended", "required", "needed"] as const;
type Strength = (typeof STRENGTH)[number];

/** @param has whether the image's loader finds a name */
export function findDrivers(objects: Iterable<Asking>, has: (name: string) => boolean): readonly DriverNeed[] {
  const found = new Map<string, { project: string; strength: Strength; by: Set<string> }>();
  for (const { path, elf, extras } of objects) {
    const asked = [
      ...elf.needed.map((name) => ["needed", name] as const),
      ...readDlopenNotes(elf.notes.dlopen, has).map(({ name, priority }) => [priority, name] as const),
      ...(extras?.driverNames ?? []).map((name) => ["text", name] as const),
    ];
    for (const [strength, name] of asked) {
      const project = findProject(name);
      // A driver's libraries name themselves, and one another.
      if (project === undefined || (strength === "text" && findProject(elf.soname ?? "") === project)) continue;
      const known = found.get(name);
      if (known === undefined || STRENGTH.indexOf(strength) > STRENGTH.indexOf(known.strength))
        found.set(name, { project, strength, by: new Set([toDisplayPath(path)]) });
      else if (known.strength === strength) known.by.add(toDisplayPath(path));
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { project, strength, by }]) => ({
      name: toDisplayPath(name),
      project,
      ...(strength === "needed" || strength === "text"
        ? { how: strength }
        : { how: "note" as const, priority: strength }),
      by: [...by].sort(),
      isThere: has(name),
    }));
}

/** Its name alone is there, or whoever opens it says that it can do without. */
export function isOptional({ how, priority }: Pick<DriverNeed, "how" | "priority">): boolean {
  return how === "text" || (how === "note" && priority !== "required");
}

/** Whose library a name is; undefined for one that is no machine's. */
export function findProject(name: string): string | undefined {
  return DRIVER_PROJECTS.find(({ libraries }) => matchesAnyGlob(libraries, name))?.name;
}
