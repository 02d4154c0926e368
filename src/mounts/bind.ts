/**
 * A bind as a user gives it to a runtime: `source:target[:options]`, a file or a folder of the host at a path of the image. The
 * kernel follows the links of both; what a folder brings are all the ELF files in it, and what it hides is all that the image had
 * there.
 */
import type { FileFacts } from "../loader/facts.js";
import type { RootFilesystem, RootNode } from "../rootfs/filesystem.js";
import type { Mount } from "../rootfs/overlay.js";
import { baseName, joinPath, splitPath } from "../rootfs/path.js";
import { resolvePath } from "../rootfs/resolve.js";
import { walk } from "../rootfs/walk.js";
import type { Landing } from "./landing.js";
import type { MountSet } from "./mount-set.js";

export interface BindText {
  readonly source: string;
  readonly target: string;
}

export interface Bind extends BindText {
  readonly mount: Mount<FileFacts>;
  /** the ELF files that it brings */
  readonly landings: readonly Landing[];
  /** the image's files below its target, which are no longer seen */
  readonly hidden: ReadonlySet<object>;
  /** what lies at its target in the image, with links followed; absent where the runtime makes the target */
  readonly covers?: string;
}

/**
 * The parts of a bind; the target is the source where none is given. Options (`ro`, `z`) change nothing for a loader.
 *
 * @returns undefined for a text that is no bind of absolute paths
 */
export function parseBind(text: string): BindText | undefined {
  const [source = "", target = source] = text.split(":");
  return source.startsWith("/") && target.startsWith("/") ? { source, target } : undefined;
}

/** What a bind does to the image; undefined where the host has nothing at its source. */
export function resolveBind(
  { source, target }: BindText,
  image: RootFilesystem<FileFacts>,
  host: RootFilesystem<FileFacts>,
): Bind | undefined {
  const from = resolvePath(host, source);
  if (from === undefined) return undefined;
  const to = resolveTarget(image, target);
  const mount: Mount<FileFacts> = { target: to, source: host, path: from.path };
  const brought = from.node.kind === "directory" ? [...walk(host, from.path)] : [from];
  const landings = brought.flatMap(({ path, node }): Landing[] => {
    const below = path.slice(from.path.length);
    const landing = toLanding(node, { hostPath: path, path: `${target}${below}`, real: `${to}${below}` }, mount, image);
    return landing === undefined ? [] : [landing];
  });
  const covered = image.lookup(to)?.kind === "directory" ? [...walk(image, to)].map(({ node }) => node) : [];
  const file = image.lookup(to);
  return {
    source,
    target,
    mount,
    landings,
    hidden: new Set(file === undefined ? covered : [...covered, file]),
    ...(file === undefined ? {} : { covers: to }),
  };
}

/** All of these together, over libraries that have places of their own. */
export function addBinds(set: MountSet, binds: readonly Bind[]): MountSet {
  return {
    ...set,
    anything: set.anything || binds.length > 0,
    asked: [...set.asked, ...binds.flatMap(({ landings }) => landings)],
    mounts: [...set.mounts, ...binds.map(({ mount }) => mount)],
    hidden: new Set([...set.hidden, ...binds.flatMap(({ hidden }) => [...hidden])]),
  };
}

function toLanding(
  node: RootNode<FileFacts>,
  { hostPath, path, real }: { readonly hostPath: string; readonly path: string; readonly real: string },
  mount: Mount<FileFacts>,
  image: RootFilesystem<FileFacts>,
): Landing | undefined {
  if (node.kind !== "file" || node.facts.kind !== "elf") return undefined;
  const { elf } = node.facts;
  if (elf.segments.dynamic !== "present") return undefined;
  const candidate = { name: baseName(path), path: hostPath, realPath: hostPath, node, elf };
  const own = image.lookup(real);
  return { candidate, target: path, mount, ...toReplaced(own, path) };
}

function toReplaced(node: RootNode<FileFacts> | undefined, path: string): Pick<Landing, "replaced"> {
  if (node?.kind !== "file" || node.facts.kind !== "elf") return {};
  return { replaced: { path, node: node, elf: node.facts.elf } };
}

/** Where a bind lands: links are followed as far as the path exists, the rest is made by the runtime. */
function resolveTarget(image: RootFilesystem<FileFacts>, target: string): string {
  let current = "/";
  for (const part of splitPath(target)) {
    const next = joinPath(current, part);
    current = resolvePath(image, next)?.path ?? next;
  }
  return current;
}
