/** A root filesystem as a plain list of files: unpacked it is a host, packed it is a layer of an image. */
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packArchive, type ImageDescription } from "../support/image-builder.js";
import { dockerArchive } from "../support/image-forms.js";
import { tarEntry, tarOf } from "../support/tar-builder.js";

/** By path without a leading slash: content, or the target of a symlink. */
export type RootFiles = Readonly<Record<string, Uint8Array | string | { readonly link: string }>>;

/** The root as a folder on disk. */
export function writeRoot(folder: string, files: RootFiles): string {
  for (const [path, content] of Object.entries(files)) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    if (isLink(content)) symlinkSync(content.link, place);
    else writeFileSync(place, content);
  }
  return folder;
}

/** Gives the files of a root an earlier mtime, as unpacked files have that of their archive. */
export function ageFiles(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), 1e9, 1e9);
  }
}

/** The root as the tar of one layer. */
export function packRoot(files: RootFiles): Buffer {
  return tarOf(
    ...Object.entries(files).map(([name, content]) =>
      isLink(content) ? tarEntry({ name, type: "2", link: content.link }) : tarEntry({ name, mode: 0o755 }, content),
    ),
  );
}

/** An image of one layer as `docker save` writes it. */
export function packImage(files: RootFiles, description: Partial<ImageDescription> = {}): Buffer {
  return packArchive(dockerArchive([{ references: ["app:1"], layers: [packRoot(files)], ...description }]));
}

function isLink(content: Uint8Array | string | { readonly link: string }): content is { readonly link: string } {
  return typeof content === "object" && "link" in content;
}
