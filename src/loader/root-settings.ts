/** What a root itself says about how its processes are started: its cache, its C library, its preloads. */
import type { ElfObject } from "../elf/object.js";
import type { RootFilesystem } from "../rootfs/filesystem.js";
import { resolvePath } from "../rootfs/resolve.js";
import type { FileFacts } from "./facts.js";
import { parseLdCache, type LdCache } from "./ld-cache.js";
import { findText } from "./ld-conf.js";
import { identifyLibc, type LibcIdentity } from "./libc-identity.js";
import { createLoader, type LoaderSettings } from "./loader.js";

/** /etc/ld.so.cache of a root, where there is one that a loader would believe. */
export function findLdCache(root: RootFilesystem<FileFacts>): LdCache | undefined {
  const node = resolvePath(root, "/etc/ld.so.cache")?.node;
  return node?.kind === "file" && node.facts.kind === "data" ? parseLdCache(node.facts.bytes) : undefined;
}

/** The names in /etc/ld.so.preload, separated by white space or colons. */
export function findPreloads(root: RootFilesystem<FileFacts>): readonly string[] {
  return (findText(root, "/etc/ld.so.preload") ?? "").split(/[\s:]+/).filter((name) => name !== "");
}

/** The C library that programs like `like` get in a root. */
export function findLibc(
  root: RootFilesystem<FileFacts>,
  like: ElfObject | undefined,
  settings: Pick<LoaderSettings, "cache" | "hwcaps">,
): LibcIdentity {
  if (like === undefined) return { family: "none" };
  const found = createLoader(root, { ...settings, preload: [] }).findPlain("libc.so.6", like);
  return identifyLibc(root, found.kind === "found" ? found.path : undefined, like.interp);
}
