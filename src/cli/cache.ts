/** `containerspec cache`: where the cache lies and how large it is; `cache clear` empties it. And the cache that a command is to use. */
import { Command, Option } from "commander";
import type { CacheSize } from "../index.js";
import { ContainerspecError } from "../vocabulary.js";
import { writeResult } from "./output.js";

const MIB = 2 ** 20;

interface Options {
  readonly cache?: string;
}

/** `--cache` and `--no-cache`. */
export function cacheOptions(): readonly [Option, Option] {
  return [
    placeOption(
      "keep what was learned from layers in this folder, or in a Redis server that machines share (default: the user's cache folder)",
    ),
    new Option("--no-cache", "read every layer, and keep nothing"),
  ];
}

export function createCacheCommand(): Command {
  return new Command("cache")
    .summary("the cache of layers: where it is, how large, and to clear it")
    .description("Shows the cache of what was learned from layers; `clear` removes what is in it.")
    .argument("[what]", "clear: remove what is in it")
    .addOption(placeOption("the cache in this folder, or in this Redis server (default: the user's folder)"))
    .action(run);
}

function placeOption(description: string): Option {
  return new Option("--cache <folder or URL>", description).argParser(parsePlace);
}

async function run(what: string | undefined, { cache }: Options): Promise<void> {
  const { clearCache, DEFAULT_CACHE_LIMITS, findCacheFolder, measureCache } = await import("../index.js");
  const { readCacheSecrets } = await import("./asked-cache.js");
  if (what !== undefined && what !== "clear")
    throw new ContainerspecError(
      "usage",
      `Cannot do ${JSON.stringify(what)} with the cache: expected clear, or nothing to show it`,
    );
  const place = cache ?? findCacheFolder(process.env);
  if (place === undefined)
    throw new ContainerspecError(
      "usage",
      "Cannot find the cache: neither XDG_CACHE_HOME nor HOME names a folder; name it with --cache",
    );
  const secrets = readCacheSecrets(process.env);
  const text =
    what === "clear"
      ? renderCleared(await clearCache(place, secrets))
      : renderCache(await measureCache(place, secrets), DEFAULT_CACHE_LIMITS.maxBytes);
  await writeResult(text, undefined);
}

function renderCache({ kind, name, entries, bytes }: CacheSize, maxBytes: number): string {
  // How much a shared store may hold is its own matter.
  const size = kind === "folder" ? `${toMebibytes(bytes)} of ${toMebibytes(maxBytes)}` : toMebibytes(bytes);
  return [`${kind === "folder" ? "Folder" : "Store "}   ${name}`, `Entries  ${entries}`, `Size     ${size}`, ""].join(
    "\n",
  );
}

function renderCleared({ entries, bytes }: CacheSize): string {
  return `Removed ${entries} ${entries === 1 ? "entry" : "entries"}, ${toMebibytes(bytes)}\n`;
}

function toMebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

/** @throws ContainerspecError usage for the empty word, as a variable that is not set leaves it */
function parsePlace(value: string): string {
  if (value !== "") return value;
  throw new ContainerspecError(
    "usage",
    "Cannot use the cache: --cache has an empty name; name a folder, or say --no-cache",
  );
}
