/**
 * dpkg's database: a stanza a package in `status`, or a file a package in `status.d` as distroless images have it, and the names of
 * each package's files in lists beside it. opkg writes the same stanzas. dpkg(1), deb822(5).
 */
import { isKeptFile, MAX_PATH, type Package } from "./package.js";
import { parseStanzas } from "./stanzas.js";

const FIELDS = new Set(["Package", "Status", "Version", "Architecture", "Source"]);

/** The packages that are installed: not those of which only the configuration is left, or that were never unpacked. */
export function parseDpkgStatus(text: string): readonly Package[] {
  const packages: Package[] = [];
  for (const fields of parseStanzas(text, FIELDS)) {
    const [name, version, status] = [fields.get("Package"), fields.get("Version"), fields.get("Status")];
    if (name === undefined || version === undefined) continue;
    // "install ok installed": what is wanted, whether it is broken, and how far it has come. status.d says nothing, and has what is there.
    if (status !== undefined && status.split(/\s+/)[2] !== "installed") continue;
    const architecture = fields.get("Architecture");
    const source = fields.get("Source")?.split(" ", 1)[0];
    packages.push({
      name,
      version,
      ...(architecture === undefined ? {} : { architecture }),
      ...(source === undefined || source === name ? {} : { source }),
    });
  }
  return packages;
}

/** The libraries and programs in a list of files: a path a line, or its MD5 sum and, without the first slash, the path. */
export function parseFileList(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    if (line.length > MAX_PATH) return [];
    const path = /^[0-9a-f]{32} {2}(.+)$/.exec(line)?.[1] ?? line;
    return isKeptFile(path) ? [path.startsWith("/") ? path : `/${path.replace(/^\.\//, "")}`] : [];
  });
}
