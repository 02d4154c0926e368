/** The versions that ARG conventions ask for, from a file: what stands in for GitHub and Spack where there is no network. */
import { readFile } from "node:fs/promises";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { z } from "./schema.js";
import type { VersionSource } from "./versions/version-source.js";

export type { VersionSource };

const SCHEMA = z.strictObject({
  githubReleases: z.record(z.string(), z.array(z.string())).optional(),
  githubCommits: z.record(z.string(), z.string()).optional(),
  spack: z.record(z.string(), z.array(z.string())).optional(),
});

/**
 * Reads such a file: `githubReleases` by org/repo, `githubCommits` by org/repo@branch, `spack` by package.
 *
 * @throws ContainerspecError file-not-found; usage where it is something else
 */
export async function readVersionsFile(path: string): Promise<VersionSource> {
  const checked = SCHEMA.safeParse(await readJson(path));
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
    throw notVersions(path, `${issue?.message ?? "it is not"}${where}`);
  }
  const { githubReleases = {}, githubCommits = {}, spack = {} } = checked.data;
  const commits = Object.fromEntries(Object.entries(githubCommits).map(([name, commit]) => [name, [commit]]));
  const known = { "github release": githubReleases, "github commit": commits, spack };
  return {
    findVersions: ({ kind, name }) => Promise.resolve(Object.hasOwn(known[kind], name) ? known[kind][name] : undefined),
  };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw notVersions(path, "it is no JSON");
    const reason = findSystemReason(cause);
    if (reason === undefined) throw cause;
    throw new ContainerspecError("file-not-found", `Cannot read ${path}: ${reason}`, {}, { cause });
  }
}

function notVersions(path: string, why: string): ContainerspecError {
  return new ContainerspecError(
    "usage",
    `Cannot take versions from ${path}: ${why}; expected githubReleases, githubCommits or spack, as docs/update.md shows them`,
  );
}
