/**
 * One layer's tar to LayerFacts, in one pass. Names become absolute and normal, whiteouts are told by their names, and bodies
 * that nobody wants go by without a copy. OCI image-spec, layer.md, "Representing Changes".
 */
import { ContainerspecError } from "../errors.js";
import { grantsCapabilities, isOpaque, remarkOnOverlay } from "./attributes.js";
import type { ByteQueue } from "./byte-queue.js";
import { limitsOf, type FileInspector } from "./inspector.js";
import type { LayerEntry, LayerFacts, LayerRemark } from "./layer-facts.js";
import { readTar, type TarEntry } from "./tar-reader.js";

const HEAD = 64;
const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";
/** What eStargz adds for itself, at the layer's root. */
const ESTARGZ_NAMES = new Set(["/stargz.index.json", "/.prefetch.landmark", "/.no.prefetch.landmark"]);

/** Reads a layer. @throws ContainerspecError corrupt-image */
export async function scanLayer<Facts>(queue: ByteQueue, inspector: FileInspector<Facts>): Promise<LayerFacts<Facts>> {
  const entries: LayerEntry<Facts>[] = [];
  const remarks: LayerRemark[] = [];
  const hashes = inspector.hashesContent === true;
  for await (const entry of readTar(queue, (remark) => remarks.push(remark), limitsOf(inspector), hashes)) {
    const path = toAbsolutePath(entry.name);
    if (ESTARGZ_NAMES.has(path)) continue;
    inspector.countEntry?.(path, entry.link);
    const read = await toLayerEntry(entry, path, inspector);
    if (read !== undefined) entries.push(read);
    remarks.push(...remarkOnOverlay(entry.isNullDevice, entry.attributes, path));
    if (read?.kind === "directory" && isOpaque(entry.attributes))
      entries.push({ kind: "opaque", path, isAttribute: true });
  }
  return { entries, remarks };
}

async function toLayerEntry<Facts>(
  entry: TarEntry,
  path: string,
  inspector: FileInspector<Facts>,
): Promise<LayerEntry<Facts> | undefined> {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  const folder = path.slice(0, slash) || "/";
  if (name.startsWith(WHITEOUT)) {
    if (name === OPAQUE) return { kind: "opaque", path: folder };
    if (["", ".", ".."].includes(name.slice(WHITEOUT.length)))
      throw new ContainerspecError(
        "corrupt-image",
        `Cannot use layer: found the whiteout ${name} in ${folder}, which names no file`,
        { path },
      );
    // AUFS' bookkeeping (.wh..wh.plnk and the like) is no exception: overlayfs' unpackers and umoci take it for whiteouts as well.
    return { kind: "whiteout", path: `${folder === "/" ? "" : folder}/${name.slice(WHITEOUT.length)}` };
  }
  if (path === "/" && entry.kind !== "directory") {
    throw new ContainerspecError(
      "corrupt-image",
      `Cannot use layer: its root is a ${entry.kind}, where only a folder can be`,
      { path },
    );
  }
  const owner = entry.owner === undefined ? {} : { owner: entry.owner };
  switch (entry.kind) {
    case "directory":
      return { kind: "directory", path, mode: entry.mode, ...owner };
    case "symlink":
      return { kind: "symlink", path, target: entry.link, ...owner };
    case "hardlink":
      return { kind: "hardlink", path, target: toAbsolutePath(entry.link) };
    case "special": {
      const { device, isNullDevice } = entry;
      return { kind: "special", path, device, ...(isNullDevice ? { isNullDevice: true } : {}), ...owner };
    }
    case "unknown":
      return undefined;
    case "file":
      return {
        kind: "file",
        path,
        mode: entry.mode,
        size: entry.size,
        facts: await inspect(entry, path, inspector),
        ...(await hash(entry, inspector)),
        ...(grantsCapabilities(entry.attributes) ? { isPrivileged: true } : {}),
        ...owner,
      };
  }
}

/** After the inspector, which may have read parts alone. */
async function hash<Facts>(
  entry: TarEntry,
  { hashesContent }: FileInspector<Facts>,
): Promise<{ readonly digest?: string }> {
  const digest = hashesContent === true ? await entry.digest() : undefined;
  return digest === undefined ? {} : { digest };
}

async function inspect<Facts>(entry: TarEntry, path: string, inspector: FileInspector<Facts>): Promise<Facts> {
  const head = await entry.head(HEAD);
  if (!inspector.wants(path, head, entry.size)) return inspector.skipped;
  return inspector.inspect(path, await entry.body(inspector.findParts));
}

/** "./usr//lib/../bin/x" is "/usr/bin/x"; ".." never leaves the root. */
function toAbsolutePath(name: string): string {
  if (!/(?:^|\/)(?:\.{1,2})?(?:\/|$)/.test(name.startsWith("/") ? name.slice(1) : name))
    return name.startsWith("/") ? name : `/${name}`;
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
