/** Folders of Dockerfiles in a place of their own, and registries whose tags are a list. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { TagSource } from "../../src/registry/tag-source.js";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files, by their paths in it; a character is a byte. */
export function writeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "containerspec-uptodate-"));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, "latin1");
  }
  return folder;
}

/** What the source below has for a tag: another one for each. */
export function digestOf(image: string): string {
  return `sha256:${createHash("sha256").update(image).digest("hex")}`;
}

/** By the full names of repositories, their tags. */
export function createListedSource(tags: Readonly<Record<string, readonly string[]>>): TagSource {
  const listOf = ({ registry, repository }: { registry: string; repository: string }): readonly string[] =>
    tags[`${registry}/${repository}`] ?? [];
  return {
    resolve: (name, tag) =>
      Promise.resolve(
        listOf(name).includes(tag)
          ? { digest: digestOf(`${name.registry}/${name.repository}:${tag}`), platforms: {} }
          : undefined,
      ),
    listTags: (name) => Promise.resolve([...listOf(name)].sort()),
    findCreated: () => Promise.resolve(undefined),
  };
}
