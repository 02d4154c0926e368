/** `containerspec cache`: where the cache lies and how large it is; `cache clear` empties it. And the cache that a command is to use. */
import { Command, Option } from "commander";
import {
  clearCache,
  ContainerspecError,
  DEFAULT_CACHE_LIMITS,
  findCacheFolder,
  measureCache,
  openCache,
  type CacheSize,
  type LayerStore,
} from "../index.js";
import { warn, writeResult } from "./output.js";

const MIB = 2 ** 20;

interface Options {
  readonly cache?: string;
}

/** `--cache` and `--no-cache`. */
export function cacheOptions(): readonly [Option, Option] {
  return [
    folderOption("keep what was learned from layers in this folder (default: the user's cache folder)"),
    new Option("--no-cache", "read every layer, and keep nothing"),
  ];
}

/** The store that was asked for: a folder by name, none (`false`), or the user's. */
export function openAskedCache(asked: string | false | undefined): LayerStore | undefined {
  if (asked === false) return undefined;
  const folder = asked ?? findCacheFolder(process.env);
  return folder === undefined ? createAbsentStore() : openCache(folder, { onWarning: warn });
}

/** Where no folder is known: said once, and only where a layer would have been kept. */
function createAbsentStore(): LayerStore {
  let isSaid = false;
  return {
    get() {
      if (!isSaid)
        warn("no cache is used: neither XDG_CACHE_HOME nor HOME names a folder (--cache does, --no-cache wants none)");
      isSaid = true;
      return Promise.resolve(undefined);
    },
    put: () => Promise.resolve(),
  };
}

export function createCacheCommand(): Command {
  return new Command("cache")
    .summary("the cache of layers: where it is, how large, and to clear it")
    .description("Shows the cache of what was learned from layers; `clear` removes what is in it.")
    .argument("[what]", "clear: remove what is in it")
    .addOption(folderOption("the cache in this folder (default: the user's)"))
    .action(run);
}

function folderOption(description: string): Option {
  return new Option("--cache <folder>", description).argParser(parseFolder);
}

async function run(what: string | undefined, { cache }: Options): Promise<void> {
  if (what !== undefined && what !== "clear")
    throw new ContainerspecError(
      "usage",
      `Cannot do ${JSON.stringify(what)} with the cache: expected clear, or nothing to show it`,
    );
  const folder = cache ?? findCacheFolder(process.env);
  if (folder === undefined)
    throw new ContainerspecError(
      "usage",
      "Cannot find the cache: neither XDG_CACHE_HOME nor HOME names a folder; name it with --cache",
    );
  const text =
    what === "clear" ? renderCleared(await clearCache(folder)) : renderCache(folder, await measureCache(folder));
  await writeResult(text, undefined);
}

function renderCache(folder: string, { entries, bytes }: CacheSize): string {
  return [
    `Folder   ${folder}`,
    `Entries  ${entries}`,
    `Size     ${toMebibytes(bytes)} of ${toMebibytes(DEFAULT_CACHE_LIMITS.maxBytes)}`,
    "",
  ].join("\n");
}

function renderCleared({ entries, bytes }: CacheSize): string {
  return `Removed ${entries} ${entries === 1 ? "entry" : "entries"}, ${toMebibytes(bytes)}\n`;
}

function toMebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

/** @throws ContainerspecError usage for the empty word, as a variable that is not set leaves it */
function parseFolder(value: string): string {
  if (value !== "") return value;
  throw new ContainerspecError(
    "usage",
    "Cannot use the cache: --cache has an empty name; name a folder, or say --no-cache",
  );
}
