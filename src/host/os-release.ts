/** Which distribution a root is, from os-release(5). */
import type { RootFilesystem } from "../rootfs/filesystem.js";
import type { FileFacts } from "../loader/facts.js";
import { findText } from "../loader/ld-conf.js";

export interface OsRelease {
  /** NAME: "Debian GNU/Linux" */
  readonly name: string;
  /** ID: "debian" */
  readonly id: string;
  /** VERSION_ID: "12" */
  readonly versionId: string;
  /** PRETTY_NAME: "Debian GNU/Linux 12 (bookworm)" */
  readonly prettyName: string;
}

/** os-release of a root; empty strings where it does not say. */
export function readOsRelease(root: RootFilesystem<FileFacts>): OsRelease {
  const bytes = findText(root, "/etc/os-release") ?? findText(root, "/usr/lib/os-release") ?? "";
  const values = new Map<string, string>();
  for (const line of Buffer.from(bytes, "latin1").toString("utf8").split("\n")) {
    const match = /^([A-Z_0-9]+)=(.*)$/.exec(line.trim());
    if (match !== null) values.set(match[1] as string, unquote(match[2] as string));
  }
  return {
    name: values.get("NAME") ?? "",
    id: values.get("ID") ?? "",
    versionId: values.get("VERSION_ID") ?? "",
    prettyName: values.get("PRETTY_NAME") ?? values.get("NAME") ?? "",
  };
}

/**
 * The release as exactly as a distribution tells it: Debian has its point release in a file of its own ("12.5"), Ubuntu in its pretty
 * name ("22.04.3"), Alpine in both. Undefined where no number is told, as of rolling distributions.
 */
export function findExactRelease(
  root: RootFilesystem<FileFacts>,
  { id, versionId, prettyName }: OsRelease,
): string | undefined {
  const file = id === "debian" ? findText(root, "/etc/debian_version")?.trim() : undefined;
  const pretty = id === "ubuntu" ? /\b\d+\.\d+(?:\.\d+)?\b/.exec(prettyName)?.[0] : undefined;
  const found = [file, pretty, versionId].find((one) => one !== undefined && /^\d+(?:\.\d+)*$/.test(one));
  return found === undefined || found === "" ? undefined : found;
}

/** Shell quoting as os-release uses it. */
function unquote(text: string): string {
  const inner = /^"(.*)"$/s.exec(text)?.[1] ?? /^'(.*)'$/s.exec(text)?.[1] ?? text;
  return inner.replace(/\\(["$`\\])/g, "$1");
}
