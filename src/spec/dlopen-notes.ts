/**
 * What a program says in its notes that it opens when it runs: a list of objects, each with the names of one library and how badly that
 * is wanted. Source: "ELF dlopen metadata" of the UAPI group (uapi-group.org/specifications/specs/elf_dlopen_metadata).
 */

/** What it cannot do without; what most want; what few want. */
export type DlopenPriority = "required" | "recommended" | "suggested";

export interface DlopenWish {
  readonly name: string;
  readonly priority: DlopenPriority;
}

/**
 * @param texts of .note.dlopen
 * @param has whether one of these names is there: names of one object stand for each other
 * @returns the names that are wanted and not there through another
 */
export function readDlopenNotes(texts: readonly string[], has: (name: string) => boolean): readonly DlopenWish[] {
  return texts.flatMap(parseList).flatMap((one): readonly DlopenWish[] => {
    const { soname, priority } = one;
    const names = Array.isArray(soname) ? soname.filter((name): name is string => typeof name === "string") : [];
    const there = names.find(has);
    if (there !== undefined) return [{ name: there, priority: toPriority(priority) }];
    // Of several names none is required by itself.
    return names.map((name) => ({
      name,
      priority: toPriority(names.length > 1 && priority === "required" ? "" : priority),
    }));
  });
}

function parseList(text: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const list: unknown = JSON.parse(text);
    return (Array.isArray(list) ? list : []).filter(
      (one): one is Readonly<Record<string, unknown>> => typeof one === "object" && one !== null,
    );
  } catch {
    return []; // whoever wrote no JSON said nothing
  }
}

/** Whoever says nothing of it recommends. */
function toPriority(text: unknown): DlopenPriority {
  return text === "required" || text === "suggested" ? text : "recommended";
}
