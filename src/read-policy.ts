/** A policy from its file: the one that is named, or the one that a working folder has above it. */
import { lstat, readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative } from "node:path";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { listRules } from "./explain.js";
import { parsePolicy } from "./policy/parse-policy.js";
import type { Policy } from "./policy/policy.js";

/** What a policy is called where nobody names it. */
export const POLICY_FILE = "containerspec.yaml";

/** whoever may write here may do so in the name of all: /tmp, and folders like it */
const STICKY_AND_OPEN = 0o1002;

/**
 * The policy of a folder: `containerspec.yaml` there or in the nearest folder above. The search ends with a repository's root, since
 * what lies above is no part of the project, and passes by folders such as /tmp, where a stranger may put a file.
 */
export async function findPolicy(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const mode = (await lstat(at).catch(() => undefined))?.mode ?? 0;
    const isOpen = at !== folder && (mode & STICKY_AND_OPEN) === STICKY_AND_OPEN;
    if (!isOpen && (await exists(join(at, POLICY_FILE)))) return join(at, POLICY_FILE);
    if (at === dirname(at) || (await exists(join(at, ".git")))) return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Reads a policy; its hosts are made relative to the working folder.
 *
 * @throws ContainerspecError file-not-found, not-a-policy
 */
export async function readPolicy(file: string): Promise<Policy> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    const reason = findSystemReason(cause) ?? String(cause);
    throw new ContainerspecError(
      "file-not-found",
      `Cannot read the policy ${file}: ${reason}; name a file with --policy, or none with --no-policy`,
      { path: file },
      { cause },
    );
  });
  const rules = listRules().map(({ id }) => id);
  const policy = parsePolicy(text, file, rules);
  const folder = dirname(file);
  return { ...policy, hosts: policy.hosts.map((host) => fromHere(folder, host)) };
}

/** "live" is no file; all else lies where the policy lies. */
function fromHere(folder: string, host: string): string {
  if (host === "live" || isAbsolute(host)) return host;
  const path = relative("", join(folder, host));
  return path === "" ? "." : path;
}
