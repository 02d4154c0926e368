/** A CPU from a capture that somebody saved, and another table of microarchitectures than ours: what cpu/ is given is read here. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { readCapture } from "./cpu/captures/read-capture.js";
import { normalizeMachine } from "./cpu/description.js";
import { fromArchspec } from "./cpu/from-archspec.js";
import { identifyCpu, type CpuIdentity } from "./cpu/identify.js";
import type { CpuTable } from "./cpu/microarchitecture.js";
import { ContainerspecError, findSystemReason } from "./errors.js";
import { z } from "./schema.js";

export interface ReadCpuOptions {
  /** `uname -m` of the machine, where it is known: captures do not always tell it */
  readonly machine?: string;
  /** a folder with archspec's microarchitectures.json, to be used instead of containerspec's own table */
  readonly cpuTable?: string;
  /** what the capture "-" is */
  readonly stdin?: Readable;
}

/** /proc/cpuinfo of a machine with thousands of processors is a few MiB. */
const MAX_CAPTURE = 64 * 2 ** 20;
const MAX_TABLE = 16 * 2 ** 20;
const CAPTURE = "the text of /proc/cpuinfo or lscpu, of macOS' sysctl -a, or a recording of CPUID";

/**
 * The CPU that a capture describes.
 *
 * @param source a file, or "-" for `options.stdin`
 * @throws ContainerspecError file-not-found; not-a-cpu where it describes none, or one of another machine
 */
export async function readCpu(source: string, { machine, cpuTable, stdin }: ReadCpuOptions = {}): Promise<CpuIdentity> {
  const table = cpuTable === undefined ? undefined : await readCpuTable(cpuTable);
  const capture = source === "-" && stdin !== undefined ? await text(stdin) : await readText(source, MAX_CAPTURE);
  const name = source === "-" ? "standard input" : source;
  const described = readCapture(capture);
  if (described === undefined) {
    throw new ContainerspecError("not-a-cpu", `Cannot tell a CPU from ${name}: expected ${CAPTURE}`, { path: source });
  }
  const cpu = identifyCpu(described, machine === undefined ? undefined : normalizeMachine(machine), table);
  if (cpu !== undefined) return cpu;
  throw new ContainerspecError(
    "not-a-cpu",
    `Cannot take the CPU of ${name} for one of ${machine ?? ""}: it is of ${described.machines.join(" or ")}`,
    { path: source },
  );
}

const archspecSchema = z.object({
  microarchitectures: z.record(
    z.string(),
    z.object({
      // Releases before 0.1.3 have one name, or null.
      from: z.union([z.array(z.string()), z.string().transform((name) => [name]), z.null().transform(() => [])]),
      vendor: z.string(),
      features: z.array(z.string()),
      generation: z.number().optional(),
      cpupart: z.string().optional(),
    }),
  ),
  feature_aliases: z
    .record(z.string(), z.object({ any_of: z.array(z.string()).optional(), families: z.array(z.string()).optional() }))
    .default({}),
});

/**
 * The table of microarchitectures in a folder of archspec's.
 *
 * @throws ContainerspecError file-not-found; not-a-cpu where the file is not what archspec's schema says
 */
export async function readCpuTable(folder: string): Promise<CpuTable> {
  const path = join(folder, "microarchitectures.json");
  const json = await readText(path, MAX_TABLE);
  const refuse = (why: string): ContainerspecError =>
    new ContainerspecError(
      "not-a-cpu",
      `Cannot use ${path} as the table of microarchitectures: ${why}; expected a file as in archspec-json's cpu folder`,
      { path },
    );
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    throw refuse("it is no JSON");
  }
  const parsed = archspecSchema.safeParse(document);
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.join(".") ?? "";
    throw refuse(`${place === "" ? "it" : place} is missing, or not what it should be`);
  }
  const table = fromArchspec(parsed.data);
  if (typeof table === "string") throw refuse(`${table} descends from one that is not in it`);
  return table;
}

async function readText(path: string, limit: number): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= limit) return await readFile(path, "utf8");
  } catch (cause) {
    const reason = findSystemReason(cause) ?? String(cause);
    throw new ContainerspecError("file-not-found", `Cannot open ${path}: ${reason}`, { path }, { cause });
  }
  throw new ContainerspecError("not-a-cpu", `Cannot tell a CPU from ${path}: it is larger than ${limit} bytes`, {
    path,
  });
}
