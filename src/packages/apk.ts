/** apk's database: a stanza a package with fields of one letter; folders (`F:`) and the files in them (`R:`) follow. apk-tools, apk_database.c. */
import { isKeptFile, type Package } from "./package.js";

interface Stanza {
  name?: string;
  version?: string;
  architecture?: string;
  source?: string;
  folder: string;
  readonly files: string[];
}

/** Every package of an `installed` file. */
export function parseApkInstalled(text: string): readonly Package[] {
  const packages: Package[] = [];
  let stanza: Stanza = { folder: "", files: [] };
  const finish = (): void => {
    const { name, version, folder: _, ...rest } = stanza;
    if (name !== undefined && version !== undefined) packages.push({ name, version, ...rest });
    stanza = { folder: "", files: [] };
  };
  for (const line of text.split("\n")) {
    if (line === "") finish();
    else readLine(stanza, line);
  }
  finish();
  return packages;
}

function readLine(stanza: Stanza, line: string): void {
  const value = line.slice(2);
  switch (line.slice(0, 2)) {
    case "P:":
      stanza.name = value;
      break;
    case "V:":
      stanza.version = value;
      break;
    case "A:":
      stanza.architecture = value;
      break;
    case "o:":
      if (value !== stanza.name) stanza.source = value;
      break;
    case "F:":
      stanza.folder = value;
      break;
    case "R:":
      if (isKeptFile(value)) stanza.files.push(`/${stanza.folder === "" ? "" : `${stanza.folder}/`}${value}`);
      break;
    default: // checksums, sizes, dependencies
  }
}
