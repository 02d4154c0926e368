/** `containerspec doctor`: what this installation works with, for people who wonder why it is slow, and for reports of faults. */
import { arch, availableParallelism, platform, release, totalmem } from "node:os";
import { Command, Option } from "commander";
import { toDisplayText } from "../vocabulary.js";
import { writeResult } from "./output.js";

const MIB = 2 ** 20;

interface Options {
  readonly format: "text" | "json";
}

export function createDoctorCommand(): Command {
  return new Command("doctor")
    .summary("what this installation works with")
    .description("Tells what this installation works with: back-ends, threads, cache, limits and releases.")
    .addOption(new Option("--format <name>", "how to print it").choices(["text", "json"]).default("text"))
    .action(run);
}

async function run({ format }: Options): Promise<void> {
  const found = await examine();
  await writeResult(format === "json" ? `${JSON.stringify(found, null, 2)}\n` : render(found), undefined);
}

type Examined = Awaited<ReturnType<typeof examine>>;

async function examine() {
  const { DEFAULT_LIMITS, LIMIT_NAMES, VERSION, zstdDecoderName } = await import("../index.js");
  return {
    schemaVersion: "1.0.0",
    kind: "containerspec-doctor",
    containerspec: VERSION,
    node: process.versions.node,
    system: { platform: platform(), release: release(), machine: arch(), memory: totalmem() },
    zstd: zstdDecoderName(),
    threads: availableParallelism(),
    cache: await examineCache(),
    limits: Object.fromEntries([...LIMIT_NAMES].map(([name, key]) => [name, DEFAULT_LIMITS[key]])),
    environment: listEnvironment(),
  };
}

interface CacheState {
  readonly folder?: string;
  readonly maxBytes?: number;
  /** absent where it cannot be read */
  readonly content?: { readonly entries: number; readonly bytes: number };
  /** why not, in words */
  readonly trouble?: string;
}

/** The cache of this user. */
async function examineCache(): Promise<CacheState> {
  const { DEFAULT_CACHE_LIMITS, findCacheFolder, measureCache } = await import("../index.js");
  const folder = findCacheFolder(process.env);
  if (folder === undefined) return { trouble: "neither XDG_CACHE_HOME nor HOME names a folder" };
  const { maxBytes } = DEFAULT_CACHE_LIMITS;
  try {
    const { entries, bytes } = await measureCache(folder);
    return { folder, maxBytes, content: { entries, bytes } };
  } catch (error) {
    return { folder, maxBytes, trouble: error instanceof Error ? error.message : String(error) };
  }
}

/** Variables that change what is done. Those that are secret are named, and not told. */
function listEnvironment(): Readonly<Record<string, string>> {
  const told = [
    "NO_COLOR",
    "FORCE_COLOR",
    "CI",
    "SOURCE_DATE_EPOCH",
    "CONTAINERSPEC_ZSTD",
    "ARCHSPEC_CPU_DIR",
    "NODE_OPTIONS",
  ];
  const secret = ["CONTAINERSPEC_CACHE_KEY", "CONTAINERSPEC_CACHE_PASSWORD"];
  const entries = [
    ...told.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ...secret.flatMap((name) => (process.env[name] === undefined ? [] : [[name, "set"]])),
  ];
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

function render({ containerspec, node, system, zstd, threads, cache, limits, environment }: Examined): string {
  const native =
    zstd === "zstddec" ? "WebAssembly (zstddec): the native decoder could not be loaded, and is faster" : zstd;
  const { folder = "none", content, maxBytes = 0, trouble = "" } = cache;
  const size =
    content === undefined
      ? `not to be used: ${trouble}`
      : `${content.entries} entries, ${toMebibytes(content.bytes)} of ${toMebibytes(maxBytes)}`;
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["Release", [`containerspec ${containerspec}, Node.js ${node}`]],
    ["System", [`${system.platform} ${system.release}, ${system.machine}, ${toMebibytes(system.memory)} of memory`]],
    ["zstd", [native]],
    ["Threads", [String(threads)]],
    ["Cache", [folder, size]],
    ["Limits", Object.entries(limits).map(([name, value]) => `${name}=${value}`)],
    ["Variables", Object.entries(environment).map(([name, value]) => `${name}=${value}`)],
  ];
  return rows
    .flatMap(([name, values]) =>
      values.map((value, index) => `${(index === 0 ? name : "").padEnd(12)}${toDisplayText(value)}\n`),
    )
    .join("");
}

function toMebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
