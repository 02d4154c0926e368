/**
 * Texts that name drivers: what OpenCL's, Vulkan's and EGL's loaders read to know which libraries to open. A path in one is taken as it
 * is, and a bare name is searched as dlopen(3) searches it.
 */
import { COMPANION_NEEDS } from "../knowledge/companions.js";
import { matchesAnyGlob } from "../rootfs/glob.js";
import { joinPath, parentPath } from "../rootfs/path.js";

/** Every place of such a text, as globs over paths. */
const DRIVER_TEXTS: readonly string[] = [
  ...new Set(COMPANION_NEEDS.flatMap((need) => (need.kind === "drivers" ? need.paths : []))),
];
const FOLDERS = new Set(DRIVER_TEXTS.map(parentPath));

/** Whether a path is that of a text that names a driver. */
export function isDriverText(path: string): boolean {
  return FOLDERS.has(parentPath(path)) && matchesAnyGlob(DRIVER_TEXTS, path);
}

/**
 * What a text tells its loader to open: a name, or an absolute path; undefined where it tells nothing that can be used.
 * Mirrors cl_khr_icd for `.icd`, and the `library_path` of ICD in Vulkan's and EGL's manifests, whose relative paths start at the text.
 *
 * @param text a byte string
 */
export function findDriver(path: string, text: string): string | undefined {
  const named = path.endsWith(".json") ? findLibraryPath(text) : text.split("\n", 1)[0]?.trim();
  // What JSON escapes may be no byte string.
  if (named === undefined || named === "" || /[^\0-\xff]/.test(named)) return undefined;
  if (!named.includes("/") || named.startsWith("/")) return named;
  return joinPath(parentPath(path), named);
}

function findLibraryPath(text: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(text);
    const icd = typeof manifest === "object" && manifest !== null && "ICD" in manifest ? manifest.ICD : undefined;
    const named = typeof icd === "object" && icd !== null && "library_path" in icd ? icd.library_path : undefined;
    return typeof named === "string" ? named : undefined;
  } catch {
    return undefined; // loaders pass over what is no JSON
  }
}
