/**
 * Apptainer's nvliblist.conf and rocmliblist.conf: a name a line. A name that ends as a library does stands for all names in the host's
 * ld.so.cache that begin so; a path is bound as it is; any other word is a program, which is searched in PATH and is no library.
 * Mirrors apptainer, internal/pkg/util/paths/resolve.go.
 */
import { toPathEntry, type ListEntry, type SiteList } from "./site-list.js";

const LINE = /^[\w./+-]+$/;

/** The entries of a list, where the text is one: nothing but such names and comments, and a library among them. */
export function parseApptainerList(text: string): SiteList | undefined {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
  if (!lines.every((line) => LINE.test(line)) || !lines.some(isLibrary)) return undefined;
  const entries = lines
    .filter(isLibrary)
    .map((value): ListEntry => (value.startsWith("/") ? toPathEntry(value) : { text: value, kind: "prefix", value }));
  return { format: "Apptainer's list of libraries", entries };
}

function isLibrary(line: string): boolean {
  return line.startsWith("/") || /\.so(?:\.|$)/.test(line);
}
