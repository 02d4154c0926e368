/**
 * From what a user gives as host to a Host: the live machine, a profile that `containerspec host` wrote, a root folder, or an
 * image. Decided by content: a folder with a C library is a root, a folder with index.json an image, a file that starts with
 * "{", compressed or not, a profile.
 */
import { existsSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { createHost, type Host } from "./host/host.js";
import type { FileReading } from "./host/disk-reader.js";
import { readLiveHost, readRootFolder, liveMachine, type ExtraPaths } from "./host/live.js";
import { parseProfile } from "./host/profile.js";
import { openKnownFiles } from "./known-files.js";
import { refuseTransport } from "./image-source.js";
import type { LayerStore } from "./image/layer-store.js";
import type { Limits } from "./image/limits.js";
import { normalizePlatform } from "./image/platform.js";
import { readImage } from "./image/read-image.js";
import { toLayerCache } from "./open-cache.js";
import { readProfileText } from "./profile-file.js";
import { readCpu, readCpuTable } from "./read-cpu.js";
import { toBytePath, toDisplayPath } from "./rootfs/path.js";
import { resolvePath } from "./rootfs/resolve.js";
import { toSourceError } from "./source-error.js";
import { fileInspector } from "./loader/inspect.js";

export interface ReadHostOptions {
  /** more folders, on the host, whose libraries are to be known */
  readonly folders?: readonly string[];
  /** files and folders of the host that are to be mounted */
  readonly trees?: readonly string[];
  /** which image of an index, where the host is an image: os/arch[/variant] */
  readonly platform?: string;
  /** what the host may cost where it is an image, and that is not DEFAULT_LIMITS */
  readonly limits?: Partial<Limits>;
  /** what was learned before from files of the host, or from layers where it is an image */
  readonly cache?: LayerStore;
  /** a capture of the host's CPU: a file, or "-" for `stdin` */
  readonly cpuinfo?: string;
  /** a folder with archspec's microarchitectures.json, to be used instead of containerspec's own table */
  readonly cpuTable?: string;
  readonly stdin?: Readable;
  readonly onProgress?: (progress: Progress) => void;
  /** is told what of the host could not be read, where it matters only to some libraries */
  readonly onWarning?: (text: string) => void;
}

/** What is being done, for whoever waits. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total?: number;
  /** of what is read, as it is stored; where the total is known */
  readonly bytes?: { readonly done: number; readonly total: number };
}

/** parts of a host that could not be read and are named */
const MAX_UNREAD = 4;
const A_HOST = "a host: a profile that `containerspec host -o` wrote, a root folder, or the file of an image";

/**
 * The host that `source` names; the live machine where there is none.
 *
 * @throws ContainerspecError not-a-host, file-not-found, and whatever reading an image throws
 */
export function readHost(source: string | undefined, options: ReadHostOptions = {}): Promise<Host> {
  return readHostTo("all", source, options);
}

/**
 * The same for who only lists what there is: on a disk no symbols are read but those of stacks' libraries. Nothing can be judged with it.
 *
 * @throws ContainerspecError as readHost
 */
export function readListedHost(source: string | undefined, options: ReadHostOptions = {}): Promise<Host> {
  return readHostTo("stacks", source, options);
}

type Depth = NonNullable<FileReading["depth"]>;

async function readHostTo(depth: Depth, source: string | undefined, options: ReadHostOptions): Promise<Host> {
  const extra: ExtraPaths = {
    folders: (options.folders ?? []).map((folder) => toBytePath(folder).replace(/(?<=.)\/+$/, "")),
    trees: (options.trees ?? []).map(toBytePath),
  };
  options.onProgress?.({ stage: "reading the host", done: 0 });
  const host = await openHost(source, extra, { ...options, depth });
  checkFolders(host, extra.folders);
  if (host.unread.length > 0) options.onWarning?.(tellUnread(host));
  return options.cpuinfo === undefined ? host : withCpu(host, options.cpuinfo, options);
}

/** What of a host could not be read: libraries there are none that could be judged. */
function tellUnread({ unread }: Host): string {
  const some = unread.slice(0, MAX_UNREAD).map(({ path, reason }) => `${toDisplayPath(path)} (${reason})`);
  const more = unread.length > some.length ? ` and ${unread.length - some.length} more` : "";
  return `part of the host could not be read, so that its libraries there are not judged: ${some.join(", ")}${more}`;
}

type Settings = ReadHostOptions & { readonly depth: Depth };

async function openHost(source: string | undefined, extra: ExtraPaths, options: Settings): Promise<Host> {
  if (source !== undefined && source !== "live") return openSource(source, extra, options);
  const table = options.cpuTable === undefined ? {} : { cpuTable: await readCpuTable(options.cpuTable) };
  return withKnownFiles("/", options, (reading) => readLiveHost(extra, { ...table, ...reading }));
}

/** The host on the CPU of a capture, which must be of its machine. */
async function withCpu(host: Host, capture: string, { cpuTable, stdin }: ReadHostOptions): Promise<Host> {
  const { machine, ...cpu } = await readCpu(capture, {
    ...(host.machine === undefined ? {} : { machine: host.machine }),
    ...(cpuTable === undefined ? {} : { cpuTable }),
    ...(stdin === undefined ? {} : { stdin }),
  });
  return { ...host, cpu, machine: host.machine ?? machine };
}

async function openSource(source: string, extra: ExtraPaths, options: Settings): Promise<Host> {
  const info = await stat(source).catch((error: unknown) => {
    refuseTransport(source);
    throw cannotOpen(source, error);
  });
  if (info.isDirectory() && !existsSync(join(source, "index.json")) && !existsSync(join(source, "manifest.json"))) {
    return withKnownFiles(await realpath(source), options, (reading) => readRootFolder(source, extra, reading));
  }
  const profile = info.isFile() ? await readProfile(source) : undefined;
  if (profile !== undefined) return parseProfile(profile, source);
  return readImageAsHost(source, options);
}

/** Reads a root with what the cache knows of its files. */
async function withKnownFiles(
  base: string,
  { cache, depth }: Settings,
  read: (reading: FileReading) => Promise<Host>,
): Promise<Host> {
  // A file's inode and times say nothing on another machine, even one of the same name.
  const store = cache?.ofMachine ?? cache;
  if (store === undefined || store === "none") return read({ depth });
  const { known, keep } = await openKnownFiles(store, base);
  const host = await read({ known, depth });
  await keep();
  return host;
}

/**
 * A folder that was named and is not there would leave out what the user wants judged, without a word.
 *
 * @throws ContainerspecError usage
 */
function checkFolders(host: Host, folders: readonly string[]): void {
  for (const folder of folders) {
    if (!folder.startsWith("/"))
      throw cannotUse(folder, "it is no absolute path; name the folder as the host has it, such as /opt/mpi/lib");
    if (resolvePath(host.root, folder)?.node.kind !== "directory")
      throw cannotUse(folder, `the host (${host.source}) has no such folder`);
    // Of what it was not asked for, a profile has those files alone that the loader finds.
    if (host.trees.every((tree) => tree !== "/" && tree !== folder))
      throw cannotUse(
        folder,
        `the profile ${host.source} does not hold it; write it with: containerspec host --folder`,
      );
  }
}

function cannotUse(folder: string, why: string): ContainerspecError {
  return new ContainerspecError("usage", `Cannot look for libraries in ${toDisplayPath(folder)}: ${why}`);
}

function cannotOpen(source: string, cause: unknown): ContainerspecError {
  const isAbsent = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  const reason = isAbsent ? "there is no such file or folder" : (findSystemReason(cause) ?? String(cause));
  return new ContainerspecError(
    "file-not-found",
    `Cannot open ${source}: ${reason}; expected ${A_HOST}`,
    { path: source },
    { cause },
  );
}

/** An image as host: "here is what the machine has, packed up". */
async function readImageAsHost(
  source: string,
  { folders, platform, limits, cache, onProgress }: ReadHostOptions,
): Promise<Host> {
  const { snapshot, image, unreadLayers } = await readImage(source, {
    inspector: fileInspector,
    layerMode: "overlay",
    verify: "always",
    defaultPlatform: `linux/${liveMachine() ?? "amd64"}`,
    ...(platform === undefined ? {} : { platform }),
    ...(limits === undefined ? {} : { limits }),
    ...(cache === undefined ? {} : { cache: toLayerCache(cache) }),
    ...(onProgress === undefined ? {} : { onProgress }),
  }).catch((error: unknown) => {
    if (!(error instanceof ContainerspecError) || error.code !== "not-an-image") throw toSourceError(error, source);
    throw new ContainerspecError(
      "not-a-host",
      `Cannot use ${source} as host: it is no profile and no image; expected ${A_HOST}`,
      { path: source },
      { cause: error },
    );
  });
  if (unreadLayers.length > 0) {
    throw new ContainerspecError(
      "not-a-host",
      `Cannot use ${source} as host: its layer ${(unreadLayers[0] as number) + 1} is encrypted or not in the archive, so that nobody knows its libraries; give an image whose layers can all be read`,
      { path: source },
    );
  }
  const host = createHost(snapshot, {
    source,
    platform: normalizePlatform(image.platform),
    trees: ["/"],
    folders: (folders ?? []).map(toBytePath),
  });
  if (host.libc.family !== "none") return host;
  throw new ContainerspecError(
    "not-a-host",
    `Cannot use ${source} as host: the image holds no C library whose loader could find libraries`,
  );
}

/** The text of a profile, or undefined where the file is something else. */
function readProfile(source: string): Promise<string | undefined> {
  return readProfileText(source).catch((error: unknown) => {
    if (!(error instanceof ContainerspecError)) throw cannotOpen(source, error);
    throw error;
  });
}
