/** A list of host libraries that a site already has, written for a runtime, as the candidates that it stands for. */

export interface ListEntry {
  /** as the list has it, for messages */
  readonly text: string;
  /** prefix: names in the host's ld.so.cache that begin so; path: a file or folder of the host, perhaps as a glob */
  readonly kind: "prefix" | "path";
  readonly value: string;
}

export interface SiteList {
  /** "Apptainer's list of libraries" */
  readonly format: string;
  readonly entries: readonly ListEntry[];
}

/** A path of the host that a list names. */
export function toPathEntry(value: string, text = value): ListEntry {
  return { text, kind: "path", value };
}

/** A field of plain data that a file was read into. */
export function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/** A list of plain data; one with nothing in it where there is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((one): one is string => typeof one === "string");
}
