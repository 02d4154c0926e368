/** A Debian package as a root of its own, and the upstream release that its changelog names. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { scanRoot } from "../../src/host/scan-root.js";
import type { FileFacts } from "../../src/loader/facts.js";
import type { RootFilesystem } from "../../src/rootfs/filesystem.js";

/** Everything in an unpacked package, whether a loader would look there or not. */
export async function readPackage(folder: string): Promise<RootFilesystem<FileFacts>> {
  const trees = ["/usr", "/lib", "/etc"].filter((tree) => existsSync(join(folder, tree)));
  return (await scanRoot(folder, [], trees)).root;
}

/** "4.0.2" of "mpich (4.0.2-3) unstable", the first line of its changelog: epoch and Debian's own part are left out, and what it was called before. */
export function readUpstreamVersion(folder: string, name: string): string {
  const doc = join(folder, "usr/share/doc", name);
  const changelog = readdirSync(doc).find((one) => /^changelog\.Debian(?:\.amd64)?\.gz$/.test(one));
  if (changelog === undefined) throw new Error(`${doc} has no changelog`);
  const [first = ""] = gunzipSync(readFileSync(join(doc, changelog)))
    .toString("utf8")
    .split("\n");
  const version = /^\S+ \((?:\d+:)?([^)]+)\)/.exec(first)?.[1];
  if (version === undefined) throw new Error(`${doc}/${changelog} begins with: ${first}`);
  return version.replace(/^.*\+really\.?/, "").replace(/-[^-]*$/, "");
}

/** The numbers that a release begins with: 4, 2, 2 of "4.2.2rc2" and of "4.2.2+ds". */
export function numbersOf(version: string): readonly number[] {
  return (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? "").split(".").map(Number);
}
