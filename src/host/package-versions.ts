/** Releases of packages by the databases of dpkg and apk, for programs that do not tell theirs without being run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** More than the database of any system has. */
const MAX_BYTES = 64 << 20;
const DATABASES = [
  { path: "var/lib/dpkg/status", entry: /^Package: (.+)$/m, version: /^Version: (?:\d+:)?(.+)$/m },
  { path: "lib/apk/db/installed", entry: /^P:(.+)$/m, version: /^V:(.+)$/m },
] as const;

/** Of packages that are wanted and there, their versions; what distributions add behind a hyphen is left out. */
export function readPackageVersions(base: string, wanted: ReadonlySet<string>): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const { path, entry, version } of DATABASES) {
    for (const text of readEntries(join(base, path))) {
      const name = entry.exec(text)?.[1];
      const found = version.exec(text)?.[1];
      if (name !== undefined && found !== undefined && wanted.has(name))
        versions.set(name, found.replace(/-[^-]*$/, ""));
    }
  }
  return versions;
}

function readEntries(path: string): readonly string[] {
  try {
    const bytes = readFileSync(path);
    return bytes.length > MAX_BYTES ? [] : bytes.toString("utf8").split("\n\n");
  } catch {
    return [];
  }
}
