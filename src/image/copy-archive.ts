/**
 * The members of an image's archive or layout as they are, but for documents that are another now: what is copied is copied byte for
 * byte, and held against the digest in its name while it passes.
 */
import { createReadStream } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { ContainerspecError } from "../errors.js";
import { createByteQueue } from "./byte-queue.js";
import { decompress, sniffCompression } from "./decompress.js";
import { hashStream } from "./digest.js";
import type { Limits } from "./limits.js";
import { normalizeName } from "./outer-links.js";
import type { Relabelled } from "./relabel-documents.js";
import { peek } from "./scan-blob.js";
import { readTar, type TarEntry } from "./tar-reader.js";
import type { TarMember } from "./write-tar.js";

const CHUNK = 1 << 20;
const BLOB = /^blobs\/(sha256|sha512)\/([0-9a-f]+)$/;

type Changes = Pick<Relabelled, "written" | "gone">;

/** Every member of the archive or layout at `source`, and behind them the documents that are new. */
export async function* copyArchive(source: string, changes: Changes, limits: Limits): AsyncGenerator<TarMember> {
  const done = new Set<string>();
  const members = (await stat(source)).isDirectory() ? listFolder(source) : listArchive(source, limits);
  for await (const member of members) {
    if (changes.gone.has(member.name) || done.has(member.name)) continue;
    done.add(member.name);
    const bytes = changes.written.get(member.name);
    yield bytes === undefined ? verified(member, source) : toMember(member.name, bytes);
  }
  for (const [name, bytes] of changes.written) if (!done.has(name)) yield toMember(name, bytes);
}

async function* listArchive(source: string, limits: Limits): AsyncGenerator<TarMember> {
  const outer = await peek(createReadStream(source, { highWaterMark: CHUNK }), 6);
  const inner = decompress(sniffCompression(outer.head), outer.all, source, { limits });
  const queue = createByteQueue(inner);
  try {
    for await (const entry of readTar(queue, () => undefined, limits)) {
      const member = toCopy(entry, source);
      if (member !== undefined) yield member;
    }
  } finally {
    await queue.close();
  }
}

function toCopy(entry: TarEntry, source: string): TarMember | undefined {
  const name = normalizeName(entry.name);
  if (name === "") return undefined;
  if (/[^\x20-\x7e]/.test(name + entry.link))
    throw new ContainerspecError(
      "unsupported-image",
      `Cannot write ${source} again: it has a member whose name is not ASCII, which no tool writes that saves images`,
    );
  switch (entry.kind) {
    case "file":
      return { kind: "file", name, size: entry.size, content: entry.stream() };
    case "directory":
      return { kind: "directory", name: `${name}/` };
    case "symlink":
      return { kind: "symlink", name, target: entry.link };
    case "hardlink":
      // A writer that was given one file twice stores it, and then a link from the name to itself.
      return normalizeName(entry.link) === name ? undefined : { kind: "link", name, target: normalizeName(entry.link) };
    default:
      return undefined;
  }
}

/** What of a folder belongs to an OCI layout; links are followed inside it. */
async function* listFolder(source: string): AsyncGenerator<TarMember> {
  const root = await realpath(source);
  const blobs = await readdir(join(root, "blobs"), { recursive: true, withFileTypes: true }).catch(() => []);
  const names = blobs
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  const top = (await readdir(root, { withFileTypes: true })).filter((entry) => !entry.isDirectory());
  for (const name of [...top.map((entry) => entry.name), ...names.filter((one) => BLOB.test(one))].sort()) {
    const path = await realpath(join(root, name));
    const { size } = await stat(path);
    if (!path.startsWith(root + sep))
      throw new ContainerspecError(
        "corrupt-image",
        `Cannot read ${name} in ${source}: it is a link that leaves the folder`,
      );
    yield { kind: "file", name, size, content: createReadStream(path, { highWaterMark: CHUNK }) };
  }
}

/** The same, with an error at its end where the content is not what its name says. */
function verified(member: TarMember, source: string): TarMember {
  const [, algorithm, hex] = BLOB.exec(member.name) ?? [];
  if (member.kind !== "file" || hex === undefined) return member;
  const running = hashStream(member.content, algorithm === "sha512" ? "sha512" : "sha256");
  async function* pass(): AsyncGenerator<Uint8Array> {
    yield* running.chunks;
    if (running.finish() !== `${algorithm ?? ""}:${hex ?? ""}`)
      throw new ContainerspecError(
        "digest-mismatch",
        `Cannot write ${source} again: the content of ${member.name} is another than its name says`,
      );
  }
  return { ...member, content: pass() };
}

function toMember(name: string, bytes: Uint8Array): TarMember {
  return { kind: "file", name, size: bytes.length, content: once(bytes) };
}

// eslint-disable-next-line @typescript-eslint/require-await -- one chunk, in the form that content has
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
